// The `ip` and `sysctl` lines that would do what a step does. Pure; the spellings come from the attribute tables, so a new
// attribute explains itself.

import { binding, type Step, type TableDescription } from './binding.js';
import type { NamespaceTarget } from './rtnl/references.js';

type Row = TableDescription['rows'][number];
type Fields = Readonly<Record<string, unknown>>;

interface Spelling {
  readonly tables: ReadonlyMap<string, TableDescription>;
  readonly kinds: ReadonlyMap<string, TableDescription>;
  readonly ports: ReadonlyMap<string, TableDescription>;
  readonly namespaces: readonly NamespaceTarget[];
  readonly here: NamespaceTarget | undefined;
}

type Tables = Pick<Spelling, 'tables' | 'kinds' | 'ports'>;

let described: Tables | undefined;

function tables(): Tables {
  if (described !== undefined) return described;
  const { tables, kinds, objects } = binding.describe();
  const byName = new Map(tables.map((table) => [table.name, table]));
  const find = (table: string | TableDescription | null) =>
    typeof table === 'string' ? byName.get(table) : (table ?? undefined);
  const collect = (pairs: readonly (readonly [string, TableDescription | undefined])[]) =>
    new Map(pairs.filter((pair): pair is readonly [string, TableDescription] => pair[1] !== undefined));
  described = {
    tables: collect(objects.map((object) => [object.name, find(object.attributes)])),
    kinds: collect(kinds.map((kind) => [kind.name, find(kind.data)])),
    ports: collect(kinds.map((kind) => [kind.name, find(kind.port)])),
  };
  return described;
}

/** One line for each step that has one; reading has none. */
export function explainSteps(
  steps: readonly Step[],
  namespaces: readonly NamespaceTarget[],
  here?: NamespaceTarget,
): readonly string[] {
  const spelling = { ...tables(), namespaces, here };
  return steps.flatMap((step) => explain(step, spelling));
}

function explain(step: Step, spelling: Spelling): string[] {
  switch (step.do) {
    case 'createNamespace':
      return [step.name === undefined ? 'unshare --net' : `ip netns add ${step.name}`];
    case 'removeNamespace':
      return [`ip netns del ${step.name}`];
    case 'sysctlSet':
      return [`${inside(step.slot, spelling, 'nsenter')}sysctl -w ${step.name}=${quoted(step.value)}`];
    case 'request':
      return request(step, spelling);
    default:
      return [];
  }
}

function inside(slot: number, { namespaces, here }: Spelling, how: 'ip' | 'nsenter'): string {
  const target = namespaces[slot];
  const name = target?.name;
  if (name === undefined || target === here) return how === 'ip' ? 'ip' : '';
  return how === 'ip' ? `ip -n ${name}` : `nsenter --net=/run/netns/${name} `;
}

function request(step: Extract<Step, { do: 'request' }>, spelling: Spelling): string[] {
  if (step.verb === 'get' || step.verb === 'list' || step.verb === 'settle') return [];
  const ip = inside(step.slot, spelling, 'ip');
  const verb = step.verb === 'remove' ? 'del' : step.verb;
  const value = step.value;
  switch (step.object) {
    case 'link':
      return [`${ip} ${link(step.verb === 'remove' ? 'del' : step.verb, value, spelling)}`];
    case 'altName':
      return [
        [
          ip,
          'link property',
          verb,
          'dev',
          linkName(value),
          ...(value.altNames as string[]).map((name) => `altname ${quoted(name)}`),
        ].join(' '),
      ];
    case 'address': {
      const { family: _, prefixLength, index, local, address, ...rest } = value;
      const peer = address === undefined || address === local ? [] : ['peer', `${address}/${prefixLength}`];
      const length = peer.length > 0 ? '' : `/${prefixLength}`;
      return [
        [
          ip,
          'address',
          verb,
          `${local}${length}`,
          ...peer,
          'dev',
          reference(index),
          ...attributes('address', rest, spelling),
        ].join(' '),
      ];
    }
    default:
      return [`${ip} route ${verb} ${route(value, spelling)}`];
  }
}

