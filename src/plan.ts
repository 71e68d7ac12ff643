// Plan: several operations in one trip to the kernel. Knows in which order they may be sent together and what can be taken
// back; how they run is native/job's.

import type { JobSpecification, Step } from './binding.js';
import { explainSteps } from './explain.js';
import { type FinishedJob, runJob, runJobSync } from './job.js';
import { checkName, Namespace, type NamespaceReference, referenceOf } from './namespace.js';
import { PlannedAddresses } from './rtnl/addresses.js';
import { type MadeLink, PlannedLinks } from './rtnl/links.js';
import type { Operation } from './rtnl/operation.js';
import { type LinkReference, type NamespaceTarget, type PlannedLink, Slots } from './rtnl/references.js';
import { PlannedRoutes } from './rtnl/routes.js';
import { settleLink } from './rtnl/settle.js';
import { PlannedSysctl } from './sysctl.js';

/** A namespace that a plan makes or opens. */
export class PlannedNamespace implements NamespaceTarget {
  readonly handle = undefined;
  constructor(readonly name: string | undefined) {}
}

/** The verbs of a plan in one namespace. */
export interface PlannedVerbs {
  readonly links: PlannedLinks;
  readonly addresses: PlannedAddresses;
  readonly routes: PlannedRoutes;
  readonly sysctl: PlannedSysctl;
}

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

/** What a plan made. */
export class PlanResult {
  readonly #finished: FinishedJob;
  readonly #kept: readonly PlannedNamespace[];

  constructor(finished: FinishedJob, kept: readonly PlannedNamespace[]) {
    this.#finished = finished;
    this.#kept = kept;
  }

  /** The index and name of a link the plan made. */
  link(link: PlannedLink): MadeLink {
    return this.#finished.values[link.step] as MadeLink;
  }

  /** The handle of a namespace the plan made or opened with `keep`, or made without a name. The caller closes it; ask once. */
  namespace(planned: PlannedNamespace): Namespace {
    return Namespace.adopt(this.#finished.namespaces[this.#kept.indexOf(planned)], planned.name);
  }
}

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
  readonly #born = new Set<NamespaceTarget>();
  readonly #kept: PlannedNamespace[] = [];

  constructor(options: PlanOptions = {}) {
    this.#undo = options.undo ?? true;
  }

  /** Makes a namespace. A named one is not held open unless `keep` is set; an anonymous one always is. `ip netns add NAME` */
  createNamespace(name?: string, options: { keep?: boolean } = {}): PlannedNamespace {
    if (name !== undefined) checkName(name);
    const planned = new PlannedNamespace(name);
    this.#born.add(planned);
    if (name === undefined || options.keep) this.#kept.push(planned);
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
  openNamespace(reference: NamespaceReference, options: { keep?: boolean } = {}): PlannedNamespace {
    const checked = referenceOf(reference);
    const planned = new PlannedNamespace(typeof reference === 'string' ? reference : undefined);
    if (options.keep) this.#kept.push(planned);
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
        }),
        result: () => undefined,
        undoable: true,
      },
    });
    return planned;
  }

  /** The verbs, acting in a namespace. */
  on(target: NamespaceTarget): PlannedVerbs {
    return this.#verbs(target, false);
  }

  /**
   * The verbs, sent together with what stands before them even where they could not be taken back: only for what acts on a
   * link that this plan makes under a name nobody else can have. @internal
   */
  together(target: NamespaceTarget): PlannedVerbs {
    return this.#verbs(target, true);
  }

  /** Has the kernel act on a link's carrier now; see rtnl/settle.ts. @internal */
  settle(target: NamespaceTarget, link: LinkReference, netNsId?: number): void {
    this.#recorded.push({ target, operation: settleLink(link, netNsId), together: true });
  }

  #verbs(target: NamespaceTarget, together: boolean): PlannedVerbs {
    const recorder = {
      record: (operation: Operation<unknown>) => this.#recorded.push({ target, operation, together }) - 1,
    };
    return {
      links: new PlannedLinks(recorder),
      addresses: new PlannedAddresses(recorder),
      routes: new PlannedRoutes(recorder),
      sysctl: new PlannedSysctl(recorder),
    };
  }

  /**
   * Does all of it.
   * @throws {NetlinkError} with the `step` that failed and the kernel's reason
   * @throws {TypeError} before anything is sent, when an order is asked for that could not be taken back
   */
  async run(options: RunOptions = {}): Promise<PlanResult> {
    const job = this.#compile(options);
    return new PlanResult(await runJob(job, options.signal), this.#kept);
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
    const slots = new Slots();
    const first = this.#recorded.length;
    for (const { target } of this.#recorded) slots.of(target);
    for (const target of touched) slots.of(target);
    const head = this.#compile(options, slots);
    const rest = () => {
      write();
      return this.#steps(slots).slice(first);
    };
    return new PlanResult(await runJob(head, options.signal, rest), this.#kept);
  }

  runSync(options: Omit<RunOptions, 'signal'> = {}): PlanResult {
    return new PlanResult(runJobSync(this.#compile(options)), this.#kept);
  }

  /** The `ip` and `sysctl` lines that would do the same. @param here the namespace the reader stands in */
  explain(here?: NamespaceTarget): readonly string[] {
    const slots = new Slots();
    const steps = this.#steps(slots);
    return explainSteps(steps, slots.targets, here);
  }

  #compile(options: RunOptions, slots = new Slots()): JobSpecification {
    const steps = this.#steps(slots);
    return {
      slots: slots.targets.map((target) => target.handle),
      steps,
      undo: this.#undo,
      keep: this.#kept.map((planned) => slots.of(planned)),
      ...(options.lock === undefined ? {} : { lock: options.lock }),
    };
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
