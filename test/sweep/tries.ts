// What is tried: each point of each operation, killed there or failing there. Where the points are is told by a run of each
// operation that nothing disturbs.
import { type Ending, inject, type Run, trace } from './child.js';
import { type Fault, faults } from './faults.js';
import type { Operation, Recovery, Stage } from './operations.js';
import { type Point, pointsOf } from './points.js';

export interface Try {
  readonly operation: Operation;
  readonly point: Point;
  readonly recovery: Recovery;
  /** Absent: killed there. */
  readonly fault?: Fault;
}

export interface Tries {
  readonly kill: readonly Try[];
  readonly fault: readonly Try[];
}

const runOf = ({ host, prefix }: Stage, { name }: Operation): Run => ({
  operation: name,
  host: host.name,
  prefix,
});

export async function findTries(stage: Stage, operations: readonly Operation[]): Promise<Tries> {
  const kill: Try[] = [];
  const fault: Try[] = [];
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
    }
  }
  return { kill, fault };
}

/** Runs the operation, disturbed. */
export function disturb(stage: Stage, { operation, point, fault }: Try): Promise<Ending> {
  const what =
    fault === undefined
      ? `signal=KILL:when=${point.when}`
      : `error=${fault.error}:when=${point.when}${fault.forGood ? '+' : ''}`;
  return inject(runOf(stage, operation), point.call, what, point.path);
}

export function describeTry({ operation, point, fault }: Try): string {
  const what = fault === undefined ? 'killed' : `${fault.error}${fault.forGood ? ' for good' : ''}`;
  const where = `${point.call} ${point.when}${point.path === undefined ? '' : ` to ${point.path}`}`;
  return `${operation.name}, ${what} at ${where}`;
}
