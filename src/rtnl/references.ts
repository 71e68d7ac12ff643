// How a request names a link or a namespace, in a call of its own or inside a plan.

import type { NamespaceHandle } from '../binding.js';

/** A link that an earlier step of the same plan makes. */
export interface PlannedLink {
  readonly step: number;
  /** The other end of a veth. */
  readonly peer?: boolean;
  /** What the plan calls it, where it does. */
  readonly name?: string;
}

/** A link: its name, its index, what `links.add` gave back, or a step of the same plan. An alternative name works too. */
export type LinkReference = string | number | { readonly index: number } | PlannedLink;

/** A namespace an operation can reach into: a `Namespace`, or one that the same plan makes. */
export interface NamespaceTarget {
  /** Undefined while it is only planned. */
  readonly handle: NamespaceHandle | undefined;
  /** Below /run/netns. */
  readonly name: string | undefined;
}

/** The namespaces of one job, each with a place of its own. */
export class Slots {
  readonly targets: NamespaceTarget[] = [];

  of(target: NamespaceTarget): number {
    const known = this.targets.indexOf(target);
    if (known >= 0) return known;
    return this.targets.push(target) - 1;
  }
}

export function isNamespaceTarget(value: unknown): value is NamespaceTarget {
  return typeof value === 'object' && value !== null && 'handle' in value && 'name' in value;
}

/** @throws {TypeError} unless it can name a link; whether there is one is the kernel's to say */
export function checkLink(value: unknown, option: string): asserts value is LinkReference {
  const fits =
    typeof value === 'string'
      ? value.length > 0 && Buffer.byteLength(value) <= 127 && !value.includes('\0')
      : typeof value === 'number'
        ? Number.isInteger(value) && value > 0 && value <= 0x7fff_ffff
        : typeof value === 'object' && value !== null && ('index' in value || 'step' in value);
  if (!fits) throw new TypeError(`${option} must be a link: a name, an index or what links.add returned`);
}

/** What a message calls a link. */
export function linkTarget(reference: LinkReference): string {
  if (typeof reference === 'string') return reference;
  if (typeof reference === 'number') return `#${reference}`;
  if ('index' in reference) return `#${reference.index}`;
  return `step ${reference.step}`;
}
