// Owns which of the two iptables speaks for a host and a family: the one whose rules stand there already, else the one the machine is set
// to. Rules in both at once confuse everybody: that is told. Must not know networks.
import { readFileSync } from 'node:fs';
import type { BackendHost } from '../backend.js';
import type { Family } from '../family.js';
import { findProgram } from './program.js';
import { RestoreSession } from './session.js';
import { type ParsedRules, parseRules } from './standing.js';
import { detectVariant, type IptablesVariant, programOf } from './variant.js';

/** What was chosen for a host, and why. */
export interface VariantChoice {
  /** Undefined where no iptables is installed. */
  readonly chosen: IptablesVariant | undefined;
  readonly why: string;
  /** Rules stand in both: those of the other variant are not seen, and their drops are not overridden. */
  readonly mixed: boolean;
}

/**
 * Looks at what stands. Starts a process for a variant only where its tables are in use and it is not certain to be chosen.
 * @throws {NatError}
 */
export async function chooseVariant(host: BackendHost, family: Family): Promise<VariantChoice> {
  const set = detectVariant(findProgram(family));
  if (set === undefined) return { chosen: undefined, why: 'none is installed', mixed: false };
  const bySetting = { chosen: set, why: 'the machine is set to it', mixed: false };
  const legacyInUse = legacyTables(host, family).length > 0;
  const other = programOf(set.variant === 'legacy' ? 'nf_tables' : 'legacy', family);
  // With rules of its own the legacy variant stays; without, either may have them.
  if (other === undefined || (set.variant === 'nf_tables') !== legacyInUse) return bySetting;
  if (!(await hasRules(host, family, other))) return bySetting;
  if (await hasRules(host, family, set.program))
    return { chosen: set, why: 'the machine is set to it, and rules stand in both variants', mixed: true };
  const chosen = detectVariant(other) ?? set;
  return {
    chosen,
    why: `rules stand there, and none with ${set.variant}, to which the machine is set`,
    mixed: false,
  };
}

/** The legacy variant's tables that exist in the host's namespace: reading it is cheap, and makes none. */
export function legacyTables(host: BackendHost, family: Family): readonly string[] {
  const file = `/proc/thread-self/net/ip${family === 4 ? '' : '6'}_tables_names`;
  try {
    return host
      .inside(() => readFileSync(file, 'utf8'))
      .split('\n')
      .filter(Boolean);
  } catch {
    return []; // a kernel without it
  }
}

async function hasRules(host: BackendHost, family: Family, program: string): Promise<boolean> {
  const session = new RestoreSession({ spawn: host.spawn, program, family });
  try {
    return holdsAnything(parseRules(await session.readRules()));
  } finally {
    await session.close();
  }
}

function holdsAnything({ nat, filter }: ParsedRules): boolean {
  return [nat, filter].some(
    ({ rules, policies }) => rules.length > 0 || [...policies.values()].some((policy) => policy !== 'ACCEPT'),
  );
}
