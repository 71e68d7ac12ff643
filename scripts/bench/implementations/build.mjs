// Owns: where compiled programs of the bench go: into the build folder of a checkout, beside the temporary files of whoever has it installed.
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export const BUILD = existsSync(`${root}test`)
  ? `${root}build/bench/`
  : `${tmpdir()}/netplumb-bench-${process.getuid?.()}/`;
