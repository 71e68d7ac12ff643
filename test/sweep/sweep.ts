// Does tries, side by side on hosts of their own, and tells what became of them: whether the point was reached, whether what
// followed was right, and whether all came back to where it was.
import type { Ending } from './child.js';
import { tidyAfter } from './deletions.js';
import { operations, type Stage } from './operations.js';
import { describeTry, disturb, type Try } from './tries.js';
import { world } from './world.js';

/** What became of the tries. */
export interface Tally {
  /** Those in which the call was made, and so killed or failing. */
  reached: number;
  /** Which thread makes which call differs from run to run: those that even the last of some runs did not reach. */
  missed: number;
  /** Of those reached. */
  recovered: number;
  readonly wrong: string[];
}

export interface SweepOptions {
  /** It is over when so many were reached. */
  readonly wanted: number;
  /** How often a point is tried that is not reached. */
  readonly mostRuns: number;
  /** What is wrong with how an operation ended. */
  readonly judge: (one: Try, ending: Ending) => string | undefined;
}

/** Of every twenty, one is not reached. */
const reserve = 1.05;

export async function sweep(
  stages: readonly Stage[],
  tries: readonly Try[],
  { wanted, mostRuns, judge }: SweepOptions,
): Promise<Tally> {
  const tally: Tally = { reached: 0, missed: 0, recovered: 0, wrong: [] };
  for (let from = 0; from < tries.length && tally.reached < wanted; ) {
    const next = tries.slice(from, from + Math.ceil((wanted - tally.reached) * reserve));
    from += next.length;
    const queue = operations.flatMap((operation) =>
      portions(next.filter((one) => one.operation === operation)),
    );
    const lane = async (stage: Stage) => {
      for (let group = queue.shift(); group !== undefined; group = queue.shift())
        await sweepGroup(stage, group, tally, { mostRuns, judge });
    };
    await Promise.all(stages.map(lane));
  }
  return tally;
}

/** So many are done in one go, so that no lane has much to do when the others are done. */
const portion = 10;

function portions(tries: readonly Try[]): (readonly Try[])[] {
  const starts = Array.from({ length: Math.ceil(tries.length / portion) }, (_, at) => at * portion);
  return starts.map((from) => tries.slice(from, from + portion));
}

/** On the network that their operation needs. */
async function sweepGroup(
  stage: Stage,
  group: readonly Try[],
  tally: Tally,
  { mostRuns, judge }: Omit<SweepOptions, 'wanted'>,
): Promise<void> {
  const [{ operation }] = group as [Try];
  await operation.before(stage);
  const before = await world(stage.host, stage.prefix);
  for (const one of group) {
    let reached = false;
    let right = true;
    for (let runs = 0; runs < mostRuns && !reached; runs++) {
      const outcome = await tryOnce(stage, one, before, judge);
      reached = outcome.reached;
      right &&= outcome.wrong.length === 0;
      for (const what of outcome.wrong) {
        console.log(`${describeTry(one)}: ${what}`);
        tally.wrong.push(`${describeTry(one)}: ${what}`);
      }
    }
    if (!reached) tally.missed++;
    else {
      tally.reached++;
      if (right) tally.recovered++;
    }
  }
  await operation.after(stage);
}

async function tryOnce(
  stage: Stage,
  one: Try,
  before: readonly string[],
  judge: SweepOptions['judge'],
): Promise<{ reached: boolean; wrong: readonly string[] }> {
  const { operation, recovery, deletion } = one;
  let reached = true;
  try {
    await operation.prepare(stage);
    const ending = await disturb(stage, one);
    reached = ending.reached;
    const verdict = reached ? judge(one, ending) : undefined;
    await operation.recover(stage, recovery);
    if (deletion !== undefined) await tidyAfter(deletion, stage);
    const left = difference(before, await settledWorld(stage, before));
    const wrong = [...(verdict ? [verdict] : []), ...(left === '' ? [] : [`after ${recovery}: ${left}`])];
    return { reached, wrong };
  } catch (error) {
    await operation.recover(stage, 'away').catch(() => undefined);
    return { reached, wrong: [String(error)] };
  }
}

// What the kernel tears down by itself takes a moment; what a test forgets stays.
async function settledWorld(stage: Stage, before: readonly string[]): Promise<readonly string[]> {
  for (let tries = 0; ; tries++) {
    const now = await world(stage.host, stage.prefix);
    if (difference(before, now) === '' || tries === 20) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function difference(before: readonly string[], now: readonly string[]): string {
  const left = now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const gone = before.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
  return [...left, ...gone].join('; ');
}
