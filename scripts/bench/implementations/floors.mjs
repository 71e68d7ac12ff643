// Owns: the C floors: compiling them and how each is started. It must not know what they send; that is in
// floor/*.c.
import { fileURLToPath } from 'node:url';
import { run } from '../processes.mjs';
import { workList } from '../work-list.mjs';
import { BUILD, makeBuildFolder } from './build.mjs';
import { Unavailable } from './implementation.mjs';

/** @typedef {import('./implementation.mjs').Implementation} Implementation */

const SOURCES = fileURLToPath(new URL('../floor/', import.meta.url));
const SHARED = ['netlink.c', 'namespace.c', 'steps.c', 'work.c'];

/** @type {Implementation} */
export const floorTuned = {
  name: 'floor-tuned',
  role: 'floor',
  description:
    'C: exactly the messages netplumb sends, claims and label included, in two sends, with nothing around them',
  bridge: 'quiet',
  prepare: () => compile('tuned'),
  commands: {
    'attach-cold': (work) => command('tuned', work),
    'create-destroy': (work) => command('tuned', work, 'create-destroy'),
  },
};

/** @type {Implementation} */
export const floorWarm = {
  name: 'floor-warm',
  role: 'floor',
  description:
    'C: endpoints plumbed before, as in a pool; timed is the one send of claim and label (and the name, in its own row)',
  bridge: 'quiet',
  prepare: () => compile('warm'),
  commands: {
    'warm-sync': (work) => command('warm', work),
    'warm-async': (work) => command('warm', work),
    'warm-named': (work) => command('warm', work, 'named'),
  },
};

/** @type {Implementation} */
export const floorPlain = {
  name: 'floor-plain',
  role: 'floor',
  description:
    'C: a default veth pair made on the host and its peer moved, one message per send; no claims, label or lock',
  bridge: 'plain',
  prepare: () => compile('plain'),
  commands: {
    'attach-cold': (work) => command('plain', work),
    'create-destroy': (work) => command('plain', work, 'create-destroy'),
    'remove-200': (work) => command('plain', work, 'remove'),
  },
};

/** @param {string} program @param {import('./implementation.mjs').Work} work @param {readonly string[]} more */
function command(program, { plan, lock }, ...more) {
  const args = [plan.bridge, plan.gateway, lock, ...more];
  return { file: `${BUILD}floor-${program}`, args, input: workList(plan) };
}

/** @param {string} program @returns {Promise<string>} the compiler's version */
async function compile(program) {
  makeBuildFolder();
  const sources = [`${program}.c`, ...SHARED].map((file) => SOURCES + file);
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  try {
    await run({
      file: 'cc',
      args: ['-std=gnu11', '-O2', ...warnings, '-o', `${BUILD}floor-${program}`, ...sources],
    });
    const version = await run({ file: 'cc', args: ['--version'] });
    return version.split('\n')[0] ?? '';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Unavailable(
      `the C floors need a C compiler and the kernel's headers (Debian: gcc, libc6-dev): ${reason}`,
    );
  }
}
