// The fuzzer's program: builds it, asks for its targets, and has it write the inputs to begin with. What a target does is
// native/fuzz's matter.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildFuzzer } from '../dev-native.mjs';
import { parseFixture } from '../fixtures/text.mjs';
import { mustRun, output, root, Stop } from '../setup/command.mjs';

/**
 * @typedef {object} Fuzzer
 * @property {string} program
 * @property {readonly string[]} targets
 * @property {string} directory where corpora and findings are kept
 */

const golden = join(root, 'test/fixtures/golden');
/** Inputs that once were findings, a directory for each target. */
const regressions = join(root, 'native/fuzz/regressions');

/** @returns {Promise<Fuzzer>} */
export async function openFuzzer() {
  const program = await buildFuzzer();
  const targets = output(program, ['--list'])?.split('\n');
  if (targets === undefined) throw new Stop(`${program} does not start`);
  return { program, targets, directory: join(root, 'build/fuzz') };
}

/**
 * Makes a target's first inputs: from the captures of iproute2, from the tables, and what was found before.
 * @param {Fuzzer} fuzzer @param {string} target
 * @returns {Promise<string>} their directory
 */
export async function writeSeeds({ program, directory }, target) {
  const seeds = join(directory, 'seeds', target);
  rmSync(seeds, { recursive: true, force: true });
  mkdirSync(seeds, { recursive: true });
  const captures = join(directory, `captures-${target}`);
  writeFileSync(captures, Buffer.concat(capturedMessages()));
  await mustRun(program, [`--target=${target}`, `--captures=${captures}`, `--seeds=${seeds}`]);
  rmSync(captures);
  const found = join(regressions, target);
  if (existsSync(found)) cpSync(found, seeds, { recursive: true });
  return seeds;
}

/** The bytes of the golden fixtures, each padded so that one can follow another. */
function capturedMessages() {
  return readdirSync(golden)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) => parseFixture(readFileSync(join(golden, name), 'utf8'), name).captures)
    .map(({ message }) => Buffer.concat([message, Buffer.alloc(-message.length & 3)]));
}
