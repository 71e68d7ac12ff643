// node scripts/dev-native.mjs: the developers' build of native/ through cmake-js: compile_commands.json, with the addon.
// configureNative() is the same without Node's headers: the core and its C++ tests, sanitized or not.
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { main, mustRun, root } from './setup/command.mjs';

/**
 * Configures the core and its tests with plain cmake.
 * @param {{ sanitize: boolean }} options
 * @returns {Promise<string>} the build directory
 */
export async function configureNative({ sanitize }) {
  const build = join(root, 'native/build', sanitize ? 'sanitize' : 'plain');
  const type = `-DCMAKE_BUILD_TYPE=${sanitize ? 'Debug' : 'RelWithDebInfo'}`;
  await mustRun('cmake', [
    '-S',
    'native',
    '-B',
    build,
    type,
    `-DSANITIZE=${sanitize ? 'ON' : 'OFF'}`,
    '-Wno-dev',
  ]);
  return build;
}

/**
 * Builds what configureNative() configured.
 * @param {string} build
 */
export function buildNative(build) {
  return mustRun('cmake', ['--build', build, '--parallel', String(availableParallelism())]);
}

if (process.argv[1] === import.meta.filename) {
  await main('dev-native', async () => {
    const out = 'native/build/addon';
    await mustRun(join(root, 'node_modules/.bin/cmake-js'), [
      'compile',
      '--directory',
      'native',
      '--out',
      out,
    ]);
    const link = join(root, 'compile_commands.json');
    rmSync(link, { force: true });
    if (existsSync(join(root, out, 'compile_commands.json')))
      symlinkSync(join(out, 'compile_commands.json'), link);
  });
}
