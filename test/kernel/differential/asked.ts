// What was asked for against what ip shows afterwards: of a change by our verbs, every attribute of the request that ip has a field
// for must stand there, on one of the objects it lists.

import { hasBridgeVlanFiltering } from '../../support/probe.js';
import type { RequestStep } from './changes/record.js';
import { formats, type Scene, type SceneLink } from './formats.js';
import { type Difference, fieldsOf, type Plain, type Row, same, valueAt } from './mapping.js';

/** Attributes that name links, by name or by index in a request, by index in what is read. */
const references = ['index', 'link', 'master', 'outputLink', 'backupPort'];

function indexOf(value: unknown, { links }: Scene): unknown {
  if (typeof value !== 'string') return value;
  const called = ({ name, altNames }: SceneLink) => name === value || altNames?.includes(value);
  return [...links].find(([, link]) => called(link))?.[0] ?? value;
}

/** The request in the form in which an object is read. */
function asRead(value: unknown, scene: Scene): unknown {
  if (Array.isArray(value)) return value.map((one) => asRead(one, scene));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      references.includes(name) ? indexOf(part, scene) : asRead(part, scene),
    ]),
  );
}

const dataOf = ({ linkInfo }: Plain) => ((linkInfo as Plain | undefined)?.data ?? {}) as Plain;

const often = (asked: Plain) =>
  [dataOf(asked).mcastQueryInterval, dataOf(asked).mcastStartupQueryInterval].some(
    (interval) => interval !== undefined && Number(interval) < 100,
  );

/** What the kernel decides whatever was asked, and why; of some objects only. */
const kernels: Readonly<Record<string, readonly [why: string, when?: (asked: Plain) => boolean]>> = {
  'link.link': ['of a link made elsewhere, told with a namespace', ({ netNsFd }) => netNsFd !== undefined],
  'link.flags': ['the switches that were asked for are looked at one by one'],
  'address.dynamic': ['it says that the lifetimes end'],
  'address.tentative': ['a check that goes on by itself'],
  'address.optimistic': ['a check that goes on by itself'],
  'address.preferred_life_time': [
    'none is told of what is valid for ever',
    ({ cacheInfo }) => (cacheInfo as Plain | undefined)?.valid === 0xffff_ffff,
  ],
  'address.scope': ['IPv6 reads it off the address', ({ family }) => family === 'inet6'],
  'route.pref': ['what leads nowhere has none', ({ type }) => type !== 'unicast'],
  'link.linkinfo.info_data.ageing': ['0 is the default, 300', (asked) => dataOf(asked).ageing === 0],
  ...Object.fromEntries(
    (['mcast_query_intvl', 'mcast_startup_query_intvl'] as const).map((name) => [
      `link.linkinfo.info_data.${name}`,
      ['the kernel takes no less than a second', often],
    ]),
  ),
  'link.linkinfo.info_data.vlan_default_pvid': [
    'a kernel without VLAN filtering takes and forgets it',
    () => !hasBridgeVlanFiltering(),
  ],
  'rule6.flow_from': ['IPv6 takes and forgets realms'],
  'rule6.flow_to': ['IPv6 takes and forgets realms'],
  'route.scope': ['a number may have a name', ({ scope }) => typeof scope === 'number'],
  'route.protocol': ['a number may have a name', ({ protocol }) => typeof protocol === 'number'],
  'route.type': ["a next-hop object's may be 'blackhole'", ({ nextHopId }) => nextHopId !== undefined],
  'proxy.state': ['they have none'],
  'fdb.flags': [
    "'self' and 'master' say in whose table it stands",
    ({ flags }) => (flags as readonly unknown[]).some((flag) => flag === 'self' || flag === 'master'),
  ],
};

function isKernels(name: string, asked: Plain): boolean {
  const [, when = () => true] = kernels[name] ?? ['', () => false];
  return when(asked);
}

interface Looked {
  readonly fields: number;
  readonly differences: readonly Difference[];
}
const sum = (all: readonly Looked[]): Looked => ({
  fields: all.reduce((total, { fields }) => total + fields, 0),
  differences: all.flatMap(({ differences }) => differences),
});

/** A bridge counts its times in the kernel's own ticks, of which a hundredth of a second need not be a whole number. */
const rounded = /^link\.linkinfo\.info_data\.(.*_intvl|.*_time|forward_delay|max_age)$/;

/** Of a list, as of flags, there may be more; and 0 and no text are as good as nothing. */
function holds(field: string, asked: unknown, found: unknown): boolean {
  if ((asked === 0 || asked === '') && found === undefined) return true;
  if (rounded.test(field)) return Math.abs(Number(asked) - Number(found)) <= 1;
  if (Array.isArray(asked) && Array.isArray(found)) return asked.every((one) => found.includes(one));
  return same(asked, found);
}

function lookAt(name: string, rows: readonly Row[], asked: Plain, theirs: Plain, scene: Scene): Looked {
  const fields = new Map(fieldsOf(theirs));
  return sum(
    rows.map(([field, path, as = 'same']): Looked => {
      const said = `${name}.${field}`;
      const value = valueAt(asked, path);
      if (value === undefined || isKernels(said, asked)) return { fields: 0, differences: [] };
      const found = fields.get(field);
      if (typeof as !== 'string') {
        const inner = (found ?? []) as readonly Plain[];
        const each = [value].flat().map((one, i) => lookAt(said, as, one as Plain, inner[i] ?? {}, scene));
        return sum(each);
      }
      const written = formats[as](value, { whole: asked, path, scene });
      if (written === undefined) return { fields: 0, differences: [] };
      const differs = !holds(said, written, found);
      return { fields: 1, differences: differs ? [{ field: said, ours: written, theirs: found }] : [] };
    }),
  );
}

/** @returns what is missing of the object that comes closest; nothing where one has all that was asked for */
export function missing(
  name: string,
  rows: readonly Row[] | ((ours: Plain) => readonly Row[]),
  step: RequestStep,
  theirs: readonly Plain[],
  scene: Scene,
): Looked {
  const { value } = step;
  // A rule names links by what they are called, whether there are any or not.
  const read = step.object === 'rule' ? value : (asRead(value, scene) as Plain);
  const asked = { flags: [], ...read };
  const each = typeof rows === 'function' ? rows(asked) : rows;
  const all = theirs.map((object) => lookAt(name, each, asked, object, scene));
  const [best] = all.toSorted((a, b) => a.differences.length - b.differences.length);
  return best ?? { fields: 1, differences: [{ field: name, ours: value, theirs: [] }] };
}

/** The switches of a link that were asked for, as ip's flags show them. */
export function missingSwitches({ value }: RequestStep, link: Plain | undefined): readonly Difference[] {
  const { flags = [], change = [] } = value as { flags?: readonly string[]; change?: readonly string[] };
  const shown = (link?.flags ?? []) as readonly string[];
  const words: Readonly<Record<string, string>> = {
    up: 'UP',
    noArp: 'NOARP',
    multicast: 'MULTICAST',
    allMulticast: 'ALLMULTI',
    promiscuous: 'PROMISC',
  };
  return change
    .filter((name) => flags.includes(name) !== shown.includes(words[name] ?? name))
    .map((name) => ({ field: `link.${name}`, ours: flags.includes(name), theirs: shown }));
}
