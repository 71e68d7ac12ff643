// Owns how a network's rule settings stand in its bridge's label: only what differs from the defaults has a key.
// Must not know labels as a whole, nor what the settings bring about.

import { checkNatOptions, closed, type NatSettings, plainSettings } from '../../nat/intent.js';
import { decodeList, encodeList, type Fields } from './fields.js';
import { checkNetworkName } from './names.js';

/** The keys, in the order in which they are written. */
export const ruleKeys = ['internal', 'source', 'exclude', 'random', 'ipv6', 'open', 'from'] as const;

/** The fields of settings, none for the defaults. */
export function ruleFields(settings: NatSettings = plainSettings): readonly (readonly [string, string])[] {
  const { internal, sourceAddresses, exclude, randomFully, ipv6, open } = settings;
  const opened = [...(open.routed ? ['routed'] : []), ...(open.anyDestination ? ['any'] : [])];
  const values: Record<(typeof ruleKeys)[number], string | undefined> = {
    internal: internal ? '1' : undefined,
    source: listed(sourceAddresses),
    exclude: listed(exclude),
    random: randomFully ? '1' : undefined,
    ipv6,
    open: listed(opened),
    from: listed(open.from),
  };
  return ruleKeys.flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [[key, value] as const];
  });
}

function listed(items: readonly string[]): string | undefined {
  return items.length === 0 ? undefined : encodeList(items);
}

/**
 * The settings that fields say; undefined where they say none.
 * @throws {RangeError | TypeError} for a value no settings have
 */
export function readRuleFields(fields: Fields): NatSettings | undefined {
  if (!ruleKeys.some((key) => fields.has(key))) return undefined;
  const list = (key: (typeof ruleKeys)[number]): readonly string[] => {
    const raw = fields.get(key);
    if (raw === undefined) return [];
    const items = decodeList(raw);
    if (items === undefined) throw new RangeError(`${key}=${raw}`);
    return items;
  };
  const flag = (key: 'internal' | 'random'): boolean => {
    const raw = fields.get(key);
    if (raw !== undefined && raw !== '1') throw new RangeError(`${key}=${raw}`);
    return raw === '1';
  };
  const opened = list('open');
  const unknown = opened.find((word) => word !== 'routed' && word !== 'any');
  if (unknown !== undefined) throw new RangeError(`open=${unknown}`);
  const ipv6 = fields.get('ipv6');
  return checkNatOptions(
    {
      internal: flag('internal'),
      sourceAddresses: list('source'),
      exclude: list('exclude'),
      randomFully: flag('random'),
      ...(ipv6 !== undefined && { ipv6 }),
      open: {
        ...closed,
        routed: opened.includes('routed'),
        anyDestination: opened.includes('any'),
        from: list('from'),
      },
    },
    'rules',
    checkNetworkName,
  );
}
