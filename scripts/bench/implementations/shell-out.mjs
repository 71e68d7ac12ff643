// Owns: how the ways to run `ip` are started: from Node, from bash, and by -batch. The work itself is in programs/.
import { availableParallelism } from 'node:os';
import { versionOf } from './implementation.mjs';
import {
  CALLERS,
  LIFE_OF_CONTAINERS,
  nodeCommands,
  OPERATIONS,
  programCommands,
  programPath,
} from './programs.mjs';

/** @typedef {import('./implementation.mjs').Implementation} Implementation */

const iproute2 = () => versionOf({ file: 'ip', args: ['-V'] }, 'it needs the program ip (Debian: iproute2)');
const common = /** @type {const} */ ({ role: 'rival', bridge: 'plain', prepare: iproute2 });

/** @type {Implementation} */
export const shellOut = {
  ...common,
  name: 'shell-out',
  description:
    'Node: execFile of ip, one process per step, one after the other; default queues, no claims, label or lock',
  commands: {
    ...nodeCommands('shell-out', [...LIFE_OF_CONTAINERS, ...CALLERS, 'story', 'remove-200']),
    ...nodeCommands('shell-out-operations', OPERATIONS),
  },
};

// Measured: beyond two containers for each CPU the total no longer falls.
const AT_A_TIME = 2 * availableParallelism();

/** @type {Implementation} */
export const shellOutConcurrent = {
  ...common,
  name: 'shell-out-concurrent',
  description: `the same, ${AT_A_TIME} containers at a time`,
  commands: nodeCommands('shell-out', [...LIFE_OF_CONTAINERS, 'event-loop-delay'], {
    NETPLUMB_BENCH_CALLERS: String(AT_A_TIME),
  }),
};

/** @type {Implementation} */
export const ipBatch = {
  ...common,
  name: 'ip-batch',
  description:
    'Node: ip -batch, two processes per container, one on the host and one inside; default queues, no claims, label or lock',
  commands: nodeCommands('ip-batch', [...LIFE_OF_CONTAINERS, ...CALLERS, 'story']),
};

/** @type {Implementation} */
export const shellScript = {
  ...common,
  name: 'shell-script',
  description: 'bash: a script of ip, one process per step; default queues, no claims, label or lock',
  prepare: async () => {
    const bash = await versionOf({ file: 'bash', args: ['--version'] }, 'it needs bash (Debian: bash)');
    return `${bash}, ${await iproute2()}`;
  },
  commands: programCommands(['bash', programPath('shell-script.sh')], [...LIFE_OF_CONTAINERS, 'story']),
};
