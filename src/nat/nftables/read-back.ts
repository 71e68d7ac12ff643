// Owns reading a network's intent out of the elements that stand: which ranges are translated, which ports lead where. Pure.

import type { PortIntent, Protocol } from '../ports.js';
import type { StandingElement } from './decoding.js';
import type { Part } from './elements.js';
import { isVerdict } from './elements.js';

export function translatedIn(elements: readonly StandingElement[]): readonly string[] {
  return elements.filter(({ set }) => /^(masquerade|snat)[46]/.test(set)).map(({ key }) => String(key[0]));
}

/** What a port's element says; undefined for another one. */
export function portOf({
  set,
  key,
  data,
}: StandingElement): { readonly to: string; readonly port: PortIntent } | undefined {
  if (!/^(ports|ranges)[46]/.test(set) || data === undefined || isVerdict(data)) return undefined;
  const [at, protocol, ports] = (set.endsWith('_at') ? key : [undefined, ...key]) as readonly [
    Part | undefined,
    Part,
    Part,
  ];
  const [first, last] =
    typeof ports === 'object' ? [ports.first, ports.last] : [Number(ports), Number(ports)];
  return {
    to: String(data[0]),
    port: {
      protocol: protocol as Protocol,
      ...(at !== undefined && { hostAddress: String(at) }),
      hostPort: first,
      containerPort: typeof data[1] === 'object' ? data[1].first : Number(data[1]),
      range: last - first + 1,
    },
  };
}
