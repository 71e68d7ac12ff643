// node scripts/dev-native.mjs: the developers' build of native/ through cmake-js: compile_commands.json, with the addon.
// buildFuzzer() makes the fuzz targets, by cmake-js too.
// configureNative() is the same without Node's headers: the core and its C++ tests, sanitized or not.
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { main, mustRun, mustRunQuietly, root } from './setup/command.mjs';
import { headersEnvironment } from './setup/node-headers.mjs';

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

/**
 * Configures and builds through cmake-js.
 * @param {readonly string[]} args its command and options
 */
async function cmakeJs(args) {
  const program = join(root, 'node_modules/.bin/cmake-js');
  await mustRunQuietly(program, [...args, '--directory', 'native', '--log-level', 'warn'], {
    env: headersEnvironment(),
  });
}

/** Builds the fuzz targets, with the sanitizers. @returns {Promise<string>} the program that holds them */
export async function buildFuzzer() {
  const out = 'native/build/fuzz';
  const options = ['--CDSANITIZE=ON', '--CDFUZZ=ON', '--CDCMAKE_CXX_COMPILER=clang++-14'];
  await cmakeJs([
    'build',
    '--out',
    out,
    ...options,
    '--config',
    'RelWithDebInfo',
    '--target',
    'netplumb_fuzz',
  ]);
  return join(root, out, 'netplumb_fuzz');
}

if (process.argv[1] === import.meta.filename) {
  await main('dev-native', async () => {
    const out = 'native/build/addon';
    await cmakeJs(['compile', '--out', out]);
    const link = join(root, 'compile_commands.json');
    rmSync(link, { force: true });
    if (existsSync(join(root, out, 'compile_commands.json')))
      symlinkSync(join(out, 'compile_commands.json'), link);
  });
}
