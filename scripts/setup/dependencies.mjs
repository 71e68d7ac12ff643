// node_modules: runs `npm ci` when what is installed is not what package-lock.json says.
// Knows nothing of what is built from it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRunQuietly, root, Stop, which } from './command.mjs';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} LockEntry */

/** @param {string} path @returns {Record<string, LockEntry>} */
function lockedPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/** Whether node_modules holds every package of package-lock.json in its version, by npm's own record. */
export function dependenciesAreCurrent() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = lockedPackages(record);
  return Object.entries(lockedPackages(join(root, 'package-lock.json'))).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = installed[path];
    // Optional packages are those of other platforms.
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && existsSync(join(root, path, 'package.json'));
  });
}

/** Installs node_modules from the lock when it is missing or out of date. */
export async function installDependencies() {
  if (dependenciesAreCurrent()) return;
  const npm = which('npm');
  if (npm === undefined) throw new Stop('missing: npm (installs node_modules)');
  console.log('setup: npm ci');
  // Without scripts: our own `install` script would build the addon, which is the next step here.
  await mustRunQuietly(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}
