// Owns: how the shell-out is found and started. The work itself is in programs/shell-out.mjs.
import { fileURLToPath } from 'node:url';
import { run } from '../processes.mjs';
import { workList } from '../work-list.mjs';
import { Unavailable } from './implementation.mjs';

const PROGRAM = fileURLToPath(new URL('../programs/shell-out.mjs', import.meta.url));

/** @type {import('./implementation.mjs').Implementation} */
export const shellOut = {
  name: 'shell-out',
  role: 'rival',
  description: 'Node: execFile of ip, one process per step, one after the other; no claims, label or lock',
  bridge: 'plain',
  prepare: async () => {
    try {
      return (await run({ file: 'ip', args: ['-V'] })).trim();
    } catch {
      throw new Unavailable('the shell-out needs the program ip (Debian: iproute2)');
    }
  },
  commands: {
    'attach-cold': (work) => command(work),
    'remove-200': (work) => command(work, 'remove'),
  },
};

/** @param {import('./implementation.mjs').Work} work @param {readonly string[]} more */
function command({ plan }, ...more) {
  const args = [PROGRAM, plan.bridge, plan.gateway, ...more];
  return { file: process.execPath, args, input: workList(plan) };
}
