// Owns what stands in nf_tables: read from the kernel once, then only asked. Must not know what is wanted.

import type { RuleSet } from '../backend.js';
import { type RawElement, type StandingElement, standingElements } from './decoding.js';
import { tableName, userChain } from './names.js';
import { type SetShape, sets } from './skeleton.js';

/** A chain that stands, whosever it is. */
export interface StandingChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly type?: string;
  readonly hook?: { readonly number?: unknown; readonly priority?: unknown };
  readonly policy?: unknown;
  /** How many rules it has and how often it is jumped to. */
  readonly use?: number;
}

export interface StandingRule {
  readonly chain: string;
  readonly expressions?: readonly unknown[];
}

/** A set of netplumb's table. */
export interface StandingSet {
  readonly name: string;
  readonly keyLength?: number;
  readonly dataLength?: number;
  readonly flags?: readonly unknown[];
}

export interface Standing {
  /** Of all the host's rules; a change that says it is refused where others changed some meanwhile. */
  readonly generation: number;
  /** Base chains of others, and all of netplumb's own. */
  readonly chains: readonly StandingChain[];
  /** Absent where there is no table of netplumb's. */
  readonly own?: OwnTable;
}

export interface OwnTable {
  readonly dormant: boolean;
  readonly chains: ReadonlyMap<string, StandingChain>;
  readonly rules: ReadonlyMap<string, readonly StandingRule[]>;
  readonly sets: ReadonlyMap<string, StandingSet>;
  readonly elements: readonly StandingElement[];
}

const ours = { family: 'inet', table: tableName } as const;
const isOurs = ({ family, table }: { readonly family?: unknown; readonly table?: unknown }) =>
  family === ours.family && table === ours.table;

const attempts = 5;

/** Reads it in two trips, and anew where rules changed in between. @throws {NatError} */
export async function readStanding(rules: RuleSet): Promise<Standing> {
  for (let attempt = 1; ; attempt++) {
    const [[generation], tables, allChains, allSets] = (await rules.read([
      { object: 'nftGeneration', verb: 'get', value: {} },
      { object: 'nftTable', verb: 'list', value: {} },
      { object: 'nftChain', verb: 'list', value: {} },
      { object: 'nftSet', verb: 'list', value: {} },
    ])) as [
      [{ id: number }],
      { family: string; name: string; flags?: string[] }[],
      StandingChain[],
      (StandingSet & typeof ours)[],
    ];
    const table = tables.find(({ family, name }) => family === ours.family && name === ours.table);
    const chains = allChains.filter((chain) => isOurs(chain) || chain.hook !== undefined);
    if (table === undefined) return { generation: generation.id, chains };
    const own = await readOwn(
      rules,
      chains.filter(isOurs),
      allSets.filter(isOurs),
      table.flags?.includes('dormant') === true,
    );
    if (own?.generation === generation.id) return { generation: generation.id, chains, own };
    if (attempt >= attempts && own !== undefined) return { generation: generation.id, chains, own }; // a change by it will be refused
  }
}

/** Undefined where a set went meanwhile. */
async function readOwn(
  rules: RuleSet,
  chains: readonly StandingChain[],
  standing: readonly StandingSet[],
  dormant: boolean,
): Promise<(OwnTable & { readonly generation: number }) | undefined> {
  const known = standing.flatMap(({ name }) => sets.find((shape) => shape.name === name) ?? []);
  const lists = await rules
    .read([
      { object: 'nftRule', verb: 'list', value: ours },
      ...known.map(
        ({ name }) => ({ object: 'nftElement', verb: 'list', value: { ...ours, set: name } }) as const,
      ),
      { object: 'nftGeneration', verb: 'get', value: {} },
    ])
    .catch((error) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
  if (lists === undefined) return undefined;
  const [all = [], ...elements] = lists;
  const [{ id: generation }] = elements.pop() as [{ id: number }];
  const byChain = new Map<string, StandingRule[]>();
  for (const rule of all as readonly (StandingRule & typeof ours)[])
    if (isOurs(rule)) byChain.set(rule.chain, [...(byChain.get(rule.chain) ?? []), rule]);
  return {
    generation,
    dormant,
    chains: new Map(chains.map((chain) => [chain.name, chain])),
    rules: byChain,
    sets: new Map(standing.map((set) => [set.name, set])),
    elements: known.flatMap((shape, i) => standingElements(shape, rawElements(elements[i], shape))),
  };
}

function rawElements(messages: readonly unknown[] | undefined, _shape: SetShape): readonly RawElement[] {
  return ((messages ?? []) as readonly { readonly elements?: readonly RawElement[] }[]).flatMap(
    ({ elements = [] }) => elements,
  );
}

/** The networks of which elements stand; sorted. */
export function ruledNetworks({ own }: Standing): readonly string[] {
  return [...new Set(own?.elements.flatMap(({ owner }) => owner?.network ?? []))].sort();
}

/** Whether the administrator has put rules into the chain that is theirs. */
export function hasUserRules({ rules }: OwnTable): boolean {
  return (rules.get(userChain)?.length ?? 0) > 0;
}
