// What is built from the sources: the addon (build/Release), dist/, the prebuild. Each keeps a stamp, a hash of all it
// was made from, and is made again when that differs; modification times would lie after a checkout.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mustRun, mustRunQuietly, root } from './command.mjs';
import { headersArgument, headersEnvironment } from './node-headers.mjs';

const addonInputs = [
  'binding.gyp',
  'scripts/native-sources.cjs',
  'native',
  'node_modules/node-addon-api/package.json',
];
const distInputs = ['src', 'tsconfig.json', 'node_modules/typescript/package.json'];

/** Directories below native/ that the addon is not made from. */
const notInAddon = /^native\/(test|fuzz|build[^/]*)(\/|$)/;

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  if (notInAddon.test(path) || !existsSync(join(root, path))) return [];
  const entries = readEntries(path);
  return entries === undefined ? [path] : entries.flatMap((entry) => filesBelow(`${path}/${entry}`));
}

/** @param {string} path */
function readEntries(path) {
  try {
    return readdirSync(join(root, path)).sort();
  } catch {
    return undefined;
  }
}

/** @param {readonly string[]} inputs */
function hashOf(inputs) {
  const hash = createHash('sha256').update(`${process.version} ${process.arch}\n`);
  for (const path of inputs.flatMap(filesBelow)) {
    hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/**
 * Makes an artifact unless it is there and its stamp still fits.
 * @param {{ name: string, file: string, inputs: readonly string[], force: boolean, make: () => Promise<void> }} artifact
 */
async function keepCurrent({ name, file, inputs, force, make }) {
  const stamp = join(root, 'build', `${name}.stamp`);
  const wanted = hashOf(inputs);
  const isCurrent =
    existsSync(join(root, file)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (isCurrent && !force) return;
  console.log(`setup: building ${name}`);
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** @param {string} name */
function installedProgram(name) {
  return join(root, 'node_modules/.bin', name);
}

/** Builds the addon with node-gyp: build/Release/netplumb.node. */
export function buildAddon({ force = false } = {}) {
  return keepCurrent({
    name: 'addon',
    file: 'build/Release/netplumb.node',
    inputs: addonInputs,
    force,
    make: () =>
      mustRunQuietly(installedProgram('node-gyp'), [
        'configure',
        'build',
        `--jobs=${availableParallelism()}`,
        '--loglevel=warn',
        ...headersArgument(),
      ]),
  });
}

/** Compiles src/ to dist/. */
export function buildDist({ force = false } = {}) {
  return keepCurrent({
    name: 'dist',
    file: 'dist/index.js',
    inputs: distInputs,
    force,
    make: async () => {
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      await mustRun(installedProgram('tsc'), ['--project', 'tsconfig.json']);
    },
  });
}

/** Makes the prebuilt addon for this platform below prebuilds/, without touching build/Release. */
export function buildPrebuild({ force = false } = {}) {
  return keepCurrent({
    name: 'prebuild',
    file: `prebuilds/linux-${process.arch}`,
    inputs: addonInputs,
    force,
    make: async () => {
      // prebuildify empties the build directory it works in; give it a copy of the sources.
      const copy = mkdtempSync(join(tmpdir(), 'netplumb-prebuild-'));
      try {
        for (const path of ['package.json', 'binding.gyp', 'scripts/native-sources.cjs', 'native']) {
          cpSync(join(root, path), join(copy, path), { recursive: true });
        }
        symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
        await mustRunQuietly(
          installedProgram('prebuildify'),
          ['--napi', '--strip', '--tag-libc', '--name', 'netplumb', '--cwd', copy],
          { env: { ...headersEnvironment(), JOBS: String(availableParallelism()) } },
        );
        cpSync(join(copy, 'prebuilds'), join(root, 'prebuilds'), { recursive: true });
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    },
  });
}
