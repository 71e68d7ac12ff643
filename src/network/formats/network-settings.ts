// Owns what a network says about its containers' links beside addresses, and how that stands in its bridge's label: only
// what differs from the defaults has a key. Must not know how any of it is brought about.

import { parseAddress, parseCidr } from './address.js';
import {
  type AddressRange,
  formatAddressRange,
  parseCanonicalRange,
  readRanges,
  shortRanges,
} from './address-range.js';
import { decodeList, encodeList, type Fields } from './fields.js';

/** A route that containers get. */
export interface ContainerRoute {
  /** Canonical CIDR. */
  readonly destination: string;
  /** Canonical; the network's own gateway of that family where absent. */
  readonly gateway?: string;
}

export interface NetworkSettings {
  /** Of all its links, where it is not the kernel's default. */
  readonly mtu?: number;
  /** Addresses that are not chosen for containers. */
  readonly exclude: readonly AddressRange[];
  /** What addresses are chosen from, in the subnets that have any. */
  readonly ranges: readonly AddressRange[];
  readonly routes: readonly ContainerRoute[];
  /** Containers do not reach each other over the bridge. */
  readonly isolated: boolean;
  /** A port sends packets back the way they came, to a container that calls itself by an outer address. */
  readonly hairpin: boolean;
}

export const plainSettings: NetworkSettings = {
  exclude: [],
  ranges: [],
  routes: [],
  isolated: false,
  hairpin: false,
};

/** The keys, in the order in which they are written. */
export const settingKeys = ['mtu', 'skip', 'range', 'routes', 'ports'] as const;

/**
 * The fields of settings, none for the defaults.
 * @param short what is excluded, in as few bytes as can be; versions that cannot read it have never had room for so much
 */
export function settingFields(
  settings: NetworkSettings = plainSettings,
  short = false,
): readonly (readonly [string, string])[] {
  const { mtu, exclude, ranges, routes, isolated, hairpin } = settings;
  const values: Record<(typeof settingKeys)[number], readonly string[]> = {
    mtu: mtu === undefined ? [] : [String(mtu)],
    skip: short ? shortRanges(exclude) : exclude.map(formatAddressRange),
    range: ranges.map(formatAddressRange),
    routes: routes.map(({ destination, gateway }) =>
      gateway === undefined ? destination : `${destination}~${gateway}`,
    ),
    ports: [...(isolated ? ['isolated'] : []), ...(hairpin ? ['hairpin'] : [])],
  };
  return settingKeys.flatMap((key) =>
    values[key].length === 0 ? [] : [[key, encodeList(values[key])] as const],
  );
}

/**
 * The settings that fields say; undefined where they say none.
 * @throws {RangeError} for a value no settings have
 */
export function readSettingFields(fields: Fields): NetworkSettings | undefined {
  if (!settingKeys.some((key) => fields.has(key))) return undefined;
  const [mtu] = items(fields, 'mtu', (text) => (/^[1-9]\d{1,4}$/.test(text) ? Number(text) : undefined));
  const words = items(fields, 'ports', (text) =>
    text === 'isolated' || text === 'hairpin' ? text : undefined,
  );
  return {
    ...(mtu !== undefined && { mtu }),
    exclude: readSkipped(fields),
    ranges: items(fields, 'range', parseCanonicalRange),
    routes: items(fields, 'routes', parseRoute),
    isolated: words.includes('isolated'),
    hairpin: words.includes('hairpin'),
  };
}

function readSkipped(fields: Fields): readonly AddressRange[] {
  const raw = fields.get('skip');
  if (raw === undefined) return [];
  const texts = decodeList(raw);
  const ranges = texts && readRanges(texts);
  if (ranges === undefined) throw new RangeError(`skip=${raw}`);
  return ranges;
}

function items<Item>(
  fields: Fields,
  key: (typeof settingKeys)[number],
  parse: (text: string) => Item | undefined,
): readonly Item[] {
  const raw = fields.get(key);
  if (raw === undefined) return [];
  const read = decodeList(raw)?.map(parse);
  if (
    read === undefined ||
    !read.every((item): item is Item & NonNullable<typeof item> => item !== undefined)
  )
    throw new RangeError(`${key}=${raw}`);
  return read;
}

function parseRoute(text: string): ContainerRoute | undefined {
  const [destination = '', gateway, ...more] = text.split('~');
  const range = parseCidr(destination);
  const via = gateway === undefined ? undefined : parseAddress(gateway);
  if (range === undefined || `${range.address}/${range.prefix}` !== destination || more.length > 0)
    return undefined;
  if (gateway === undefined) return { destination };
  return via?.address === gateway && via.family === range.family ? { destination, gateway } : undefined;
}
