// Owns which iptables-restore is started, and with what around it.
// Must not know what it is told. It runs as root, so nothing of ours or the caller's environment reaches it.
import { accessSync, constants } from 'node:fs';
import type { Family } from '../family.js';

// Not PATH: a planted one would be run as root.
const directories = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/** The Debian package that brings iptables-restore and ip6tables-restore. */
export const debianPackage = 'iptables';

/** What the program is called. */
export function programName(family: Family): string {
  return family === 4 ? 'iptables-restore' : 'ip6tables-restore';
}

/**
 * The absolute path of the host's iptables-restore (ip6tables-restore), or undefined where none is installed.
 * @param variant `legacy-` or `nft-`, for iptables-legacy-restore and iptables-nft-restore
 */
export function findProgram(family: Family = 4, variant: '' | 'legacy-' | 'nft-' = ''): string | undefined {
  const name = programName(family).replace('tables-', `tables-${variant}`);
  return directories.map((directory) => `${directory}/${name}`).find(isExecutable);
}

/**
 * Its arguments. `-v` makes it echo comments, which acknowledges what came before them; a bare `-w` would wait for ever.
 * `--noflush`: what is not mentioned stays.
 */
export function programArguments(waitSeconds: number): string[] {
  return ['-w', String(waitSeconds), '--noflush', '-v'];
}

/**
 * Its whole environment. XTABLES_LIBDIR would load any library as root, XTABLES_LOCKFILE would take another lock than everybody
 * else's, LD_* speaks for itself. No prototype, because Node copies inherited keys too; the undefined key keeps Node from
 * adding its own.
 */
export function programEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = Object.create(null);
  environment.LC_ALL = 'C';
  environment.PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
  environment.NODE_V8_COVERAGE = undefined;
  return environment;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
