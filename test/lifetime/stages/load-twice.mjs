// The addon is loaded by import and by require, again past the module cache, inside another context, and in a worker that does
// the same: each copy works beside the others.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import { isMainThread, Worker } from 'node:worker_threads';
import { expectAlive } from './work.mjs';

const require = createRequire(import.meta.url);
const root = new URL('../../..', import.meta.url).pathname;

/** @returns {typeof import('../../../src/binding.js').binding} */
function loadAgain() {
  for (const path of Object.keys(require.cache)) if (path.endsWith('.node')) delete require.cache[path];
  return require('node-gyp-build')(root);
}

/** @param {ReturnType<typeof loadAgain>} binding */
async function expectWorking(binding) {
  const result = await binding.run({
    slots: [undefined],
    steps: [{ do: 'createNamespace', operation: 'namespace.create', slot: 0 }],
    undo: true,
    keep: [0],
  });
  const handle = result.failure ? undefined : result.namespaces[0];
  if (handle === undefined) throw new Error('no namespace was made');
  if (typeof binding.identity(handle) !== 'bigint') throw new Error('no identity');
  binding.closeNamespace(handle);
}

const copies = [loadAgain(), loadAgain(), loadAgain()];
if (new Set(copies).size !== 3) throw new Error('the addon was not loaded again');
await Promise.all([expectAlive(), ...copies.map(expectWorking)]);
const inContext = runInNewContext('(binding, expectWorking) => expectWorking(binding)');
await inContext(loadAgain(), expectWorking);
const { Namespace } = await import('netplumb');
const links = await runInNewContext('(async (open) => (await open()).links.list())')(() =>
  Namespace.current(),
);
if (!Array.isArray(links)) throw new Error('no list');

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const [code] = await once(worker, 'exit');
  if (code !== 0) process.exitCode = 1;
  await Promise.all([expectAlive(), ...copies.map(expectWorking)]);
}
