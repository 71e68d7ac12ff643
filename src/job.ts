// Runs a job and turns its failure into an error. Every job is published on the diagnostics channel `netplumb:job`, and each of
// its steps, before, on `netplumb:step`.

import { channel } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import {
  binding,
  type JobControl,
  type JobResult,
  type JobSpecification,
  type JobSteps,
  type NamespaceHandle,
  type Outcome,
} from './binding.js';
import { NetlinkError } from './errors.js';

/** What `netplumb:job` carries. */
export interface JobEvent {
  /** The operations of its steps, in order, such as `link.add`. */
  readonly operations: readonly string[];
  /** From submission to the result, in milliseconds. */
  readonly durationMs: number;
  /** The errno's name, where it failed. */
  readonly code?: string;
}

export interface FinishedJob {
  readonly values: readonly unknown[];
  readonly namespaces: readonly (NamespaceHandle | undefined)[];
}

const jobs = channel('netplumb:job');
const steps = channel('netplumb:step');

/** Nobody pays for what nobody listens to. */
function tracedIfHeard(job: JobSpecification): JobSpecification {
  return steps.hasSubscribers ? { ...job, traced: true } : job;
}

/** What steps do, in their order. */
function operationsOf(steps: JobSteps): readonly string[] {
  return steps.flatMap((step) => ('prepared' in step ? step.operations : step.operation));
}

function finish(done: JobSteps, result: JobResult, started: number): FinishedJob {
  for (const event of result.trace ?? []) steps.publish(event);
  if (jobs.hasSubscribers) {
    const event: JobEvent = {
      operations: operationsOf(done),
      durationMs: performance.now() - started,
      ...(result.failure === undefined ? {} : { code: result.failure.code }),
    };
    jobs.publish(event);
  }
  if (result.failure !== undefined) throw new NetlinkError(result.failure);
  return result;
}

/**
 * On an executor thread. An abort is looked at between steps; what was added is then taken back, and the signal's reason thrown.
 * @param write makes the steps that follow, while those of `job` are being done
 */
export async function runJob(
  job: JobSpecification,
  signal?: AbortSignal,
  write?: () => JobSteps,
): Promise<FinishedJob> {
  const started = jobs.hasSubscribers ? performance.now() : 0;
  let done = job.steps;
  const writeRest =
    write &&
    (() => {
      const rest = write();
      done = [...job.steps, ...rest];
      return rest;
    });
  if (signal === undefined) {
    const result = await binding.run(tracedIfHeard(job), writeRest);
    return finish(done, result, started);
  }
  signal.throwIfAborted();
  const control: JobControl = {};
  const running = binding.run(tracedIfHeard(job), writeRest, control);
  const abort = () => control.cancel?.();
  signal.addEventListener('abort', abort);
  try {
    const result = await running;
    return finish(done, result, started);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ECANCELED') signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Whether somebody listens to what jobs do. */
export function areJobsHeard(): boolean {
  return jobs.hasSubscribers || steps.hasSubscribers;
}

/** On the calling thread, without waiting for jobs that are pending. */
export function runJobSync(job: JobSpecification): FinishedJob {
  const started = jobs.hasSubscribers ? performance.now() : 0;
  return finish(job.steps, binding.runSync(tracedIfHeard(job)), started);
}

/** The value of what ran beside jobs. */
export function unwrap<Value>(outcome: Outcome<Value>): Value {
  if (outcome.failure !== undefined) throw new NetlinkError(outcome.failure);
  return outcome.value;
}
