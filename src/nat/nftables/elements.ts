// Owns what networks and their containers want in the sets of netplumb's table: intents as elements, each with its owner.
// Pure. Must not know bytes, nor what stands.

import { type Family, families, familyOf, loopback } from '../family.js';
import type { ContainerIntent, NetworkIntent, SubnetIntent, WantedNat } from '../intent.js';
import { isOfFamily, type PortIntent, singleAddress } from '../ports.js';
import { commentOf } from './names.js';

/** One part of a key or of a map's value: an address or a range of them, a port or a range, a protocol or an interface by its name. */
export type Part = string | number | { readonly first: number; readonly last: number };

/** What an element says. */
export interface Element {
  readonly set: string;
  readonly key: readonly Part[];
  /** Of a map: parts, or a verdict. */
  readonly data?: readonly Part[] | Verdict;
  /** Whose it is. */
  readonly comment: string;
}

export type Verdict =
  | { readonly code: 'accept' | 'drop' }
  | { readonly code: 'goto'; readonly chain: string };

export function isVerdict(data: Element['data']): data is Verdict {
  return data !== undefined && 'code' in data;
}

/** All that a network and its containers want. */
export function wantedElements({ network, containers }: WantedNat): readonly Element[] {
  return [
    ...networkElements(network),
    ...(network.internal ? [] : containers.flatMap((one) => portElements(network, one, one.ports))),
  ];
}

/** What the network wants itself. */
export function networkElements(network: NetworkIntent): readonly Element[] {
  const { network: name, bridge, internal, isolation, open, subnets } = network;
  const comment = commentOf({ network: name });
  const own = (set: string, key: readonly Part[], data?: Element['data']): Element => ({
    set,
    key,
    ...(data !== undefined && { data }),
    comment,
  });
  const into: Verdict = internal
    ? { code: 'drop' }
    : open.routed
      ? { code: 'accept' }
      : { code: 'goto', chain: 'into' };
  const used = families.filter((family) => subnets.some(({ subnet }) => familyOf(subnet) === family));
  return [
    own('networks', [bridge]),
    own('within', [bridge, bridge]),
    ...(isolation ? [own('isolated', [bridge, bridge])] : []),
    own('into', [bridge], into),
    ...(internal ? [own('internal', [bridge])] : []),
    ...open.from.map((other) => own('opened', [other, bridge])),
    ...(internal
      ? []
      : [
          ...subnets.flatMap((subnet) => subnetElements(subnet, bridge, own)),
          // The host's own way by 127.0.0.1: a container could not answer that.
          ...(used.includes(4) ? [own('local4', [loopback[4], bridge])] : []),
        ]),
  ];
}

function subnetElements(
  { subnet, translation, exclude, randomFully }: SubnetIntent,
  bridge: string,
  own: (set: string, key: readonly Part[], data?: readonly Part[]) => Element,
): readonly Element[] {
  const family = familyOf(subnet);
  const local = own(`local${family}`, [subnet, bridge]);
  if (translation === 'plain') return [local];
  const random = randomFully ? '_random' : '';
  return [
    local,
    ...exclude.map((destination) => own(`exclude${family}`, [subnet, destination])),
    translation === 'masquerade'
      ? own(`masquerade${family}${random}`, [subnet])
      : own(`snat${family}${random}`, [subnet], [translation.to]),
  ];
}

/** What ports of a container want: an element for each, in each family that it is published in. */
export function portElements(
  network: NetworkIntent,
  container: Pick<ContainerIntent, 'container' | 'addresses'>,
  ports: readonly PortIntent[],
): readonly Element[] {
  const comment = commentOf({ network: network.network, container: container.container });
  const used = families.filter((family) => network.subnets.some(({ subnet }) => familyOf(subnet) === family));
  return used.flatMap((family) => {
    const to = container.addresses.find((address) => familyOf(address) === family);
    if (to === undefined) return [];
    return ports
      .filter((port) => isOfFamily(port, family))
      .flatMap((port) => elementsOf(port, to, family, network.open.anyDestination, comment));
  });
}

function elementsOf(
  port: PortIntent,
  to: string,
  family: Family,
  anyDestination: boolean,
  comment: string,
): readonly Element[] {
  const { protocol, hostPort, containerPort, range } = port;
  const single = singleAddress(port);
  const at = single === undefined ? '' : '_at';
  const key = (ports: Part): Part[] => [...(single === undefined ? [] : [single]), protocol, ports];
  const any: Element[] =
    anyDestination && single === undefined
      ? [{ set: `any${family}`, key: [protocol, { first: hostPort, last: hostPort + range - 1 }], comment }]
      : [];
  if (range === 1)
    return [...any, { set: `ports${family}${at}`, key: key(hostPort), data: [to, containerPort], comment }];
  const pieces = alignedPieces(hostPort, range).map(({ first, count }): Element => {
    const begin = containerPort + first - hostPort;
    return {
      set: `ranges${family}${at}`,
      key: key({ first, last: first + count - 1 }),
      data: [to, { first: begin, last: begin + count - 1 }],
      comment,
    };
  });
  return [...any, ...pieces];
}

/** Ports one after the other. */
export interface Piece {
  readonly first: number;
  readonly count: number;
}

/**
 * A range as few pieces whose length divides their first port. The kernel's translation of ports by their distance counts from port 0,
 * where nf_tables cannot say from which (nft_nat leaves base_proto 0), modulo the length: so the first one leads to the first only then.
 * A range such as 30000 to 30999 is one piece.
 */
export function alignedPieces(first: number, count: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = first, left = count; left > 0; ) {
    let length = Math.min(left, at);
    while (at % length !== 0) length--;
    pieces.push({ first: at, count: length });
    at += length;
    left -= length;
  }
  return pieces;
}
