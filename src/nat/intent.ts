// Owns what a network and its containers want of NAT and of the filter, as data: what every backend brings about, each in its
// own words. Pure; everything is checked here. Must not know rules, tables, or how they are written.
import { isIPv4, isIPv6 } from 'node:net';
import { Address6 } from 'ip-address';
import { unusable, wrongType } from '../argument.js';
import { arrayOf, boolean, type Check, oneOf, readOptions } from '../options.js';
import { familyOf } from './family.js';
import type { PortIntent } from './ports.js';
import { checkRange } from './range.js';

/** What a network opens of what is closed by default. Each is a risk: docs/nat.md says which. */
export interface Openings {
  /** Machines that route to a container's address reach its unpublished ports too. */
  readonly routed: boolean;
  /** A published port is translated whatever address the packet was for, not only this host's own. */
  readonly anyDestination: boolean;
  /** The networks of netplumb on this host whose containers reach this one's directly. */
  readonly from: readonly string[];
}

/** How what leaves a range looks outside. */
export type Translation =
  /** As the host's own address towards there. */
  | 'masquerade'
  /** As it is: others route back to it. */
  | 'plain'
  /** As this address, which the host has. */
  | { readonly to: string };

/** One range of a network. */
export interface SubnetIntent {
  /** CIDR without host bits, canonical. */
  readonly subnet: string;
  readonly translation: Translation;
  /** Destinations, as CIDRs of the same family, towards which it stays as it is. The network itself always is one. */
  readonly exclude: readonly string[];
  /** Source ports chosen at random, so that nobody can guess them. `--random-fully` */
  readonly randomFully: boolean;
}

/** A network whose containers are kept apart: the bridge does it for what it passes on, rules do it for what the host would route. */
export interface Isolation {
  /** Rules may see what a bridge passes on by itself, which is the bridge's to judge (br_netfilter). */
  readonly bridgedSeen: boolean;
}

/** A network, as the host's rules see it. */
export interface NetworkIntent {
  readonly network: string;
  /** The bridge's interface name. */
  readonly bridge: string;
  readonly subnets: readonly SubnetIntent[];
  /** It has no way out, and nobody a way in, but the host itself. Nothing can be published. */
  readonly internal: boolean;
  /** Absent where its containers reach each other. */
  readonly isolation?: Isolation;
  readonly open: Openings;
}

/** A container and what it has published. */
export interface ContainerIntent {
  readonly container: string;
  /** One address for each family it has, without prefix; ports go to the first of a family. */
  readonly addresses: readonly string[];
  readonly ports: readonly PortIntent[];
}

/** A network with all its containers: what shall stand, wholly. */
export interface WantedNat {
  readonly network: NetworkIntent;
  readonly containers: readonly ContainerIntent[];
}

/** What a caller says about a network's NAT beside its name and ranges. */
export interface NatOptions {
  /** The source address instead of the host's own: one for each family that has one. Default: masquerade. */
  readonly sourceAddresses?: readonly string[];
  /** Destinations (CIDRs) towards which containers keep their own address. */
  readonly exclude?: readonly string[];
  /** Random source ports. Default false. `--random-fully` */
  readonly randomFully?: boolean;
  /** IPv6 ranges: 'masquerade' (NAT66) or 'plain' routing. Default: masquerade for unique local ranges (fc00::/7), else plain. */
  readonly ipv6?: 'masquerade' | 'plain';
  /** No way out of the network, and none in but from the host. Default false. */
  readonly internal?: boolean;
  /** What is opened of what is closed by default. */
  readonly open?: {
    readonly routed?: boolean;
    readonly anyDestination?: boolean;
    readonly from?: readonly string[];
  };
}

/** {@link NatOptions}, checked and complete. */
export interface NatSettings {
  readonly sourceAddresses: readonly string[];
  readonly exclude: readonly string[];
  readonly randomFully: boolean;
  readonly ipv6?: 'masquerade' | 'plain';
  readonly internal: boolean;
  readonly open: Openings;
}

export const closed: Openings = { routed: false, anyDestination: false, from: [] };
export const plainSettings: NatSettings = {
  sourceAddresses: [],
  exclude: [],
  randomFully: false,
  internal: false,
  open: closed,
};

const checkAddress: Check<string> = (value, option) => {
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  if (!isIPv4(value) && (!isIPv6(value) || value.includes('%')))
    throw unusable(option, value, 'is not an IP address');
  return isIPv4(value) ? value : new Address6(value).correctForm();
};

/**
 * Reads a network's NAT options.
 * @param checkNetwork how a network's name is checked
 * @throws {TypeError | RangeError} that begins with `option`
 */
export function checkNatOptions(value: unknown, option: string, checkNetwork: Check<string>): NatSettings {
  const from: Check<readonly string[]> = (given, path) =>
    [...new Set(arrayOf(checkNetwork)(given, path))].sort();
  const checkOpen: Check<Openings> = (given, path) => ({
    ...closed,
    ...readOptions(path, given, {}, { routed: boolean, anyDestination: boolean, from }),
  });
  const read = readOptions(
    option,
    value,
    {},
    {
      sourceAddresses: arrayOf(checkAddress),
      exclude: arrayOf(checkRange),
      randomFully: boolean,
      ipv6: oneOf('masquerade', 'plain'),
      internal: boolean,
      open: checkOpen,
    },
  );
  const settings = { ...plainSettings, ...read };
  const families = settings.sourceAddresses.map(familyOf);
  if (new Set(families).size < families.length)
    throw new RangeError(`${option}: sourceAddresses: one for each family at most`);
  if (
    settings.internal &&
    (settings.open.routed || settings.open.anyDestination || settings.open.from.length > 0)
  )
    throw new RangeError(`${option}: open: an internal network cannot be opened`);
  return settings;
}

/** The intent of a network from its name, its ranges (canonical CIDRs) and its settings. The bridge is called like the network. */
export function networkIntent(
  network: string,
  subnets: readonly string[],
  settings: NatSettings = plainSettings,
  isolation?: Isolation,
): NetworkIntent {
  return {
    network,
    bridge: network,
    internal: settings.internal,
    ...(isolation && { isolation }),
    open: settings.open,
    subnets: subnets.map((subnet) => ({
      subnet,
      translation: translationOf(subnet, settings),
      exclude: settings.exclude.filter((range) => familyOf(range) === familyOf(subnet)),
      randomFully: settings.randomFully,
    })),
  };
}

const uniqueLocal = /^f[cd]/;

function translationOf(subnet: string, { sourceAddresses, ipv6, internal }: NatSettings): Translation {
  if (internal) return 'plain';
  const to = sourceAddresses.find((address) => familyOf(address) === familyOf(subnet));
  if (to !== undefined) return { to };
  if (familyOf(subnet) === 4) return 'masquerade';
  return ipv6 ?? (uniqueLocal.test(subnet) ? 'masquerade' : 'plain');
}
