// What is tried: each point of each operation, killed there, failing there, or losing there what it works on. Where the points are is told by a run of each
// operation that nothing disturbs.
import { type Call, type Ending, inject, interrupt, type Run, trace } from './child.js';
import { type Deletion, deletions, remove } from './deletions.js';
import { type Fault, faults } from './faults.js';
import type { Operation, Recovery, Stage } from './operations.js';
import { hasFailed, type Point, pointsOf } from './points.js';

export interface Try {
  readonly operation: Operation;
  readonly point: Point;
  readonly recovery: Recovery;
  /** Absent, as `deletion`: killed there. */
  readonly fault?: Fault;
  /** What somebody else deletes right after. */
  readonly deletion?: Deletion;
}

export interface Tries {
  readonly kill: readonly Try[];
  readonly fault: readonly Try[];
  readonly deletion: readonly Try[];
}

/** After which something may have been made or taken away; of a network that is behind NAT, forwarding is another matter. */
const steps: ReadonlySet<Call> = new Set([
  'sendmsg',
  'setns',
  'mount',
  'umount2',
  'unlink',
  'flock',
  'fchmod',
]);
const deletable: ReadonlySet<string> = new Set([
  'attach',
  'attach-brought',
  'detach',
  'detach-brought',
  'pool',
  'up',
  'down',
]);

const runOf = ({ host, prefix }: Stage, { name }: Operation): Run => ({
  operation: name,
  host: host.name,
  prefix,
});

export async function findTries(stage: Stage, operations: readonly Operation[]): Promise<Tries> {
  const kill: Try[] = [];
  const fault: Try[] = [];
  const deletion: Try[] = [];
  for (const operation of operations) {
    await operation.before(stage);
    await operation.prepare(stage);
    const points = pointsOf(await trace(runOf(stage, operation)));
    await operation.recover(stage, 'away');
    await operation.after(stage);
    for (const [at, point] of points.entries()) {
      const one: Try = { operation, point, recovery: at % 2 === 0 ? 'again' : 'away' };
      kill.push(one);
      // For good it would reach what Node's threads write to each other.
      const possible = faults[point.call].filter(({ forGood }) => !(point.session && forGood));
      fault.push(...possible.map((each) => ({ ...one, fault: each })));
      if (!deletable.has(operation.name) || !steps.has(point.call)) continue;
      deletion.push(...deletions.map((each) => ({ ...one, recovery: 'away' as const, deletion: each })));
    }
  }
  return { kill, fault, deletion };
}

/** How a disturbed run ended, and whether it was disturbed. */
export interface Disturbed extends Ending {
  readonly reached: boolean;
}

export async function disturb(stage: Stage, one: Try): Promise<Disturbed> {
  const { operation, point, fault, deletion } = one;
  const { call, when, path } = point;
  const run = runOf(stage, operation);
  if (deletion !== undefined) {
    let reached = false;
    const ending = await interrupt(run, call, when, async () => {
      reached = await remove(deletion, stage);
    });
    return { ...ending, reached };
  }
  if (fault !== undefined) {
    const ending = await inject(
      run,
      call,
      `error=${fault.error}:when=${when}${fault.forGood ? '+' : ''}`,
      path,
    );
    return { ...ending, reached: hasFailed(ending.trace, point) };
  }
  const ending = await inject(run, call, `signal=KILL:when=${when}`, path);
  return { ...ending, reached: ending.signal === 'SIGKILL' && !ending.hung };
}

export function describeTry({ operation, point, fault, deletion }: Try): string {
  const failing = fault === undefined ? 'killed' : `${fault.error}${fault.forGood ? ' for good' : ''}`;
  const what = deletion === undefined ? failing : `the ${deletion} deleted`;
  const where = `${point.call} ${point.when}${point.path === undefined ? '' : ` to ${point.path}`}`;
  return `${operation.name}, ${what} at ${where}`;
}
