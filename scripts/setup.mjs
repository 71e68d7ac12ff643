// node scripts/setup.mjs [build|demo|test|bench]: makes a fresh machine ready, doing only what is missing: Debian packages,
// node_modules, the addon, dist. Plain Node, no dependencies: it runs before node_modules exists.
import { buildAddon, buildDist } from './setup/artifacts.mjs';
import { main, Stop } from './setup/command.mjs';
import { installDebianPackages } from './setup/debian-packages.mjs';
import { installDependencies } from './setup/dependencies.mjs';
import { checkMachine } from './setup/machine.mjs';

/** @param {import('./setup/debian-packages.mjs').Purpose} purpose */
export async function setup(purpose) {
  checkMachine();
  await installDebianPackages(purpose);
  await installDependencies();
  await buildAddon();
  await buildDist();
}

if (process.argv[1] === import.meta.filename) {
  await main('setup', async () => {
    const purpose = process.argv[2] ?? 'demo';
    if (purpose !== 'build' && purpose !== 'demo' && purpose !== 'test' && purpose !== 'bench') {
      throw new Stop(`unknown purpose ${purpose}; use build, demo, test or bench`);
    }
    await setup(purpose);
  });
}
