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
  ['a monitor that nobody asks does not keep the process alive', 'monitor-left-open'],
  ['a rejection nobody handles arrives as an event', 'uncaught-rejection'],
  ['the process ends by itself only when its jobs are done', 'natural-end'],
  ['a worker can be terminated while jobs run', 'terminated', '8', 'jobs'],
  ['a worker can be terminated while jobs are queued', 'terminated', '8', 'queued'],
  ['a worker can be terminated while answers are made into objects', 'terminated', '8', 'settling'],
  ['a worker can be terminated while answers hold descriptors', 'terminated', '8', 'unsettled'],
  ['a worker can be terminated while echoes are waited for', 'terminated', '8', 'ping'],
  ['a worker can be terminated while it monitors', 'terminated', '8', 'monitor'],
  ['a worker can be terminated while a lock is waited for', 'terminated', '8', 'lock'],
  ['a worker can be terminated while containers come and go', 'terminated', '8', 'attach'],
  ['a worker can be terminated while namespaces are made for containers', 'terminated', '8', 'create'],
  ['a worker can be terminated while it has a pool', 'terminated', '8', 'pool'],
  ['a worker can be terminated during synchronous calls', 'terminated', '8', 'sync'],
  [
    'workers can be terminated all together',
    'terminated',
    '3',
    ...['jobs', 'queued', 'settling', 'unsettled', 'ping', 'monitor', 'lock', 'attach', 'create', 'sync'],
  ],
  ['loading the addon where no descriptor is left is an exception', 'no-descriptor-left'],
  ['fifty environments leave no threads, descriptors or memory behind', 'environments'],
];

const stagesWithinOne: ReadonlyArray<readonly [behaviour: string, script: string]> = [
  ['the addon can be loaded several times and in several ways', 'load-twice'],
  ['a handle can be closed while jobs use it', 'closed-while-running'],
  ['handles nobody closed are collected', 'collected'],
  ['monitors nobody closed are collected', 'monitor-collected'],
  ['a job that could be aborted keeps nothing when it is over', 'aborted'],
  ['programs that are started inherit no descriptor', 'inherited'],
];

/** Some stages do a lot, on machines that may be slow. */
const patienceMs = 55_000;

describe('at the end of a process or worker', () => {
  it.each(stages)('%s', async (_behaviour, script, ...args) => {
    const { code, signal, stderr } = await runStage(script, args, patienceMs);
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  });

  it('an exception nobody catches ends the process as ever', async () => {
    const { code, signal, stderr } = await runStage('uncaught-exception');
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toContain('Error: nobody catches this');
  });
});

describe('within one process', () => {
  it.each(stagesWithinOne)('%s', async (_behaviour, script) => {
    const { code, signal, stderr } = await runStage(script, [], patienceMs);
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  });
});
