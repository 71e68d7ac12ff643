// Every system call that changes something, or waits: killed there, or failing there, each operation leaves nothing that the
// next `up`, or gc or down, does not put right. NETPLUMB_SWEEP=all: every point; otherwise a seeded sample.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { close } from '../support/closing.js';
import { type Ending, inject, type Run, trace } from './child.js';
import { type Fault, faults, written } from './faults.js';
import { createStage, type Operation, operations, type Recovery, type Stage } from './operations.js';
import { type Point, pointsOf, sample } from './points.js';
import { world } from './world.js';

const all = process.env.NETPLUMB_SWEEP === 'all';
const seed = Number(process.env.NETPLUMB_SWEEP_SEED ?? 5);
// Some are not reached; a hundred are.
const kills = all ? Number.POSITIVE_INFINITY : 110;
const errors = all ? Number.POSITIVE_INFINITY : 40;
/** Each on a host of its own; tracing costs two processors. */
const lanes = 2;
/** The longest an operation may take, whatever fails. */
const longestMs = 5_000;

interface Try {
  readonly operation: Operation;
  readonly point: Point;
  readonly recovery: Recovery;
  readonly fault?: Fault;
}

const runOf = ({ host, prefix }: Stage, { name }: Operation): Run => ({
  operation: name,
  host: host.name,
  prefix,
});

let stages: Stage[] = [];
const tries: { kill: Try[]; fault: Try[] } = { kill: [], fault: [] };

// One undisturbed run of each operation tells where its points are.
beforeAll(async () => {
  stages = await Promise.all(Array.from({ length: lanes }, createStage));
  const [stage] = stages as [Stage];
  for (const operation of operations) {
    await operation.before(stage);
    await operation.prepare(stage);
    const points = pointsOf(await trace(runOf(stage, operation)));
    await operation.recover(stage, 'away');
    await operation.after(stage);
    points.forEach((point, at) => {
      const recovery = at % 2 === 0 ? 'again' : 'away';
      tries.kill.push({ operation, point, recovery });
      if (point.call === 'write') return;
      for (const fault of faults[point.call]) tries.fault.push({ operation, point, recovery, fault });
    });
    if (!operation.name.endsWith('-nat')) continue;
    for (const fault of faults.write)
      tries.fault.push({ operation, point: { call: 'write', when: 1 }, recovery: 'again', fault });
  }
}, 120_000);

afterAll(() => {
  for (const { ns } of stages) ns.close();
});

/** What became of the tries. */
interface Tally {
  /** Those in which the call was made, and so killed or failing. */
  reached: number;
  /** Which thread makes which call differs from run to run: those that even the last of some runs did not reach. */
  missed: number;
  readonly wrong: string[];
}

/** How often a point is tried that is not reached. */
const mostRuns = 3;

type Judge = (one: Try, ending: Ending) => string | undefined;

/** Does them all, each operation's on the network that it needs. */
async function sweep(chosen: readonly Try[], judge: Judge): Promise<Tally> {
  const queue = operations
    .map((operation) => chosen.filter((one) => one.operation === operation))
    .filter((group) => group.length > 0);
  const tally: Tally = { reached: 0, missed: 0, wrong: [] };
  const lane = async (stage: Stage) => {
    for (let group = queue.shift(); group !== undefined; group = queue.shift())
      await sweepGroup(stage, group, judge, tally);
  };
  await Promise.all(stages.map(lane));
  return tally;
}

async function sweepGroup(stage: Stage, group: readonly Try[], judge: Judge, tally: Tally): Promise<void> {
  const [{ operation }] = group as [Try];
  await operation.before(stage);
  const before = world(stage.host, stage.prefix);
  for (const one of group) {
    let reached = false;
    for (let runs = 0; runs < mostRuns && !reached; runs++) {
      const [was, wrong] = await tryOnce(stage, one, before, judge);
      reached = was;
      for (const what of wrong) {
        console.log(`${describeTry(one)}: ${what}`);
        tally.wrong.push(`${describeTry(one)}: ${what}`);
      }
    }
    if (reached) tally.reached++;
    else tally.missed++;
  }
  await operation.after(stage);
}

