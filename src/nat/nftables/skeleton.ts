// Owns what stands of netplumb's table whatever networks there are: its sets, its chains and their few rules. What networks and ports
// want are elements of the sets (elements.ts). Pure. docs/nat.md explains the table as a whole.

import { type Family, families, loopback } from '../family.js';
import { protocolNumbers, protocols } from '../ports.js';
import { type Field, fields, type KeyTypeName } from './fields.js';
import { userChain } from './names.js';
import type { Match, Rule } from './rules.js';

/** A set, or a map where it has data. */
export interface SetShape {
  readonly name: string;
  readonly key: readonly KeyTypeName[];
  readonly data?: readonly KeyTypeName[] | 'verdict';
  /** Its keys are ranges. */
  readonly interval: boolean;
  /** So are its values: the first of each part, and then the last. */
  readonly dataInterval?: true;
}

export interface ChainShape {
  readonly name: string;
  /** Absent for one that is only jumped to. */
  readonly base?: {
    readonly type: 'filter' | 'nat';
    readonly hook: 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
    /** As nft calls it; -100, 0 and 100. */
    readonly priority: 'dstnat' | 'filter' | 'srcnat';
  };
  readonly rules: readonly Rule[];
}

const address: Readonly<Record<Family, 'ipv4_addr' | 'ipv6_addr'>> = { 4: 'ipv4_addr', 6: 'ipv6_addr' };
const service = ['inet_proto', 'inet_service'] as const;

function familySets(family: Family): readonly SetShape[] {
  const ip = address[family];
  const to = [ip, 'inet_service'] as const;
  return [
    // Published ports: to which address and port of a container.
    { name: `ports${family}`, key: service, data: to, interval: false },
    { name: `ports${family}_at`, key: [ip, ...service], data: to, interval: false },
    // The same of ranges.
    { name: `ranges${family}`, key: service, data: to, interval: true, dataInterval: true },
    { name: `ranges${family}_at`, key: [ip, ...service], data: to, interval: true, dataInterval: true },
    // Ports that are translated whatever address the packet is for.
    { name: `any${family}`, key: service, interval: true },
    // A network's own addresses, by its bridge: what goes there has not left.
    { name: `local${family}`, key: [ip, 'ifname'], interval: true },
    { name: `exclude${family}`, key: [ip, ip], interval: true },
    // How what leaves a range looks outside.
    { name: `snat${family}`, key: [ip], data: [ip], interval: true },
    { name: `snat${family}_random`, key: [ip], data: [ip], interval: true },
    { name: `masquerade${family}`, key: [ip], interval: true },
    { name: `masquerade${family}_random`, key: [ip], interval: true },
  ];
}

export const sets: readonly SetShape[] = [
  { name: 'networks', key: ['ifname'], interval: false },
  // From a network to itself, as packets of one bridge are seen where they go through the host's rules.
  { name: 'within', key: ['ifname', 'ifname'], interval: false },
  // From a network to itself, where the host must not route.
  { name: 'isolated', key: ['ifname', 'ifname'], interval: false },
  { name: 'opened', key: ['ifname', 'ifname'], interval: false },
  { name: 'internal', key: ['ifname'], interval: false },
  // What may come into a network.
  { name: 'into', key: ['ifname'], data: 'verdict', interval: false },
  ...families.flatMap(familySets),
];

const byName = new Map(sets.map((set) => [set.name, set]));

export function setNamed(name: string): SetShape {
  const set = byName.get(name);
  if (set === undefined) throw new Error(`there is no set ${name}`);
  return set;
}

const ip: Readonly<Record<Family, { readonly saddr: Field; readonly daddr: Field }>> = {
  4: { saddr: fields.saddr4, daddr: fields.daddr4 },
  6: { saddr: fields.saddr6, daddr: fields.daddr6 },
};
const isFamily: Readonly<Record<Family, Match>> = {
  4: { field: fields.nfproto, is: Uint8Array.of(2), text: 'ipv4' },
  6: { field: fields.nfproto, is: Uint8Array.of(10), text: 'ipv6' },
};
const isLocal: Match = { field: fields.daddrType, is: Uint8Array.of(2, 0, 0, 0), text: 'local' }; // RTN_LOCAL
const known = { field: fields.state, bits: 6, text: 'established,related' } as const;
const unknown: Match = { ...known, text: '! established,related', none: true };
const untranslated: Match = { field: fields.status, bits: 0x20, text: '! dnat', none: true };
const translated: Match = { field: fields.status, bits: 0x20, text: 'dnat' }; // IPS_DST_NAT
const ports = [fields.l4proto, fields.dport];

/** 127.0.0.0/8, by its first byte, or ::1. */
function isLoopback(family: Family, end: 'saddr' | 'daddr'): Match {
  const is = family === 4 ? Uint8Array.of(127) : Uint8Array.of(...new Uint8Array(15), 1);
  return { field: ip[family][end], is, text: family === 4 ? loopback[4] : '::1' };
}

