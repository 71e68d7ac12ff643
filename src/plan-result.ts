// What a plan made, as its maker asks for it afterwards: links by the step that made them, namespaces as handles.
// Must not know how the plan ran.

import { wrongType } from './argument.js';
import type { FinishedJob } from './job.js';
import { Namespace } from './namespace.js';
import type { MadeLink } from './rtnl/links.js';
import type { NamespaceTarget, PlannedLink } from './rtnl/references.js';

/** A namespace that a plan makes or opens. */
export class PlannedNamespace implements NamespaceTarget {
  readonly handle = undefined;
  constructor(
    readonly name: string | undefined,
    /** Made by the plan, not only opened. */
    readonly born = false,
  ) {}
}

/** What a plan made. */
export class PlanResult {
  readonly #values: readonly unknown[];
  readonly #namespaces: ReadonlyMap<PlannedNamespace, Namespace>;

  /** @internal */
  constructor({ values, namespaces }: FinishedJob, kept: readonly PlannedNamespace[]) {
    this.#values = values;
    // All at once, asked for or not: what nobody closes is then warned of.
    this.#namespaces = new Map(
      kept.flatMap((planned, index) => {
        const handle = namespaces[index];
        if (handle === undefined) return [];
        const adopt = planned.born ? Namespace.adoptCreated : Namespace.adopt;
        return [[planned, adopt(handle, planned.name)] as const];
      }),
    );
  }

  /**
   * The index and name of a link the plan made, or of its other end, which the plan must have named.
   * @throws {TypeError} for what is no link of the plan, and where only the kernel knows what the other end is called
   */
  link(link: PlannedLink): MadeLink {
    const step: unknown = typeof link === 'object' && link !== null ? link.step : undefined;
    const made = typeof step === 'number' ? (this.#values[step] as MadeLink | undefined) : undefined;
    if (made?.index === undefined) throw wrongType('link', 'a link that this plan made', link);
    if (link.peer !== true) return made;
    if (made.peerIndex === undefined || link.name === undefined) {
      throw new TypeError(`link: the other end of ${made.name} is unknown: give its name in peer`);
    }
    return { index: made.peerIndex, name: link.name };
  }

  /** Whether the plan took a name away, where `surrenderName` asked for it. @internal */
  surrendered(planned: PlannedNamespace): Namespace | undefined {
    return this.#namespaces.get(planned);
  }

  /**
   * The handle of a namespace the plan made or opened with `keep`, or made without a name; the same each time. The caller closes it.
   * @throws {TypeError} for any other
   */
  namespace(planned: PlannedNamespace): Namespace {
    const namespace = this.#namespaces.get(planned);
    if (namespace === undefined) throw wrongType('namespace', 'one that this plan kept', planned);
    return namespace;
  }
}
