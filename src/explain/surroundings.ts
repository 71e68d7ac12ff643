// What a line is said about: the namespaces of a job, the links that its steps make, and where the reader stands.

import type { Step } from '../binding.js';
import type { NamespaceTarget } from '../rtnl/references.js';
import { shellWord } from '../shell-word.js';

/** Stands where only whoever holds the namespace knows a process in it. */
const somePid = 'PID';

export class Surroundings {
  readonly #steps: readonly Step[];
  readonly #namespaces: readonly NamespaceTarget[];
  readonly #here: NamespaceTarget | undefined;

  constructor(steps: readonly Step[], namespaces: readonly NamespaceTarget[], here?: NamespaceTarget) {
    this.#steps = steps;
    this.#namespaces = namespaces;
    this.#here = here;
  }

  /** `ip`, or another program of iproute2, in the namespace of a slot. */
  program(program: string, slot: number): string {
    const name = this.#namespaces[slot]?.name;
    if (this.#isHere(slot) || name === undefined) return `${this.enter(slot)}${program}`;
    return `${program} -n ${shellWord(name)}`;
  }

  /** What stands before a program that runs in the namespace of a slot. */
  enter(slot: number): string {
    if (this.#isHere(slot)) return '';
    const place = this.namespace(slot);
    const file = place.includes('/')
      ? place
      : /^(\d+|PID)$/.test(place) && this.#namespaces[slot]?.name === undefined
        ? `/proc/${place}/ns/net`
        : `/run/netns/${place}`;
    return `nsenter ${shellWord(`--net=${file}`)} `;
  }

  /** As `ip link … netns` takes it: a name, a file or the id of a process. */
  namespace(slot: number): string {
    const name = this.#namespaces[slot]?.name;
    if (name !== undefined) return name;
    const opened = this.#steps.find((step) => step.do === 'openNamespace' && step.slot === slot);
    const reference = opened?.do === 'openNamespace' ? opened.reference : undefined;
    if (typeof reference === 'string') return reference;
    return reference !== undefined && 'pid' in reference ? String(reference.pid) : somePid;
  }

  // Where nobody said where the reader stands, an open namespace without a name may well be the one.
  #isHere(slot: number): boolean {
    const target = this.#namespaces[slot];
    if (target === undefined || target === this.#here) return true;
    return this.#here === undefined && target.name === undefined && target.handle !== undefined;
  }

  /** A link by its name, where that is known; ip reads `if7` as the link with index 7. */
  link(reference: unknown): string {
    if (typeof reference === 'number') return `if${reference}`;
    if (typeof reference !== 'object' || reference === null) return shellWord(String(reference));
    const { index, step, peer } = reference as { index?: number; step?: number; peer?: boolean };
    if (index !== undefined) return `if${index}`;
    const made = this.#steps[step ?? -1];
    if (made?.do === 'createTun') return shellWord(made.name ?? `LINK${step}`);
    const names = made?.do === 'request' ? made.created : undefined;
    const name = peer ? names?.peerName : names?.name;
    return name === undefined ? `LINK${step}` : shellWord(name);
  }
}