function portRules(family: Family): readonly Rule[] {
  const single = [ip[family].daddr, ...ports];
  const dnat = (key: readonly Field[], map: string): Rule => ({
    when: [],
    action: { kind: 'dnat', family, key, map, range: false },
  });
  // One for each protocol, for nft reads a rule that leads to a range of ports only behind a single one.
  const dnatRange = (key: readonly Field[], map: string): readonly Rule[] =>
    protocols.map((protocol) => ({
      when: [{ field: fields.l4proto, is: Uint8Array.of(protocolNumbers[protocol]), text: protocol }],
      action: { kind: 'dnat', family, key, map, range: true },
    }));
  return [
    dnat(single, `ports${family}_at`),
    ...dnatRange(single, `ranges${family}_at`),
    // What is on every address is not on loopback, which must be asked for.
    { when: [isLoopback(family, 'daddr')], action: { kind: 'return' } },
    dnat(ports, `ports${family}`),
    ...dnatRange(ports, `ranges${family}`),
  ];
}

function sourceRules(family: Family): readonly Rule[] {
  const { saddr, daddr } = ip[family];
  const local: Match = { key: [saddr, fields.oifname], in: `local${family}` };
  const snat = (map: string, random: boolean): Rule => ({
    when: [],
    action: { kind: 'snat', family, key: [saddr], map, random },
  });
  const masquerade = (set: string, random: boolean): Rule => ({
    when: [{ key: [saddr], in: set }],
    action: { kind: 'masquerade', random },
  });
  return [
    // To a neighbour, or back to itself, by a published port: the answer must come this way too.
    { when: [translated, local], action: { kind: 'masquerade', random: false } },
    { when: [local], action: { kind: 'return' } },
    { when: [{ key: [saddr, daddr], in: `exclude${family}` }], action: { kind: 'return' } },
    snat(`snat${family}`, false),
    snat(`snat${family}_random`, true),
    masquerade(`masquerade${family}`, false),
    masquerade(`masquerade${family}_random`, true),
  ];
}

const toPorts = (family: Family, when: readonly Match[]): Rule => ({
  when: [isFamily[family], ...when],
  action: { kind: 'jump', chain: `ports${family}` },
});

/** In an order in which each leads only to those before it. */
export const chains: readonly ChainShape[] = [
  { name: userChain, rules: [] },
  {
    // What comes into a network from outside, but by nobody's leave.
    name: 'into',
    rules: [
      { when: [known], action: { kind: 'accept' } },
      { when: [translated], action: { kind: 'accept' } },
      { when: [{ key: [fields.iifname, fields.oifname], in: 'opened' }], action: { kind: 'accept' } },
      { when: [], action: { kind: 'drop' } },
    ],
  },
  {
    // What goes back into a network of containers that are kept apart.
    name: 'apart',
    rules: [
      // The kernel's own neighbour discovery and multicast reports, which it says come from where they go to. Nothing routed is like them.
      { when: [{ field: fields.hopLimit, is: Uint8Array.of(255), text: '255' }], action: { kind: 'return' } },
      {
        when: [{ field: fields.daddr6, is: Uint8Array.of(255), text: 'ff00::/8' }],
        action: { kind: 'return' },
      },
      { when: [], action: { kind: 'drop' } },
    ],
  },
  ...families.map((family): ChainShape => ({ name: `ports${family}`, rules: portRules(family) })),
  {
    name: 'input',
    base: { type: 'filter', hook: 'input', priority: 'filter' },
    // With route_localnet on the bridge a container could reach what listens on the host's loopback.
    rules: [
      {
        when: [{ key: [fields.iifname], in: 'networks' }, isLoopback(4, 'daddr'), unknown],
        action: { kind: 'drop' },
      },
      { when: [{ key: [fields.iifname], in: 'networks' }, isLoopback(4, 'saddr')], action: { kind: 'drop' } },
    ],
  },
  {
    name: 'forward',
    base: { type: 'filter', hook: 'forward', priority: 'filter' },
    rules: [
      { when: [], action: { kind: 'jump', chain: userChain } },
      { when: [{ key: [fields.iifname, fields.oifname], in: 'within' }], action: { kind: 'accept' } },
      { when: [{ key: [fields.iifname], in: 'internal' }], action: { kind: 'drop' } },
      { when: [], action: { kind: 'verdict', key: [fields.oifname], map: 'into' } },
    ],
  },
  {
    // Only here a packet that the host routes differs from one that a bridge passes on: that one comes from no interface.
    name: 'isolation',
    base: { type: 'filter', hook: 'postrouting', priority: 'filter' },
    rules: [
      {
        when: [{ key: [fields.iifname, fields.oifname], in: 'isolated' }, unknown, untranslated],
        action: { kind: 'jump', chain: 'apart' },
      },
    ],
  },
  {
    name: 'prerouting',
    base: { type: 'nat', hook: 'prerouting', priority: 'dstnat' },
    rules: [
      // What comes from outside for a loopback address is an attack: it is translated before the kernel looks for Martians.
      ...families.map(
        (family): Rule => ({ when: [isLoopback(family, 'daddr')], action: { kind: 'return' } }),
      ),
      ...families.map((family) => toPorts(family, [isLocal])),
      ...families.map((family) => toPorts(family, [{ key: ports, in: `any${family}` }])),
    ],
  },
  {
    name: 'output',
    base: { type: 'nat', hook: 'output', priority: 'dstnat' },
    rules: families.map((family) => toPorts(family, [isLocal])),
  },
  {
    name: 'postrouting',
    base: { type: 'nat', hook: 'postrouting', priority: 'srcnat' },
    rules: families.flatMap(sourceRules),
  },
];
