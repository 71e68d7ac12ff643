// node scripts/types/generate.mjs [--check] [--addon FILE]: makes what the attribute tables are the source of: the list of link
// kinds, the TypeScript types, the reference. With --check it changes nothing and exits with 1 when a file differs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildAddon } from '../setup/artifacts.mjs';
import { main, root, Stop } from '../setup/command.mjs';
import { kindsHeader, kindsIn } from './kinds-header.mjs';
import { reference } from './reference.mjs';
import { typescript } from './typescript.mjs';

const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, addon: { type: 'string' } },
});

let differing = 0;

/**
 * Writes a file, or with --check says where it differs.
 * @param {string} path @param {string} wanted
 */
function deliver(path, wanted) {
  const found = contentOf(path);
  if (found === wanted) return;
  if (!options.check) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), wanted);
    console.log(`generate: wrote ${path}`);
    return;
  }
  differing++;
  const [has, wants] = [found.split('\n'), wanted.split('\n')];
  const line = wants.findIndex((text, index) => text !== has[index]);
  const place = line < 0 ? wants.length : line;
  console.error(
    `${path}:${place + 1} differs from the tables\n  - ${has[place] ?? ''}\n  + ${wants[place] ?? ''}`,
  );
}

/** @param {string} path */
function contentOf(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return '';
  }
}

/** @returns {{ describe(): import('./description.mjs').Description }} */
function loadAddon() {
  const require = createRequire(import.meta.url);
  return options.addon === undefined ? require('node-gyp-build')(root) : require(resolve(options.addon));
}

await main('generate', async () => {
  const kinds = kindsIn(join(root, 'native/rtnl/kinds'));
  deliver('native/rtnl/kinds/all.generated.h', kindsHeader(kinds));
  // An addon older than the tables would describe other ones.
  if (options.addon === undefined) await buildAddon();
  const description = loadAddon().describe();
  const described = description.kinds.map((kind) => kind.name).sort();
  if (described.join() !== kinds.join()) {
    throw new Stop(
      `the addon knows the kinds ${described.join(', ')}; there are headers for ${kinds.join(', ')}`,
    );
  }
  deliver('src/rtnl/attributes.generated.ts', typescript(description));
  deliver('docs/attributes.md', reference(description));
  if (differing > 0)
    throw new Stop(`${differing} generated files differ; run \`npm run generate\` and commit them`);
});
