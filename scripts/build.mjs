// node scripts/build.mjs [native|ts|prebuild|pack|all]: makes one artifact again, or all that `npm pack` needs.
import { buildAddon, buildDist, buildPrebuild } from './setup/artifacts.mjs';
import { main, Stop } from './setup/command.mjs';
import { installDependencies } from './setup/dependencies.mjs';

/** @type {Record<string, () => Promise<void>>} */
const targets = {
  all: async () => {
    await buildAddon({ force: true });
    await buildDist({ force: true });
  },
  native: () => buildAddon({ force: true }),
  ts: () => buildDist({ force: true }),
  prebuild: () => buildPrebuild({ force: true }),
  // What `npm pack` puts into the package; made again only when out of date.
  pack: async () => {
    await buildDist();
    await buildPrebuild();
  },
};

await main('build', async () => {
  const name = process.argv[2] ?? 'all';
  const target = targets[name];
  if (target === undefined) throw new Stop(`unknown target ${name}; use ${Object.keys(targets).join(', ')}`);
  await installDependencies();
  await target();
});
