// Owns: how the library's own program is found and started. The work itself is in programs/netplumb.mjs.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from '../processes.mjs';
import { workList } from '../work-list.mjs';
import { Unavailable } from './implementation.mjs';

/** @param {string} name */
const program = (name) => fileURLToPath(new URL(`../programs/${name}.mjs`, import.meta.url));
const PROGRAM = program('netplumb');
const PACKAGE = new URL('../../../package.json', import.meta.url);

/** @type {import('./implementation.mjs').Implementation} */
export const netplumb = {
  name: 'netplumb',
  role: 'ours',
  description: 'Node: Network.attach, one awaited call per container, with claims, label and the shared lock',
  bridge: 'own',
  prepare: async () => {
    try {
      await run({ file: process.execPath, args: [PROGRAM, '--check'] });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Unavailable(`the library does not load; build it with \`npm run build\`: ${reason}`);
    }
    return JSON.parse(readFileSync(PACKAGE, 'utf8')).version;
  },
  commands: {
    'attach-cold': ({ plan }) => ({
      file: process.execPath,
      args: [PROGRAM, plan.bridge, plan.subnet],
      input: workList(plan),
    }),
    'create-destroy': (work) => destroying(work, 'create-destroy'),
    'remove-200': (work) => destroying(work, 'remove'),
    'warm-sync': (work) => warm(work, 'sync'),
    'warm-async': (work) => warm(work, 'async'),
    'warm-named': (work) => warm(work, 'named'),
    'event-loop': ({ plan }) => ({
      file: process.execPath,
      args: ['--expose-gc', program('netplumb-loop'), plan.bridge, plan.subnet],
      input: workList(plan),
    }),
    list: () => ({ file: process.execPath, args: [program('netplumb-list')] }),
  },
};

/** @param {import('./implementation.mjs').Work} work @param {string} how */
function warm({ plan }, how) {
  const args = [program('netplumb-warm'), plan.bridge, plan.subnet, how];
  return { file: process.execPath, args, input: workList(plan) };
}

/** @param {import('./implementation.mjs').Work} work @param {string} how */
function destroying({ plan }, how) {
  const args = [program('netplumb-destroy'), plan.bridge, plan.subnet, how];
  return { file: process.execPath, args, input: workList(plan) };
}
