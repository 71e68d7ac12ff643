// The verbs on links: what a Namespace offers at once, and a Plan for later. What they send is link-requests.ts's.

import type { LinkAdd, LinkGroupSet, LinkSet } from './link-options.js';
import {
  addAltNames,
  addLink,
  getLink,
  type Link,
  type LinkDetail,
  type LinkFilter,
  listLinks,
  type MadeLink,
  removeAltNames,
  removeLink,
  removeLinkGroup,
  setLink,
  setLinkGroup,
} from './link-requests.js';
import type { Performer, Recorder } from './operation.js';
import type { LinkReference, PlannedLink } from './references.js';

export type {
  LinkAdd,
  LinkGroupSet,
  LinkOptions,
  LinkSet,
  LinkSwitches,
  PeerOptions,
} from './link-options.js';
export type { Link, LinkDetail, LinkFilter, MadeLink } from './link-requests.js';

/** The links of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export class Links {
  readonly #at: Performer;

  constructor(at: Performer) {
    this.#at = at;
  }

  /**
   * Makes a link. `ip link add NAME type KIND …`
   * @returns its index and name, from the kernel's echo
   * @throws {NetlinkError} `EEXIST` when the name is taken, `EOPNOTSUPP` when the kernel lacks the kind
   * @example await ns.links.add({ kind: 'bridge', name: 'br0', up: true })
   */
  async add(options: LinkAdd): Promise<MadeLink> {
    return this.#at.perform(addLink(options));
  }
  addSync(options: LinkAdd): MadeLink {
    return this.#at.performSync(addLink(options));
  }

  /** One link. `ip -d link show dev NAME`. @throws {NetlinkError} `ENODEV` */
  async get(link: LinkReference, options?: LinkDetail): Promise<Link> {
    return this.#at.perform(getLink(link, options));
  }
  getSync(link: LinkReference, options?: LinkDetail): Link {
    return this.#at.performSync(getLink(link, options));
  }

  /** All links, or those of a kind or of a master, without counters unless asked for. `ip -d link show [type KIND] [master NAME]` */
  async list(filter?: LinkFilter): Promise<readonly Link[]> {
    return this.#at.perform(listLinks(filter));
  }
  listSync(filter?: LinkFilter): readonly Link[] {
    return this.#at.performSync(listLinks(filter));
  }

  /**
   * Changes a link; what is not named stays. One exception is the kernel's: of a tunnel's `data` (`gre`, `ipip`, `sit`, `ip6tnl`, `vti` and
   * their like) what is not named goes back to its default, so name all of it. `ip link set dev NAME …`
   * @throws {NetlinkError} `ENODEV`
   */
  async set(link: LinkReference, options: LinkSet): Promise<void> {
    return this.#at.perform(setLink(link, options));
  }
  setSync(link: LinkReference, options: LinkSet): void {
    this.#at.performSync(setLink(link, options));
  }

  /** Changes every link of a group; none is no error. `ip link set group GROUP …` */
  async setGroup(group: number, options: LinkGroupSet): Promise<void> {
    return this.#at.perform(setLinkGroup(group, options));
  }
  setGroupSync(group: number, options: LinkGroupSet): void {
    this.#at.performSync(setLinkGroup(group, options));
  }

  /** Removes a link, and with a veth its peer. Waits for RCU (16-33 ms). `ip link del NAME`. @throws {NetlinkError} `ENODEV` */
  async remove(link: LinkReference): Promise<void> {
    return this.#at.perform(removeLink(link));
  }
  removeSync(link: LinkReference): void {
    this.#at.performSync(removeLink(link));
  }

  /** Removes every link of a group, with one wait for all (200 links: 150 ms against 3,400). `ip link del group GROUP`. @throws {NetlinkError} `ENODEV` for an empty group */
  async removeGroup(group: number): Promise<void> {
    return this.#at.perform(removeLinkGroup(group));
  }
  removeGroupSync(group: number): void {
    this.#at.performSync(removeLinkGroup(group));
  }

  /** Gives a link more names. `ip link property add dev NAME altname ALT`. @throws {NetlinkError} `EEXIST` */
  async addAltNames(link: LinkReference, names: readonly string[]): Promise<void> {
    return this.#at.perform(addAltNames(link, names));
  }
  addAltNamesSync(link: LinkReference, names: readonly string[]): void {
    this.#at.performSync(addAltNames(link, names));
  }

  /** Takes such names away. `ip link property del dev NAME altname ALT`. @throws {NetlinkError} `ENOENT` */
  async removeAltNames(link: LinkReference, names: readonly string[]): Promise<void> {
    return this.#at.perform(removeAltNames(link, names));
  }
  removeAltNamesSync(link: LinkReference, names: readonly string[]): void {
    this.#at.performSync(removeAltNames(link, names));
  }
}

/** The same verbs inside a plan. */
export class PlannedLinks {
  readonly #plan: Recorder;

  constructor(plan: Recorder) {
    this.#plan = plan;
  }

  /** The result stands for the link in later steps. */
  add(options: LinkAdd): PlannedLink & { readonly otherEnd: PlannedLink } {
    const step = this.#plan.record(addLink(options));
    const name = 'peer' in options ? options.peer?.name : undefined;
    return { step, otherEnd: { step, peer: true, ...(name === undefined ? {} : { name }) } };
  }
  set(link: LinkReference, options: LinkSet): void {
    this.#plan.record(setLink(link, options));
  }
  setGroup(group: number, options: LinkGroupSet): void {
    this.#plan.record(setLinkGroup(group, options));
  }
  remove(link: LinkReference): void {
    this.#plan.record(removeLink(link));
  }
  removeGroup(group: number): void {
    this.#plan.record(removeLinkGroup(group));
  }
  addAltNames(link: LinkReference, names: readonly string[]): void {
    this.#plan.record(addAltNames(link, names));
  }
  removeAltNames(link: LinkReference, names: readonly string[]): void {
    this.#plan.record(removeAltNames(link, names));
  }
}
