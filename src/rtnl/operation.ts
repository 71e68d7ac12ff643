// An operation as data: how it becomes a step of a job, and what its answer means. Verbs are functions that make these;
// Namespace runs them one by one, Plan many at once. Nothing here touches the kernel.

import type { RequestObject, Step, Verb } from '../binding.js';
import type { Slots } from './references.js';

export interface Operation<Result> {
  /** Places the operation in a job: `slot` is the namespace it acts in. */
  step(slot: number, slots: Slots): Step;
  /** What the step's value means to the caller. */
  result(value: unknown): Result;
  /** Whether undoing a plan takes it back by itself. */
  readonly undoable: boolean;
}

/** Carries operations out. */
export interface Performer {
  perform<Result>(operation: Operation<Result>): Promise<Result>;
  performSync<Result>(operation: Operation<Result>): Result;
}

/** Collects operations for later; what it returns refers to what they will have made. */
export interface Recorder {
  record(operation: Operation<unknown>): number;
}

/** An rtnetlink request. `value` is its header and attributes, in the tables' names. */
export function request<Result>(
  object: RequestObject,
  verb: Verb,
  target: string,
  value: (slots: Slots) => Readonly<Record<string, unknown>>,
  result: (answer: unknown) => Result,
): Operation<Result> {
  return {
    step: (slot, slots) => ({
      do: 'request',
      operation: `${object}.${verb}`,
      target,
      slot,
      object,
      verb,
      value: value(slots),
    }),
    result,
    undoable: verb === 'add' || verb === 'append' || verb === 'prepend',
  };
}

export const nothing = (): void => undefined;

/** The first object of an answer. */
export function first<Value>(answer: unknown): Value {
  return (answer as readonly Value[])[0] as Value;
}

export function all<Value>(answer: unknown): readonly Value[] {
  return answer as readonly Value[];
}
