// Owns: where compiled programs of the bench go: into the build folder of a checkout, beside the temporary files of whoever has it installed.
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const isCheckout = existsSync(`${root}test`);
const user = process.getuid?.();
const folder = isCheckout ? `${root}build/bench` : `${tmpdir()}/netplumb-bench-${user}`;

export const BUILD = `${folder}/`;

/**
 * Makes the folder. What lies there is run as root: among everybody's temporary files it must be nobody else's.
 * @throws {Error} where it is
 */
export function makeBuildFolder() {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (isCheckout) return;
  const found = lstatSync(folder);
  const ours = found.isDirectory() && found.uid === user && (found.mode & 0o022) === 0;
  if (!ours)
    throw new Error(`${folder} is not this user's alone, and what lies there would be run: remove it`);
}
