// Owns reading a network's intent out of the elements that stand: which ranges are translated, which ports lead where. Pure.

import { type PortIntent, type Protocol, singleAddress } from '../ports.js';
import type { StandingElement } from './decoding.js';
import type { Part } from './elements.js';
import { isVerdict } from './elements.js';

export function translatedIn(elements: readonly StandingElement[]): readonly string[] {
  return elements.filter(({ set }) => /^(masquerade|snat)[46]/.test(set)).map(({ key }) => String(key[0]));
}

/** What a port's element says; undefined for another one. */
export function portOf(
  element: StandingElement,
): { readonly to: string; readonly port: PortIntent } | undefined {
  const { set, data } = element;
  if (!/^(ports|ranges)[46]/.test(set) || data === undefined || isVerdict(data)) return undefined;
  const { at, protocol, first, last } = keyOf(element);
  return {
    to: String(data[0]),
    port: {
      protocol,
      ...(at !== undefined && { hostAddress: at }),
      hostPort: first,
      containerPort: typeof data[1] === 'object' ? data[1].first : Number(data[1]),
      range: last - first + 1,
    },
  };
}

/** Whether an element is one for ports, but for none of these. */
export function isStray(element: StandingElement, claimed: readonly PortIntent[]): boolean {
  if (!/^(ports|ranges|any)[46]/.test(element.set)) return false;
  const { at, protocol, first, last } = keyOf(element);
  return !claimed.some(
    (port) =>
      port.protocol === protocol &&
      port.hostPort <= first &&
      last < port.hostPort + port.range &&
      singleAddress(port) === at,
  );
}

/** What the key of an element for ports says; `at` is absent where it is for every address of the host. */
function keyOf({ set, key }: StandingElement) {
  const [at, protocol, ports] = (set.endsWith('_at') ? key : [undefined, ...key]) as readonly [
    Part | undefined,
    Part,
    Part,
  ];
  const [first, last] =
    typeof ports === 'object' ? [ports.first, ports.last] : [Number(ports), Number(ports)];
  return { ...(at !== undefined && { at: String(at) }), protocol: protocol as Protocol, first, last };
}
