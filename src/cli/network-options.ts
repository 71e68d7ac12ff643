// Owns the options of `up` and `attach` that say what a network and an endpoint are like, and how they become the library's.
import { InvalidArgumentError, Option } from 'commander';
import type { AttachOptions, NetworkOptions } from '../index.js';
import { collect, wholeNumber } from './options.js';
import { readPort } from './port-words.js';
import { type RuleFlags, ruleOptions, toRules } from './rule-options.js';

/** A route as the command line has it: `10.0.0.0/8`, or `10.0.0.0/8,172.16.0.9` with the gateway to it. */
type RouteWish = NonNullable<AttachOptions['routes']>[number];

/** What `up` says of the network, as commander hands it over. */
export interface NetworkFlags extends RuleFlags {
  readonly subnet: readonly string[];
  readonly gateway?: readonly string[];
  readonly nat?: 'iptables' | 'nftables' | 'none';
  readonly internal?: boolean;
  readonly mac?: string;
  readonly mtu?: number;
  readonly exclude?: readonly string[];
  readonly range?: readonly string[];
  readonly route?: readonly RouteWish[];
  readonly isolated?: boolean;
  readonly hairpin?: boolean;
  readonly vlanFiltering?: boolean;
  readonly allowOverlap?: boolean;
}

/** What `attach` says of endpoints. */
export interface EndpointFlags {
  readonly address?: readonly string[];
  readonly publish?: readonly string[];
  readonly interface?: string;
  readonly mac?: string;
  readonly mtu?: number;
  readonly route?: readonly RouteWish[];
  readonly isolated?: boolean;
  readonly hairpin?: boolean;
  readonly ingress?: number;
  readonly egress?: number;
  readonly egressAt?: 'host' | 'container';
  readonly sysctl?: Readonly<Record<string, string>>;
}

const mtu = (what: string) =>
  new Option('--mtu <bytes>', `largest packet ${what}`).argParser(wholeNumber(68, 65_535));
const route = () =>
  new Option(
    '--route <cidr[,gateway]>',
    "a route in the container, by the network's own gateway if none is named; may be repeated",
  ).argParser(collectRoute);
const repeated = (flags: string, description: string) =>
  new Option(flags, `${description}; may be repeated`).argParser(collect);

export function networkOptions(): Option[] {
  return [
    repeated('--subnet <cidr>', 'address range of the network, such as 172.16.0.0/24').makeOptionMandatory(),
    repeated('--gateway <address>', "the host's address in one of the subnets (default: the first of each)"),
    new Option(
      '--nat <backend>',
      'how the range is masqueraded (default: iptables); switches a network that stands',
    ).choices(['iptables', 'nftables', 'none']),
    new Option('--internal', 'no way out, and none in but from the host'),
    new Option('--mac <address>', "the bridge's MAC address"),
    mtu('on all links (default: as the link with the default route, if the network has NAT)'),
    repeated('--exclude <addresses>', 'addresses not to choose: ADDRESS, FIRST-LAST or a CIDR'),
    repeated('--range <addresses>', 'addresses to choose from, one range for each subnet'),
    route(),
    new Option('--isolated', 'containers do not reach each other'),
    new Option('--hairpin', 'a container reaches itself by an address outside'),
    new Option('--vlan-filtering', 'the bridge tells VLANs apart'),
    new Option('--allow-overlap', 'although the host has a route into one of the subnets'),
    ...ruleOptions(),
  ];
}

export function endpointOptions(): Option[] {
  return [
    repeated('--address <address>', 'an address of the network (default: the first free one of each family)'),
    repeated('--publish <port>', 'a port of the host that leads to it: [ADDRESS:]HOST:CONTAINER[/PROTOCOL]'),
    new Option('--interface <name>', "the container's interface (default: eth0)"),
    new Option('--mac <address>', "the interface's MAC address (default: follows from the address)"),
    mtu("on the link (default: the network's)"),
    route(),
    new Option('--isolated', 'it does not reach other isolated containers over the bridge'),
    new Option('--no-isolated', 'it does, whatever the network says'),
    new Option('--hairpin', 'it reaches itself by an address outside'),
    new Option('--no-hairpin', 'it does not, whatever the network says'),
    new Option('--ingress <rate>', 'how fast it may receive, such as 10mbit').argParser(bitRate),
    new Option('--egress <rate>', 'how fast it may send, such as 10mbit').argParser(bitRate),
    new Option(
      '--egress-at <end>',
      'where what it sends is limited: it can undo what is on its own end',
    ).choices(['host', 'container']),
    new Option('--sysctl <name=value>', 'a setting below net. in the container; may be repeated').argParser(
      collectSetting,
    ),
  ];
}

/** What is not given is left out, for the library has the defaults. */
export function toNetworkOptions(name: string, flags: NetworkFlags): NetworkOptions {
  const { subnet, nat, route: routes } = flags;
  const { gateway, internal, mac, mtu, exclude, range, isolated, hairpin, vlanFiltering, allowOverlap } =
    flags;
  const optional = {
    gateway,
    internal,
    mac,
    mtu,
    exclude,
    range,
    isolated,
    hairpin,
    vlanFiltering,
    allowOverlap,
  };
  const given = without({ ...optional, routes, rules: toRules(flags) });
  const backend = nat === undefined ? {} : { nat: nat === 'none' ? (false as const) : nat };
  return { name, subnets: subnet, ...backend, ...given };
}

export function toAttachOptions(flags: EndpointFlags): AttachOptions {
  const { address, interface: interfaceName, mac, mtu, route: routes, isolated, hairpin } = flags;
  const rates = without({ ingress: flags.ingress, egress: flags.egress, egressAt: flags.egressAt });
  const limit = Object.keys(rates).length > 0 ? rates : undefined;
  return without({
    address,
    publish: flags.publish?.map(readPort),
    interfaceName,
    mac,
    mtu,
    routes,
    isolated,
    hairpin,
    limit,
    sysctls: flags.sysctl,
  });
}

type Given<Options> = { [Key in keyof Options]?: Exclude<Options[Key], undefined> };

function without<Options extends object>(options: Options): Given<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Given<Options>;
}

const units: Readonly<Record<string, number>> = { bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 };

/** As tc reads it, in bits per second: `500kbit`, `10mbit`, `1.5gbit`. */
function bitRate(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([kmg]?bit)$/i.exec(text) ?? [];
  const factor = units[unit.toLowerCase()];
  if (factor === undefined) throw new InvalidArgumentError('It is not a rate in bit, kbit, mbit or gbit.');
  return Math.round(Number(number) * factor);
}

function collectRoute(text: string, previous: readonly RouteWish[] = []): readonly RouteWish[] {
  const [destination = '', gateway, ...more] = text.split(',');
  if (more.length > 0) throw new InvalidArgumentError('It is not CIDR or CIDR,GATEWAY.');
  return [...previous, gateway === undefined ? destination : { destination, gateway }];
}

function collectSetting(
  text: string,
  previous: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It is not NAME=VALUE.');
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}