/** @returns whether the point was reached, and what is wrong */
async function tryOnce(
  stage: Stage,
  one: Try,
  before: readonly string[],
  judge: Judge,
): Promise<readonly [reached: boolean, wrong: readonly string[]]> {
  const { operation, point, fault, recovery } = one;
  let reached = true;
  try {
    await operation.prepare(stage);
    const path = fault && point.call === 'write' ? written : undefined;
    const ending = await inject(runOf(stage, operation), point.call, injection(one), path);
    reached = ending.hung || marks[fault === undefined ? 'kill' : 'fault'].test(ending.trace);
    const verdict = judge(one, ending);
    await operation.recover(stage, recovery);
    const left = difference(before, await settledWorld(stage, before));
    return [reached, [...(verdict ? [verdict] : []), ...(left === '' ? [] : [`after ${recovery}: ${left}`])]];
  } catch (error) {
    await operation.recover(stage, 'away').catch(() => undefined);
    return [reached, [String(error)]];
  }
}

/** What strace says of a call it tampered with. */
const marks = { kill: /\+\+\+ killed by SIGKILL/, fault: /\(INJECTED\)/ } as const;

function injection({ point, fault }: Try): string {
  return fault === undefined
    ? `signal=KILL:when=${point.when}`
    : `error=${fault.error}:when=${point.when}${fault.forGood ? '+' : ''}`;
}

function describeTry({ operation, point, fault }: Try): string {
  const what = fault === undefined ? 'killed' : `${fault.error}${fault.forGood ? ' for good' : ''}`;
  return `${operation.name}, ${what} at ${point.call} ${point.when}`;
}

// What the kernel tears down by itself takes a moment; what a test forgets stays.
async function settledWorld(stage: Stage, before: readonly string[]): Promise<readonly string[]> {
  for (let tries = 0; ; tries++) {
    const now = world(stage.host, stage.prefix);
    if (difference(before, now) === '' || tries === 20) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function difference(before: readonly string[], now: readonly string[]): string {
  const left = now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const gone = before.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
  return [...left, ...gone].join('; ');
}

// The JS thread in a namespace it cannot leave: the process ends, for nothing could be trusted after it.
const cannotReturn = /cannot return to the network namespace this thread came from/;

describe('a process killed at any system call', () => {
  it(
    'leaves nothing that the next up, or gc or down, does not put right',
    async (context) => {
      const chosen = sample(tries.kill, kills, seed);
      const { reached, missed, wrong } = await sweep(chosen, (_, { signal, code, said, stderr }) =>
        signal === 'SIGKILL' || said !== undefined ? undefined : `ends with ${code ?? signal}: ${stderr}`,
      );
      close(context, `kill sweep: ${outcome(tries.kill, reached, missed, wrong)}`);
      expect(wrong).toEqual([]);
      expect(reached).toBeGreaterThan(missed * 5);
    },
    all ? 7_200_000 : 900_000,
  );
});

describe('a system call that fails, once or for good', () => {
  it(
    'ends in success or a clear error, within five seconds, with nothing left after gc or down',
    async (context) => {
      const chosen = sample(tries.fault, errors, seed);
      let failed = 0;
      const { reached, missed, wrong } = await sweep(chosen, ({ fault }, ending) => {
        const { signal, code, said, hung, stderr } = ending;
        if (hung) return 'hangs';
        if (said === undefined && cannotReturn.test(stderr)) return undefined;
        if (said === undefined) return `crashes: ${code ?? signal} ${stderr}`;
        if (said.ms > longestMs) return `takes ${said.ms} ms`;
        if (!said.ok) failed++;
        if (!said.ok && fault?.unseen && said.code !== 'EIPTABLES')
          return `is told of ${said.code}: ${said.message}`;
        if (!said.ok && said.code === undefined) return `fails without a code: ${said.name}: ${said.message}`;
        return undefined;
      });
      close(context, `fault sweep: ${outcome(tries.fault, reached, missed, wrong)}`);
      expect(wrong).toEqual([]);
      expect(failed).toBeGreaterThan(0);
      expect(reached).toBeGreaterThan(missed * 5);
    },
    all ? 7_200_000 : 900_000,
  );
});

function outcome(known: readonly Try[], reached: number, missed: number, wrong: readonly string[]): string {
  const not = missed > 0 ? `, ${missed} more not reached` : '';
  return `${reached} of ${known.length} points tried${not}, ${reached - wrong.length} recovered (seed ${seed})`;
}
