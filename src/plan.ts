// Plan: several operations in one trip to the kernel. Knows in which order they may be sent together and what can be taken
// back; how they run is native/job's.

import { wrongType } from './argument.js';
import type { FilledSteps, JobSpecification, JobSteps, PairEnds, Step } from './binding.js';
import { explainSteps } from './explain.js';
import { runJob, runJobSync } from './job.js';
import { checkName, Namespace, type NamespaceReference, referenceOf } from './namespace.js';
import { boolean, type Check, instanceOf, readOptions } from './options.js';
import { PlannedNamespace, PlanResult } from './plan-result.js';
import { PlannedVerbs } from './plan-verbs.js';
import { PreparedSteps } from './prepared-steps.js';
import { nothing, type Operation } from './rtnl/operation.js';
import { isNamespaceTarget, type LinkReference, type NamespaceTarget, Slots } from './rtnl/references.js';
import { settleLink } from './rtnl/settle.js';

export { PlannedNamespace, type PlannedVerbs, PlanResult };

export interface PlanOptions {
  /**
   * Take back what was added when a step fails; true by default. Then `set`, `replace`, `remove` and sysctls, which have no
   * general inverse, must stand last, or act in a namespace that the plan itself makes.
   */
  readonly undo?: boolean;
}

export interface RunOptions {
  /** Looked at between steps; what was added is taken back. */
  readonly signal?: AbortSignal;
  /** @internal */
  readonly lock?: JobSpecification['lock'];
}

export interface KeepOptions {
  /** Hold it open when the plan has run; `result.namespace()` then gives the handle. */
  readonly keep?: boolean;
}

export interface OpenOptions extends KeepOptions {
  /** A namespace that it must not be: the plan then fails with ENOTUNIQ. */
  readonly otherThan?: Namespace;
}

const planChecks = { undo: boolean };
const keepChecks = { keep: boolean };
const openChecks = { keep: boolean, otherThan: instanceOf(Namespace as never) as Check<Namespace> };
const passed: Check<JobSpecification['lock']> = (value) => value as JobSpecification['lock'];
const runChecks = { signal: instanceOf(AbortSignal), lock: passed };
const syncChecks = { lock: passed };

interface Recorded {
  readonly target: NamespaceTarget;
  readonly operation: Operation<unknown>;
  readonly together: boolean;
}

/**
 * Several operations in one job: one trip to an executor thread, as few sends as their order allows. Stops at the first
 * error, and by default takes back what it added.
 * @example
 * const plan = new Plan();
 * const c1 = plan.createNamespace('container1');
 * plan.on(host).links.add({ kind: 'veth', name: 'veth1', master: 'br0', up: true, peer: { name: 'eth0', namespace: c1 } });
 * plan.on(c1).links.set('eth0', { up: true });
 * await plan.run();
 */
export class Plan {
  readonly #undo: boolean;
  readonly #recorded: Recorded[] = [];
  /** What follows them, encoded before, and the namespaces that it is about. */
  readonly #appended: FilledSteps[] = [];
  #touched: readonly NamespaceTarget[] = [];
  readonly #planned = new Set<PlannedNamespace>();
  readonly #born = new Set<NamespaceTarget>();
  readonly #kept: PlannedNamespace[] = [];

  /** @throws {TypeError} for unknown options, and for an `undo` that is no boolean */
  constructor(options?: PlanOptions) {
    this.#undo = options === undefined || (readOptions('Plan', options, {}, planChecks).undo ?? true);
  }