function link(verb: string, value: Fields, spelling: Spelling): string {
  const { flags, change, linkInfo, name, altName, index, netNsFd, ...rest } = value;
  const { kind, data, slaveKind, slaveData } = (linkInfo ?? {}) as {
    kind?: string;
    data?: Fields;
    slaveKind?: string;
    slaveData?: Fields;
  };
  const renamed = index !== undefined && name !== undefined ? [`name ${name}`] : [];
  const words = [
    'link',
    verb,
    ...(verb === 'add' ? [] : ['dev']),
    linkName(value),
    ...renamed,
    ...attributes('link', rest, spelling),
  ];
  if (netNsFd !== undefined) words.push(`netns ${namespaceName(netNsFd, spelling)}`);
  if (change !== undefined) words.push(Array.isArray(flags) && flags.includes('up') ? 'up' : 'down');
  if (kind !== undefined) {
    const { peer, ...own } = (data ?? {}) as { peer?: Fields } & Fields;
    words.push('type', kind, ...spell(spelling.kinds.get(kind), own));
    if (peer !== undefined) {
      const { name: peerName, netNsFd: peerNamespace, ...others } = peer;
      words.push('peer', `name ${peerName}`, ...attributes('link', others, spelling));
      if (peerNamespace !== undefined) words.push(`netns ${namespaceName(peerNamespace, spelling)}`);
    }
  }
  if (slaveKind !== undefined)
    words.push('type', `${slaveKind}_slave`, ...spell(spelling.ports.get(slaveKind), slaveData ?? {}));
  return words.join(' ');
}

function route(value: Fields, spelling: Spelling): string {
  const {
    family: _f,
    protocol: _p,
    scope: _s,
    destination,
    destinationLength,
    type,
    headerTable,
    outputLink,
    gateway,
    ...rest
  } = value;
  const words = type === undefined || type === 'unicast' ? [] : [String(type)];
  words.push(destination === undefined ? 'default' : `${destination}/${destinationLength}`);
  if (gateway !== undefined) words.push(`via ${gateway}`);
  if (outputLink !== undefined) words.push(`dev ${reference(outputLink)}`);
  if (headerTable !== undefined && headerTable !== 254 && headerTable !== 0)
    words.push(`table ${headerTable}`);
  return [...words, ...attributes('route', rest, spelling)].join(' ');
}

const attributes = (object: string, value: Fields, spelling: Spelling) =>
  spell(spelling.tables.get(object), value);

// Nested tables have no spelling of their own; address generation is the one people set by hand.
function spell(table: TableDescription | undefined, value: Fields): string[] {
  return Object.entries(value).flatMap(([name, field]) => {
    if (field === undefined || name === 'extMask') return [];
    if (name === 'afSpec') return familyWords(field as { inet6?: { addressGenerationMode?: string } });
    const row = table?.rows.find((candidate) => candidate.name === name);
    return row === undefined || row.ip === '' ? [] : [word(row, field)];
  });
}

function familyWords(families: { inet6?: { addressGenerationMode?: string } }): string[] {
  const mode = families.inet6?.addressGenerationMode;
  return mode === undefined ? [] : [`addrgenmode ${mode}`];
}

// 'mtu BYTES' → 'mtu 1400'; 'isolated { on | off }' → 'isolated on'; 'master NAME | nomaster' → 'master br0'.
function word(row: Row, value: unknown): string {
  if (row.ip.includes('{ on | off }'))
    return row.ip.replace('{ on | off }', value === true || value === 1 ? 'on' : 'off');
  if (row.ip.includes('{ 0 | 1 }'))
    return row.ip.replace('{ 0 | 1 }', value === true || value === 1 ? '1' : '0');
  const [first = row.ip] = row.ip.split(' | ');
  const keyword = first.split(' ')[0] ?? first;
  if (row.bits && Array.isArray(value)) return value.join(' ').toLowerCase();
  if (first === keyword) return keyword;
  return `${keyword} ${row.type === 'LinkIndex' ? reference(value) : quoted(String(value))}`;
}

function linkName(value: Fields): string {
  return reference(value.index ?? value.name ?? value.altName ?? '');
}

function reference(value: unknown): string {
  if (typeof value === 'number') return `if${value}`;
  if (typeof value !== 'object' || value === null) return quoted(String(value));
  if ('index' in value) return `if${(value as { index: number }).index}`;
  return 'step' in value ? `LINK${(value as { step: number }).step}` : String(value);
}

function namespaceName(value: unknown, spelling: Spelling): string {
  const slot = (value as { slot: number }).slot;
  return spelling.namespaces[slot]?.name ?? 'PID';
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_.:/@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
