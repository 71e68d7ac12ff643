// Owns which of the two iptables the host uses. Starts no process: the binary's link says it.
// Must not know sessions.
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { Family } from '../family.js';
import { findProgram } from './program.js';

/** The host's iptables. */
export interface IptablesVariant {
  /** Where the rules go: nf_tables through iptables' own tables there, or the older xtables. The two do not see each other. */
  readonly variant: 'nf_tables' | 'legacy';
  /** Absolute path of iptables-restore, as it is started. */
  readonly program: string;
}

// xtables-multi is what iptables before 1.8 calls the legacy one.
const variants: ReadonlyMap<string, IptablesVariant['variant']> = new Map([
  ['xtables-nft-multi', 'nf_tables'],
  ['xtables-legacy-multi', 'legacy'],
  ['xtables-multi', 'legacy'],
]);

/**
 * Which variant iptables-restore is, by what it links to; undefined where it is not installed or links to neither.
 * `update-alternatives --display iptables`, or `iptables-restore --version`, says the same.
 */
export function detectVariant(program: string | undefined = findProgram()): IptablesVariant | undefined {
  if (program === undefined) return undefined;
  const variant = variants.get(basename(resolve(program)));
  return variant === undefined ? undefined : { variant, program };
}

/** The program of a variant, whatever the machine is set to; undefined where it is not installed. */
export function programOf(variant: IptablesVariant['variant'], family: Family): string | undefined {
  return findProgram(family, variant === 'legacy' ? 'legacy-' : 'nft-');
}

function resolve(program: string): string {
  try {
    return realpathSync(program);
  } catch {
    return program;
  }
}