  /** Makes a namespace. A named one is not held open unless `keep` is set; an anonymous one always is. `ip netns add NAME` */
  createNamespace(name?: string, options?: KeepOptions): PlannedNamespace {
    if (name !== undefined) checkName(name);
    const keep = options && readOptions('plan.createNamespace', options, {}, keepChecks).keep;
    const planned = new PlannedNamespace(name, true);
    this.#planned.add(planned);
    this.#born.add(planned);
    if (name === undefined || keep) this.#kept.push(planned);
    const label = name === undefined ? {} : { target: name, name };
    this.#recorded.push({
      target: planned,
      together: true,
      operation: {
        step: (slot) => ({ do: 'createNamespace', operation: 'namespace.create', slot, ...label }),
        result: () => undefined,
        undoable: true,
      },
    });
    return planned;
  }

  /** Opens a namespace when the plan runs. */
  openNamespace(reference: NamespaceReference, options: OpenOptions = {}): PlannedNamespace {
    const checked = referenceOf(reference);
    const { keep, otherThan } = readOptions('plan.openNamespace', options, {}, openChecks);
    const planned = new PlannedNamespace(typeof reference === 'string' ? reference : undefined);
    this.#planned.add(planned);
    if (keep) this.#kept.push(planned);
    const target = typeof reference === 'string' ? reference : JSON.stringify(reference);
    this.#recorded.push({
      target: planned,
      together: true,
      operation: {
        step: (slot) => ({
          do: 'openNamespace',
          operation: 'namespace.open',
          target,
          slot,
          reference: checked,
          ...(otherThan && { otherThan: otherThan.handle }),
        }),
        result: () => undefined,
        undoable: true,
      },
    });
    return planned;
  }

  /**
   * Takes the name of a namespace away that still is the one which the host calls `netNsId`, unless pairs other than
   * `leaving` end in there; without any nobody is looked for. It then lives as long as `result.surrendered()` is open.
   * @throws {NetlinkError} when it runs: `EBUSY` where others live there, or somebody is joining @internal
   */
  surrenderName(
    host: NamespaceTarget,
    name: string,
    netNsId: number,
    leaving: readonly PairEnds[],
  ): PlannedNamespace {
    const planned = new PlannedNamespace(undefined);
    this.#planned.add(planned);
    this.#kept.push(planned);
    this.#recorded.push({
      target: host,
      together: true,
      operation: {
        step: (slot, slots) => ({
          do: 'surrenderName',
          operation: 'namespace.surrender',
          target: name,
          slot,
          into: slots.of(planned),
          name,
          netNsId,
          leaving,
        }),
        result: nothing,
        undoable: true,
      },
    });
    return planned;
  }

  /** The verbs, acting in a namespace. @throws {TypeError} unless it is a Namespace or one that this plan makes or opens */
  on(target: NamespaceTarget): PlannedVerbs {
    const known = target instanceof PlannedNamespace ? this.#planned.has(target) : isNamespaceTarget(target);
    if (!known) throw wrongType('plan.on', 'a Namespace, or a namespace of this plan', target);
    return this.#verbs(target, false);
  }

  /**
   * The verbs, sent together with what stands before them even where they could not be taken back: only for what acts on a
   * link that this plan makes under a name nobody else can have. @internal
   */
  together(target: NamespaceTarget): PlannedVerbs {
    return this.#verbs(target, true);
  }

  /** How many steps are recorded: the index of the next. @internal */
  get size(): number {
    return this.#recorded.length;
  }

  /** Has the kernel act on a link's carrier now; see rtnl/settle.ts. @internal */
  settle(target: NamespaceTarget, link: LinkReference, netNsId?: number): void {
    this.#recorded.push({ target, operation: settleLink(link, netNsId), together: true });
  }

  /**
   * Encodes what is recorded after the first `from` steps, for plans alike that differ in texts only: wherever one of `standIns` stands as a
   * whole value, `append` puts another. `touched` are the namespaces that they are about, in the same order there. @internal
   */
  prepare(from: number, touched: readonly NamespaceTarget[], standIns: readonly string[]): PreparedSteps {
    return new PreparedSteps(this.#steps(this.#slots(touched, from)).slice(from), from, standIns);
  }

  /** Has steps that were prepared by a plan like this one follow what is recorded. @internal */
  append(steps: FilledSteps, touched: readonly NamespaceTarget[]): void {
    this.#touched = touched;
    this.#appended.push(steps);
  }

  #verbs(target: NamespaceTarget, together: boolean): PlannedVerbs {
    return new PlannedVerbs({
      record: (operation: Operation<unknown>) => this.#recorded.push({ target, operation, together }) - 1,
    });
  }

  /**
   * Does all of it.
   * @throws {NetlinkError} with the `step` that failed and the kernel's reason
   * @throws {TypeError} before anything is sent, when an order is asked for that could not be taken back
   */
  async run(options: RunOptions = {}): Promise<PlanResult> {
    const { signal, ...rest } = readOptions('plan.run', options, {}, runChecks);
    return new PlanResult(await runJob(this.#checked(rest), signal), this.#kept);
  }

  /**
   * Begins with what is recorded by now, and has `write` record the rest while that runs: encoding an attach takes as long
   * as a quarter of making its namespace. `write` must not record anything that could be refused. @internal
   */
  async runAhead(
    touched: readonly NamespaceTarget[],
    write: () => void,
    options: RunOptions = {},
  ): Promise<PlanResult> {
    const slots = this.#slots(touched);
    const first = this.#recorded.length;
    const head = this.#compile(options, slots);
    const rest = (): JobSteps => {
      write();
      return this.#recorded.length === first ? this.#appended : this.#allSteps(slots).slice(first);
    };
    return new PlanResult(await runJob(head, options.signal, rest), this.#kept);
  }

  /** As `run`, on the calling thread; nothing can stop it. */
  runSync(options: Omit<RunOptions, 'signal'> = {}): PlanResult {
    const read = readOptions('plan.runSync', options, {}, syncChecks);
    return new PlanResult(runJobSync(this.#checked(read)), this.#kept);
  }

  /** The `ip` and `sysctl` lines that would do the same. @param here the namespace the reader stands in */
  explain(here?: NamespaceTarget): readonly string[] {
    const slots = new Slots();
    const steps = this.#steps(slots);
    return explainSteps(steps, slots.targets, here);
  }

  // A namespace that options name, such as a peer's, is seen only when the steps are made.
  #checked(options: RunOptions): JobSpecification {
    const slots = this.#slots(this.#touched);
    const job = this.#compile(options, slots);
    const foreign = slots.targets.find((at) => at instanceof PlannedNamespace && !this.#planned.has(at));
    if (foreign !== undefined) throw new TypeError("plan: it reaches into another plan's namespace");
    return job;
  }

  #compile(options: RunOptions, slots = this.#slots(this.#touched)): JobSpecification {
    const steps = this.#allSteps(slots);
    return {
      slots: slots.targets.map((target) => target.handle),
      steps,
      undo: this.#undo,
      keep: this.#kept.map((planned) => slots.of(planned)),
      ...(options.lock === undefined ? {} : { lock: options.lock }),
    };
  }

  /** Those of the first `count` that are recorded, and `touched` behind them. */
  #slots(touched: readonly NamespaceTarget[], count = this.#recorded.length): Slots {
    const slots = new Slots();
    for (const { target } of this.#recorded.slice(0, count)) slots.of(target);
    for (const target of touched) slots.of(target);
    return slots;
  }

  #allSteps(slots: Slots): JobSteps {
    const steps = this.#steps(slots);
    return this.#appended.length === 0 ? steps : [...steps, ...this.#appended];
  }

  #steps(slots: Slots): Step[] {
    let final: Step | undefined;
    return this.#recorded.map(({ target, operation, together }, index) => {
      const step = operation.step(slots.of(target), slots);
      const undone = !this.#undo || operation.undoable || together || this.#born.has(target);
      if (final !== undefined && operation.undoable && this.#undo) {
        throw new TypeError(
          `plan: step ${index} (${step.operation}) stands after ${final.operation}, which cannot be taken back: put that last, or build the plan with undo: false`,
        );
      }
      if (!undone) final = step;
      // What cannot be taken back is sent only when all before it has succeeded.
      const barrier = !together && (!this.#undo || !undone);
      return step.do === 'request' && barrier ? { ...step, barrier } : step;
    });
  }
}
