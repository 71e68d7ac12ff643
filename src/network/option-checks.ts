// Owns how single options of networks and containers are checked, and in which form they go on. Which options there are is
// ./options'.

import { unusable, wrongType } from '../argument.js';
import { arrayOf, type Check, readOptions, string } from '../options.js';
import { formatCidr, overlaps, parseAddress, parseCidr } from './formats/address.js';
import {
  type AddressRange,
  checkAddressRange,
  joinRanges,
  parseAddressRange,
} from './formats/address-range.js';
import type { NetworkSubnet } from './formats/network-addresses.js';
import type { ContainerRoute } from './formats/network-settings.js';
import { checkHostAddress, defaultGateway, parseSubnet, type Subnet, subnetOf } from './formats/subnet.js';

/** A route as callers write it: its destination, or with the gateway to it. */
export type RouteWish =
  | string
  | {
      /** A CIDR without host bits. */
      readonly destination: string;
      /** An address in one of the network's subnets; the bridge's own by default. */
      readonly gateway?: string;
    };

/** One item stands for a list of it. */
export function oneOrMore<Item>(check: Check<Item>): Check<readonly Item[]> {
  return (value, option) => (Array.isArray(value) ? arrayOf(check)(value, option) : [check(value, option)]);
}

/** For what can only be checked when another option is known. */
export const anything: Check<unknown> = (value) => value;

export const checkSubnets: Check<readonly Subnet[]> = (value, option) => {
  const subnets = arrayOf((text, place) => parseSubnet(text, place))(value, option);
  if (subnets.length === 0) throw new RangeError(`${option}: must have at least one subnet`);
  for (const [index, subnet] of subnets.entries()) {
    const other = subnets.slice(0, index).find((one) => overlaps(one, subnet));
    if (other !== undefined)
      throw unusable(`${option}[${index}]`, subnet.cidr, `overlaps ${other.cidr} before it`);
  }
  return subnets;
};

/** The subnets with their gateways, wanted or chosen. */
export function withGateways(
  subnets: readonly Subnet[],
  wanted: unknown,
  option: string,
): readonly NetworkSubnet[] {
  const check: Check<string> = (value, place) => checkHostAddress(subnets, value, place);
  const gateways = wanted === undefined ? [] : oneOrMore(check)(wanted, option);
  return subnets.map((subnet) => {
    const [gateway = defaultGateway(subnet), second] = gateways.filter((one) => subnetOf([subnet], one));
    if (second !== undefined) throw unusable(option, second, `is a second gateway for ${subnet.cidr}`);
    return { ...subnet, gateway };
  });
}

/** Ranges within the subnets, joined where they touch. */
export function checkRanges(
  subnets: readonly Subnet[],
  value: unknown,
  option: string,
): readonly AddressRange[] {
  const check: Check<AddressRange> = (item, place) => checkAddressRange(subnets, item, place);
  return value === undefined ? [] : joinRanges(oneOrMore(check)(value, option));
}

/** As {@link checkRanges}, at most one for each subnet. */
export function checkChoice(
  subnets: readonly Subnet[],
  value: unknown,
  option: string,
): readonly AddressRange[] {
  const ranges = checkRanges(subnets, value, option);
  for (const subnet of subnets) {
    const [, second] = ranges.filter(({ first }) => subnetOf([subnet], first) !== undefined);
    if (second !== undefined)
      throw unusable(option, second.first, `begins a second range for ${subnet.cidr}`);
  }
  return ranges;
}

/** Routes of the network's families, each by a gateway that its containers reach. */
export function checkRoutes(
  subnets: readonly NetworkSubnet[],
  value: unknown,
  option: string,
): readonly ContainerRoute[] {
  const check: Check<ContainerRoute> = (item, place) => {
    const { destination: text, gateway: via } =
      typeof item === 'string'
        ? { destination: item }
        : readOptions(place, item, { destination: string }, { gateway: string });
    const where = typeof item === 'string' ? place : `${place}: destination`;
    const destination = checkDestination(subnets, text, where);
    if (via === undefined) return { destination: formatCidr(destination) };
    const gateway = checkHostAddress(subnets, via, `${place}: gateway`);
    if (parseAddress(gateway)?.family !== destination.family)
      throw unusable(`${place}: gateway`, gateway, `is not of the family of ${text}`);
    return { destination: formatCidr(destination), gateway };
  };
  return value === undefined ? [] : arrayOf(check)(value, option);
}

function checkDestination(subnets: readonly NetworkSubnet[], text: string, option: string) {
  const range = parseCidr(text);
  if (range === undefined || range.prefix === 0)
    throw unusable(option, text, 'is not a CIDR range such as 10.0.0.0/8');
  if (!subnets.some(({ family }) => family === range.family))
    throw unusable(option, text, `is IPv${range.family}, which the network is not`);
  const own = subnets.find((subnet) => overlaps(subnet, range));
  if (own !== undefined) throw unusable(option, text, `overlaps ${own.cidr}, which is the network's own`);
  if (parseAddressRange(text) === undefined)
    throw unusable(option, text, 'has host bits: the kernel refuses it');
  return range;
}

/** Settings to write in the container, in their order: `{ 'net.ipv4.ip_unprivileged_port_start': 0 }`. */
export const checkSysctls: Check<readonly (readonly [name: string, value: string])[]> = (value, option) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType(option, 'an object of names and values', value);
  return Object.entries(value).map(([name, setting]: [string, unknown]) => {
    const place = `${option}: ${name}`;
    if (!/^net([./][A-Za-z0-9_:@+-]+([.][A-Za-z0-9_:@+-]+)*)+$/.test(name))
      throw unusable(option, name, 'is not the name of a setting below net.');
    if (typeof setting !== 'string' && typeof setting !== 'number')
      throw wrongType(place, 'a string or a number', setting);
    if (/[\n\0]/.test(String(setting))) throw unusable(place, setting, 'holds a newline or NUL');
    return [name, String(setting)] as const;
  });
};
