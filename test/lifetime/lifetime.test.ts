// What happens to the addon when a process or a worker thread ends. Each stage is a process of its own that must end well:
// code 0, no signal, nothing on stderr.
import { describe, expect, it } from 'vitest';
import { runStage } from '../support/stage.js';

/** Behaviour, stage script, its arguments. */
const stages: ReadonlyArray<readonly [behaviour: string, script: string, ...args: string[]]> = [
  ['a worker terminated with work in flight takes nobody with it', 'worker-terminated'],
  ['a worker that exits with work in flight takes nobody with it', 'worker-ends-by-itself'],
  ['workers use the addon side by side and end one by one', 'workers-side-by-side'],
  ['the process exits while workers have work in flight', 'exit-in-worker-flight'],
  ['the process exits right after work was started', 'exit-in-flight', '0'],
  ['the process exits in the middle of work', 'exit-in-flight', '20'],
  ['an open handle does not keep the process alive', 'handle-left-open'],
  ['a rejection nobody handles arrives as an event', 'uncaught-rejection'],
];

describe('at the end of a process or worker', () => {
  it.each(stages)('%s', async (_behaviour, script, ...args) => {
    const { code, signal, stderr } = await runStage(script, args);
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  });
});
