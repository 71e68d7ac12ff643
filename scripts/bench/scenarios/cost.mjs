// Owns: what ways cost besides time: processes and system calls of an attach, counted under strace in a pass that is not timed; loading a
// library; and what one attach of the library is made of. It must not know how anything is attached.
import { readFileSync } from 'node:fs';
import { verifyEndState } from '../end-state.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';
import { measureAttach, onHost } from './measure-attach.mjs';

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./scenario.mjs').Context} Context */

/** @type {Scenario} */
export const systemCalls = {
  name: 'system-calls',
  command: 'attach-cold',
  description: 'processes and system calls for each of N containers, beyond those for the first',
  floor: 'floor-tuned',
  targets: [],
  untimed: true,
  measure: async (context) => {
    const first = await countCalls(context, 1);
    const more = await countCalls(context, 1 + context.n);
    const each = (/** @type {'calls' | 'processes'} */ what) => (more[what] - first[what]) / context.n;
    const extra = { processes_each: each('processes'), system_calls_each: each('calls') };
    return { totalMs: 0, durationsUs: [], extra, endState: more.endState };
  },
};

/** @type {Scenario} */
export const importing = {
  name: 'import',
  description: 'start a process that loads a library and ends, N times',
  floor: 'node-alone',
  targets: [],
  measure: (context) =>
    onHost(context, NOWHERE, async (_host, start) => {
      const timed = readTiming(await start('import', NOWHERE, context.n), context.n);
      return { ...timed, endState: { queues: 0, ipv6: false, label: false, claims: 0 } };
    }),
};

const NOWHERE = { bridge: 'br0', gateway: '172.16.0.1', prefix: 24, subnet: '172.16.0.0/24', containers: [] };

/** @type {Scenario} */
export const attachSteps = {
  name: 'attach-steps',
  description:
    'what one attach of the library is made of, as its diagnostics channel tells; listening costs a little',
  floor: 'netplumb',
  targets: [],
  measure: measureAttach('attach-steps'),
};

/** @param {Context} context @param {number} n */
function countCalls(context, n) {
  const { session, implementation } = context;
  const plan = planContainers(session.name(''), n);
  return onHost(context, plan, async (host) => {
    const command = implementation.commands['attach-cold'];
    if (command === undefined) throw new Error(`${implementation.name} cannot attach`);
    const folder = session.folder();
    const { file, args, input = '' } = host.enter(command({ plan, lock: session.lock, folder }));
    const counts = `${folder}/strace`;
    const strace = ['-f', '-c', '-S', 'name', '-U', 'name,calls,errors', '-o', counts, file, ...args];
    await run({ file: 'strace', args: strace, input }, { signal: session.signal, timeoutMs: 120_000 });
    const endState = await verifyEndState(host.name, plan, session.signal);
    return { ...readCounts(readFileSync(counts, 'utf8')), endState };
  });
}

/**
 * What `strace -c -U name,calls,errors` writes. A search in PATH fails at some places before it succeeds: that starts no process.
 * @param {string} text
 */
export function readCounts(text) {
  const rows = text.split('\n').flatMap((line) => {
    const [, name, calls, errors = '0'] = /^\s*(\w+)\s+(\d+)(?:\s+(\d+))?\s*$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, calls: Number(calls), errors: Number(errors) }];
  });
  const total = rows.find(({ name }) => name === 'total')?.calls ?? Number.NaN;
  const starts = rows.find(({ name }) => name === 'execve') ?? { calls: 0, errors: 0 };
  return { calls: total, processes: starts.calls - starts.errors };
}
