// The addon is loaded where no descriptor is left: that is an exception, and it loads once there are some again.

import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../../build/Release/netplumb.node', import.meta.url));
if (process.argv[2] !== 'few') {
  const few = ['-c', 'ulimit -n 256 && exec "$@"', 'sh', execPath, fileURLToPath(import.meta.url), 'few'];
  const { status } = spawnSync('sh', few, { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  process.dlopen({ exports: {} }, path); // so that the library itself needs none
  const held = [];
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {}
  /** @type {unknown} */
  let refusal;
  try {
    process.dlopen({ exports: {} }, path);
  } catch (error) {
    refusal = error;
  }
  for (const fd of held) closeSync(fd);
  if (!/EMFILE/.test(String(refusal))) throw new Error(`not refused: ${String(refusal)}`);
  process.dlopen({ exports: {} }, path);
}
