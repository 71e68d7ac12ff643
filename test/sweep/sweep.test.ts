// Every system call that changes something, or waits: killed there, or failing there, or losing there what it works on, each
// operation leaves nothing that the next `up`, or gc or down, does not put right. NETPLUMB_SWEEP=all: every point, NETPLUMB_SWEEP=up: every point of `up`; otherwise
// a seeded sample.
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { close } from '../support/closing.js';
import type { Ending } from './child.js';
import { createStage, operations, type Stage } from './operations.js';
import { sample } from './points.js';
import { type SweepOptions, sweep } from './sweep.js';
import { findTries, type Tries, type Try } from './tries.js';

const { NETPLUMB_SWEEP: only } = process.env;
const all = only !== undefined;
const seed = Number(process.env.NETPLUMB_SWEEP_SEED ?? 5);
const sampled = { kill: 100, fault: 50, deletion: 20 } as const;
/** Each on a host of its own; tracing costs two processors. */
const lanes = 2;
/** The longest an operation may take, whatever fails. */
const longestMs = 5_000;
const timeout = all ? 7_200_000 : 900_000;

let stages: Stage[] = [];
let tries: Tries;

beforeAll(async () => {
  stages = await Promise.all(Array.from({ length: lanes }, createStage));
  const swept = operations.filter(({ name }) => only === undefined || only === 'all' || only === name);
  if (swept.length === 0) throw new Error(`NETPLUMB_SWEEP=${only} is no operation`);
  tries = await findTries(stages[0] as Stage, swept);
}, 120_000);

afterAll(() => {
  for (const { ns } of stages) ns.close();
});

/** All of them, or a sample; says how many recovered, which is all of them. */
async function expectRecovery(
  context: TestContext,
  kind: keyof Tries,
  judge: SweepOptions['judge'],
): Promise<void> {
  const known = tries[kind];
  const [wanted, mostRuns] = all ? [known.length, 3] : [sampled[kind], 1];
  const tally = await sweep(stages, sample(known, known.length, seed), { wanted, mostRuns, judge });
  const { reached, missed, recovered, wrong } = tally;
  const of = `of ${known.length}; ${missed} more were not reached; seed ${seed}`;
  close(context, `${kind} points: ${reached} tried, ${recovered} recovered (${of})`);
  expect(wrong).toEqual([]);
  expect(recovered).toBe(reached);
  // Of what is to be deleted much is not there yet, or not any more.
  if (all) expect(reached).toBeGreaterThan(missed * (kind === 'deletion' ? 0.5 : 5));
  else expect(reached).toBeGreaterThanOrEqual(wanted);
}

describe('a process killed at any system call', () => {
  it('leaves nothing that the next up, or gc or down, does not put right', { timeout }, async (context) => {
    await expectRecovery(context, 'kill', (_, { signal, code, said, stderr }) =>
      signal === 'SIGKILL' || said !== undefined ? undefined : `ends with ${code ?? signal}: ${stderr}`,
    );
  });
});

// The JS thread in a namespace it cannot leave: the process ends, for nothing could be trusted after it.
const cannotReturn = /cannot return to the network namespace this thread came from/;

function judgeFailure({ fault }: Try, { signal, code, said, hung, stderr }: Ending): string | undefined {
  if (hung) return 'hangs';
  if (said === undefined && cannotReturn.test(stderr)) return undefined;
  if (said === undefined) return `crashes: ${code ?? signal} ${stderr}`;
  if (said.ms > longestMs) return `takes ${said.ms} ms`;
  if (said.ok) return undefined;
  if (fault?.unseen && said.code !== 'EIPTABLES') return `is told of ${said.code}: ${said.message}`;
  return said.code === undefined ? `fails without a code: ${said.name}: ${said.message}` : undefined;
}

describe('a system call that fails, once or for good', () => {
  it('ends in success or a clear error, within five seconds, with nothing left after gc or down', {
    timeout,
  }, async (context) => {
    let failed = 0;
    await expectRecovery(context, 'fault', (one, ending) => {
      if (ending.said?.ok === false) failed++;
      return judgeFailure(one, ending);
    });
    expect(failed).toBeGreaterThan(0);
  });
});

describe('what an operation works on, deleted by somebody else between any two of its system calls,', () => {
  it('ends it in success or a clear error, within five seconds, with nothing left after gc or down', {
    timeout,
  }, async (context) => {
    await expectRecovery(context, 'deletion', judgeFailure);
  });
});
