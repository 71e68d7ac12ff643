// Owns what a network is in iptables: its intent, and its containers', as chains and the rules that lead into them.
// Pure. Must not know what stands. docs/nat.md explains the tables as a whole.
import { type Family, familyOf, loopback } from '../family.js';
import type { ContainerIntent, Isolation, NetworkIntent, SubnetIntent, WantedNat } from '../intent.js';
import { isOfFamily, type PortIntent, singleAddress } from '../ports.js';
import {
  containerChain,
  containerComment,
  type EntryChain,
  hostChain,
  inwardChain,
  networkChain,
  networkComment,
} from './chains.js';
import type { Rule, Target } from './rules.js';
import type { Table } from './transaction.js';

/** A rule of one of netplumb's entry chains, which all networks share. */
export interface EntryRule extends Rule {
  readonly chain: EntryChain;
}

/** All that a network wants in a table. */
export interface WantedTable {
  readonly table: Table;
  /** In the order of `ranks`. */
  readonly entries: readonly EntryRule[];
  /** Chains that are wholly the network's or a container's, with all their rules. */
  readonly chains: ReadonlyMap<string, readonly Rule[]>;
}

const known = ['RELATED', 'ESTABLISHED'] as const;

/** What a network wants of one family: nothing where it has no range of it. */
export function wantedTables(wanted: WantedNat, family: Family): readonly WantedTable[] {
  const subnets = wanted.network.subnets.filter(({ subnet }) => familyOf(subnet) === family);
  if (subnets.length === 0) return [empty('nat'), empty('filter')];
  const nat = wanted.network.internal ? empty('nat') : translation(wanted, subnets, family);
  return [nat, filtering(wanted.network, subnets, family)];
}

/** What a network wants whose own rules are in nf_tables: to be let past FORWARD. What may come in, and what out, is said there. */
export function passageTables(network: string, bridge: string): readonly WantedTable[] {
  const rule = {
    chain: 'NETPLUMB-FORWARD',
    comment: networkComment(network),
    target: { kind: 'accept' },
  } as const;
  const entries: EntryRule[] = [
    { ...rule, outInterface: bridge },
    { ...rule, inInterface: bridge },
  ];
  return [empty('nat'), { table: 'filter', entries, chains: new Map() }];
}

function empty(table: Table): WantedTable {
  return { table, entries: [], chains: new Map() };
}

function translation(
  { network, containers }: WantedNat,
  subnets: readonly SubnetIntent[],
  family: Family,
): WantedTable {
  const { network: name, bridge, open } = network;
  const out = networkChain(name);
  const to = (chain: string) => ({ comment: networkComment(name), target: { kind: 'jump', chain } as const });
  const local = { destinationType: 'LOCAL' } as const;
  const inward = to(inwardChain(name));
  const sources = subnets.map(({ subnet }) => subnet);
  const published = containers.filter((one) => portRules(name, one, family).length > 0);
  return {
    table: 'nat',
    entries: [
      // What comes from outside for a loopback address is an attack: it is translated before the kernel looks for Martians.
      {
        chain: 'NETPLUMB-PREROUTING',
        destination: { not: loopback[family] },
        ...(open.anyDestination ? {} : local),
        ...inward,
      },
      { chain: 'NETPLUMB-OUTPUT', ...local, ...inward },
      ...sources.map((source): EntryRule => ({ chain: 'NETPLUMB-POSTROUTING', source, ...to(out) })),
      // The host's own way by 127.0.0.1: a container could not answer that.
      ...(family === 4
        ? [
            {
              chain: 'NETPLUMB-POSTROUTING',
              source: loopback[4],
              outInterface: bridge,
              ...to(out),
            } satisfies EntryRule,
          ]
        : []),
    ],
    chains: new Map<string, readonly Rule[]>([
      [
        out,
        [
          // To a neighbour, or back to itself, by a published port: the answer must come this way too.
          { chain: out, outInterface: bridge, states: ['DNAT'], target: { kind: 'masquerade' } },
          { chain: out, outInterface: bridge, target: { kind: 'return' } },
          ...subnets.flatMap((subnet) => outward(out, subnet)),
        ],
      ],
      [inwardChain(name), published.map((one) => containerJump(name, one.container))],
      ...published.map((one) => [containerChain(name, one.container), portRules(name, one, family)] as const),
    ]),
  };
}

