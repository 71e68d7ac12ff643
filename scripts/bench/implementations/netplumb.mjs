// Owns: how the library's own programs are found and started. The work itself is in programs/netplumb*.mjs.
import { readFileSync } from 'node:fs';
import { run } from '../processes.mjs';
import { workList } from '../work-list.mjs';
import { Unavailable } from './implementation.mjs';
import { CALLERS, LIFE_OF_CONTAINERS, nodeCommands, OPERATIONS, PORTS, programPath } from './programs.mjs';
import { loadCommands } from './start.mjs';

const PACKAGE = new URL('../../../package.json', import.meta.url);
const life = nodeCommands('netplumb', [...LIFE_OF_CONTAINERS, ...CALLERS, 'story']);

/** @type {import('./implementation.mjs').Implementation} */
export const netplumb = {
  name: 'netplumb',
  role: 'ours',
  description:
    'Node: the library, one awaited call per container, with claims, label and the shared lock; one queue, no IPv6 link-local',
  bridge: 'own',
  prepare: async () => {
    try {
      await run({ file: process.execPath, args: [programPath('netplumb.mjs'), '--check'] });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Unavailable(`the library does not load; build it with \`npm run build\`: ${reason}`);
    }
    return JSON.parse(readFileSync(PACKAGE, 'utf8')).version;
  },
  commands: {
    ...life,
    ...nodeCommands('netplumb-operations', OPERATIONS),
    ...nodeCommands('netplumb-steps', ['attach-steps']),
    ...loadCommands('load-netplumb.mjs'),
    ...nodeCommands('netplumb-ports', PORTS, { NETPLUMB_BENCH_NAT: 'iptables' }),
    ...(life['tear-down'] && { 'remove-200': life['tear-down'] }),
    'warm-sync': (work) => warm(work, 'sync'),
    'warm-async': (work) => warm(work, 'async'),
    'warm-named': (work) => warm(work, 'named'),
    'event-loop': ({ plan }) => ({
      file: process.execPath,
      args: ['--expose-gc', programPath('netplumb-loop.mjs'), plan.bridge, plan.subnet],
      input: workList(plan),
    }),
    list: () => ({ file: process.execPath, args: [programPath('netplumb-list.mjs')] }),
  },
};

/** @param {import('./implementation.mjs').Work} work @param {string} how */
function warm({ plan }, how) {
  const args = [programPath('netplumb-warm.mjs'), plan.bridge, plan.subnet, how];
  return { file: process.execPath, args, input: workList(plan) };
}

/** @type {import('./implementation.mjs').Implementation} */
export const netplumbSync = {
  ...netplumb,
  name: 'netplumb-sync',
  description: 'Node: the same by the twins that work on the calling thread, as all others in this table do',
  prepare: async () => 'as netplumb',
  commands: nodeCommands('netplumb-operations', OPERATIONS, { NETPLUMB_BENCH_SYNC: '1' }),
};
