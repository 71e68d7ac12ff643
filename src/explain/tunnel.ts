// What of a tunnel's data ip says by other words than one for each row. Knows no link.

import type { Fields } from './words.js';

interface Said {
  readonly words: readonly string[];
  /** What the rows say themselves. */
  readonly rest: Fields;
}

const hex = (value: number) => `0x${value.toString(16)}`;
const lacks = (flags: unknown, name: string) => Array.isArray(flags) && !flags.includes(name);
const has = (flags: unknown, name: string) => Array.isArray(flags) && flags.includes(name);

/** Left out is what another row says to be of no meaning. */
export function explainTunnel(data: Fields): Said {
  const { flowInfo, prefix6rd, prefixLength6rd, relayPrefix6rd, relayPrefixLength6rd, ...others } = data;
  const meaningless: Readonly<Record<string, boolean>> = {
    inputKey: lacks(data.inputFlags, 'key'),
    outputKey: lacks(data.outputFlags, 'key'),
    encapLimit: has(data.flags, 'ignoreEncapLimit'),
    fwmark: has(data.flags, 'useOriginalFwmark'),
    ttl: data.ttlInherit === true,
    id: data.collectMetadata === true && data.id === 0,
  };
  return {
    words: [
      ...(typeof flowInfo === 'number' ? flowWords(flowInfo) : []),
      ...(prefix6rd === undefined ? [] : ['6rd-prefix', `${prefix6rd}/${prefixLength6rd ?? 0}`]),
      ...(relayPrefix6rd === undefined
        ? []
        : ['6rd-relay_prefix', `${relayPrefix6rd}/${relayPrefixLength6rd ?? 0}`]),
    ],
    rest: Object.fromEntries(Object.entries(others).filter(([name]) => meaningless[name] !== true)),
  };
}

function flowWords(flowInfo: number): readonly string[] {
  const [trafficClass, label] = [flowInfo >>> 20, flowInfo & 0xfffff];
  return [
    ...(trafficClass === 0 ? [] : ['tclass', hex(trafficClass)]),
    ...(label === 0 ? [] : ['flowlabel', hex(label)]),
  ];
}