function outward(chain: string, { subnet, translation, exclude, randomFully }: SubnetIntent): Rule[] {
  if (translation === 'plain') return [];
  const random = randomFully ? { randomFully } : {};
  const target: Target =
    translation === 'masquerade'
      ? { kind: 'masquerade', ...random }
      : { kind: 'snat', to: translation.to, ...random };
  return [
    ...exclude.map(
      (destination): Rule => ({ chain, source: subnet, destination, target: { kind: 'return' } }),
    ),
    { chain, source: subnet, target },
  ];
}

/** The rule that leads to a container's ports. */
export function containerJump(network: string, container: string): Rule {
  return {
    chain: inwardChain(network),
    comment: containerComment(network, container),
    target: { kind: 'jump', chain: containerChain(network, container) },
  };
}

/** One rule for each port or range of ports, in one family. */
export function portRules(network: string, container: ContainerIntent, family: Family): readonly Rule[] {
  const to = container.addresses.find((address) => familyOf(address) === family);
  if (to === undefined) return [];
  const chain = containerChain(network, container.container);
  return container.ports
    .filter((port) => isOfFamily(port, family))
    .map((port) => portRule(chain, port, to, family));
}

function portRule(chain: string, port: PortIntent, to: string, family: Family): Rule {
  const { protocol, hostPort, containerPort, range } = port;
  const single = singleAddress(port);
  const same = hostPort === containerPort && range > 1;
  return {
    chain,
    destination: single === undefined ? { not: loopback[family] } : `${single}/${family === 4 ? 32 : 128}`,
    protocol,
    ports: { first: hostPort, last: hostPort + range - 1 },
    target: {
      kind: 'dnat',
      to,
      ...(same ? {} : { ports: { first: containerPort, last: containerPort + range - 1 } }),
      ...(same || range === 1 ? {} : { from: hostPort }),
    },
  };
}

function filtering(
  { network, bridge, internal, isolation, open }: NetworkIntent,
  subnets: readonly SubnetIntent[],
  family: Family,
): WantedTable {
  const out = networkChain(network);
  const inward = inwardChain(network);
  const host = hostChain(network);
  const comment = networkComment(network);
  const jump = (chain: string): Target => ({ kind: 'jump', chain });
  const accept = { kind: 'accept' } as const;
  const drop = { kind: 'drop' } as const;
  const forward = { chain: 'NETPLUMB-FORWARD', comment } as const;
  const guarded = family === 4; // the kernel itself refuses ::1 from any link but lo
  return {
    table: 'filter',
    entries: [
      ...(guarded
        ? [{ chain: 'NETPLUMB-INPUT', inInterface: bridge, comment, target: jump(host) } satisfies EntryRule]
        : []),
      ...(internal ? [{ ...forward, inInterface: bridge, outInterface: { not: bridge }, target: drop }] : []),
      { ...forward, outInterface: bridge, target: jump(inward) },
      ...(internal ? [] : [{ ...forward, inInterface: bridge, target: jump(out) }]),
    ],
    chains: new Map<string, readonly Rule[]>([
      [
        inward,
        [
          ...within(inward, bridge, isolation),
          ...(internal
            ? []
            : [
                { chain: inward, states: known, target: accept },
                { chain: inward, states: ['DNAT'], target: accept } satisfies Rule,
                ...open.from.map((other): Rule => ({ chain: inward, inInterface: other, target: accept })),
              ]),
          { chain: inward, target: open.routed ? accept : drop },
        ],
      ],
      ...(internal
        ? []
        : [
            [
              out,
              subnets.map(({ subnet }): Rule => ({ chain: out, source: subnet, target: accept })),
            ] as const,
          ]),
      ...(guarded
        ? [
            [
              host,
              [
                // With route_localnet on the bridge a container could reach what listens on the host's loopback.
                {
                  chain: host,
                  destination: loopback[4],
                  states: { not: known },
                  target: drop,
                },
                { chain: host, source: loopback[4], target: drop },
              ],
            ] as const,
          ]
        : []),
    ]),
  };
}

/** From the network to itself. */
function within(chain: string, bridge: string, isolation?: Isolation): readonly Rule[] {
  const inside = { chain, inInterface: bridge } as const;
  const accept = { kind: 'accept' } as const;
  if (isolation === undefined) return [{ ...inside, target: accept }];
  return [
    // Not asked where there is no br_netfilter: the match would load it, and have all bridges' packets go through the rules.
    ...(isolation.bridgedSeen ? [{ ...inside, bridged: true, target: accept } as const] : []),
    { ...inside, states: known, target: accept },
    { ...inside, states: ['DNAT'], target: accept },
    { ...inside, target: { kind: 'drop' } },
  ];
}
