// Links: what `ip link` does, as requests. Knows how options become the tables' names, and what to check before sending.

import { checkInterfaceName } from '../interface-name.js';
import type { LinkKind, LinkKinds, LinkObject, LinkRequest } from './attributes.generated.js';
import { all, first, nothing, type Operation, type Performer, type Recorder, request } from './operation.js';
import {
  isNamespaceTarget,
  type LinkReference,
  linkTarget,
  type NamespaceTarget,
  type PlannedLink,
  type Slots,
} from './references.js';

/** A link as the kernel reports it. */
export type Link = LinkObject;

/** What `links.add` gives back. */
export interface MadeLink {
  readonly index: number;
  readonly name: string;
  /** Of a veth's other end, in its own namespace; where the kernel tells. */
  readonly peerIndex?: number;
}

/** What can be said of any link. Absent means: leave it to the kernel. */
export interface LinkOptions extends Omit<LinkRequest, 'linkInfo' | 'index' | 'netNsFd' | 'master' | 'link'> {
  /** Sets it up or down. `ip link set NAME up` */
  readonly up?: boolean;
  /** The bridge (or other) link it is a port of; 0 sets it free. `ip link set NAME master BRIDGE` */
  readonly master?: LinkReference;
  /** The link it is stacked on. `link NAME` */
  readonly link?: LinkReference;
  /** The namespace it is made in, or moved to. Moving waits for RCU (16-32 ms): have it made there. `netns NAME` */
  readonly namespace?: NamespaceTarget;
}

/** The other end of a veth. It cannot be born up: bring it up in its own namespace. */
export type PeerOptions = Omit<LinkOptions, 'up'>;

type Kinds = {
  [Kind in LinkKind]: {
    readonly kind: Kind;
    /** What is particular to the kind. */
    readonly data?: Omit<LinkKinds[Kind], 'peer'>;
  } & (LinkKinds[Kind] extends { readonly peer?: unknown } ? { readonly peer?: PeerOptions } : unknown);
}[LinkKind];

/** `ip link add NAME type KIND …` */
export type LinkAdd = LinkOptions & Kinds;

/** Changes to a link, with `kind` and `data` for those particular to its kind, `portData` to those of a port of `portKind`. */
export type LinkSet = LinkOptions & {
  readonly kind?: LinkKind;
  readonly data?: Kinds['data'];
  readonly portKind?: LinkKind;
  readonly portData?: Readonly<Record<string, unknown>>;
};

/** Which links to list; the kernel filters. */
export interface LinkFilter {
  readonly kind?: LinkKind;
  readonly master?: LinkReference;
}

// RTEXT_FILTER_SKIP_STATS (linux/rtnetlink.h) leaves out the counters of the address families.
const skipStats = ['skipStats'];

function common(options: LinkOptions, slots: Slots, path: string): Record<string, unknown> {
  const { up, namespace, ...rest } = options;
  if (rest.name !== undefined) checkInterfaceName(rest.name, `${path}name`);
  const value: Record<string, unknown> = { ...rest };
  if (up !== undefined) {
    if (typeof up !== 'boolean') throw new TypeError(`${path}up: must be true or false`);
    value.flags = up ? ['up'] : 0;
    value.change = ['up'];
  }
  if (namespace !== undefined) {
    if (!isNamespaceTarget(namespace)) throw new TypeError(`${path}namespace: must be a Namespace`);
    value.netNsFd = { slot: slots.of(namespace) };
  }
  return value;
}

// An existing link is found by its name, which needs no look-up of its own, or by its index.
function locate(reference: LinkReference, renaming: boolean): Record<string, unknown> {
  if (typeof reference !== 'string' || renaming) return { index: reference };
  return Buffer.byteLength(reference) > 15 ? { altName: reference } : { name: reference };
}

function checkReference(reference: LinkReference, option: string): void {
  const fits =
    typeof reference === 'string'
      ? reference.length > 0 && Buffer.byteLength(reference) <= 127
      : typeof reference === 'number'
        ? Number.isInteger(reference) && reference > 0
        : typeof reference === 'object' &&
          reference !== null &&
          ('index' in reference || 'step' in reference);
  if (!fits) throw new TypeError(`${option}: must be a link: a name, an index or what links.add returned`);
}

export function addLink(options: LinkAdd): Operation<MadeLink> {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('link.add: options must be an object');
  const { kind, data, ...rest } = options;
  if (typeof kind !== 'string')
    throw new TypeError('link.add: kind: must be a kind of link, such as "bridge"');
  const { peer, ...link } = rest as LinkOptions & { peer?: PeerOptions & { up?: boolean } };
  if (peer?.up)
    throw new TypeError('link.add: peer.up: a peer cannot be born up; set it up in its namespace');
  const base = request(
    'link',
    'add',
    link.name ?? kind,
    (slots) => {
      const info = { ...data, ...(peer === undefined ? {} : { peer: common(peer, slots, 'peer.') }) };
      return {
        ...common(link, slots, ''),
        linkInfo: { kind, ...(Object.keys(info).length > 0 ? { data: info } : {}) },
      };
    },
    (answer) => answer as MadeLink,
  );
  return {
    ...base,
    step(slot, slots) {
      const step = base.step(slot, slots);
      const created = {
        ...(link.name === undefined ? {} : { name: link.name }),
        ...(peer?.name === undefined ? {} : { peerName: peer.name }),
        ...(peer?.namespace === undefined ? {} : { peerSlot: slots.of(peer.namespace) }),
      };
      return step.do === 'request' ? { ...step, created } : step;
    },
  };
}

export function setLink(reference: LinkReference, options: LinkSet): Operation<void> {
  checkReference(reference, 'link.set');
  const { kind, data, portKind, portData, ...link } = options;
  return request(
    'link',
    'set',
    linkTarget(reference),
    (slots) => ({
      ...locate(reference, link.name !== undefined),
      ...common(link, slots, ''),
      ...(kind === undefined && portKind === undefined
        ? {}
        : {
            linkInfo: {
              ...(kind === undefined ? {} : { kind, data }),
              ...(portKind === undefined ? {} : { slaveKind: portKind, slaveData: portData }),
            },
          }),
    }),
    nothing,
  );
}

export function removeLink(reference: LinkReference): Operation<void> {
  checkReference(reference, 'link.remove');
  return request('link', 'remove', linkTarget(reference), () => locate(reference, false), nothing);
}

export function removeLinkGroup(group: number): Operation<void> {
  if (!Number.isInteger(group) || group < 1 || group > 0xffff_ffff)
    throw new RangeError('group: must be an integer from 1 to 4294967295');
  return request('link', 'remove', `group ${group}`, () => ({ group }), nothing);
}

export function getLink(reference: LinkReference): Operation<Link> {
  checkReference(reference, 'link.get');
  return request(
    'link',
    'get',
    linkTarget(reference),
    () => ({ ...locate(reference, false), extMask: skipStats }),
    first<Link>,
  );
}

export function listLinks(filter: LinkFilter = {}): Operation<readonly Link[]> {
  return request(
    'link',
    'list',
    filter.kind ?? 'all',
    () => ({
      extMask: skipStats,
      ...(filter.master === undefined ? {} : { master: filter.master }),
      ...(filter.kind === undefined ? {} : { linkInfo: { kind: filter.kind } }),
    }),
    all<Link>,
  );
}

function altNames(
  verb: 'add' | 'remove',
  reference: LinkReference,
  names: readonly string[],
): Operation<void> {
  checkReference(reference, `link.${verb}AltNames`);
  for (const name of names) {
    const bytes = typeof name === 'string' ? Buffer.byteLength(name) : 0;
    if (bytes < 1 || bytes > 127) throw new RangeError('altNames: each must be a string of 1 to 127 bytes');
  }
  return request(
    'altName',
    verb,
    linkTarget(reference),
    () => ({ ...locate(reference, false), altNames: names }),
    nothing,
  );
}

/** Alternative names, 1 to 127 bytes each, exclusive in the namespace. `ip link property add dev NAME altname ALT` */
export const addAltNames = (reference: LinkReference, names: readonly string[]) =>
  altNames('add', reference, names);
/** `ip link property del dev NAME altname ALT` */
export const removeAltNames = (reference: LinkReference, names: readonly string[]) =>
  altNames('remove', reference, names);

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
  add(options: LinkAdd): Promise<MadeLink> {
    return this.#at.perform(addLink(options));
  }
  addSync(options: LinkAdd): MadeLink {
    return this.#at.performSync(addLink(options));
  }

  /** One link. `ip -d link show dev NAME`. @throws {NetlinkError} `ENODEV` */
  get(link: LinkReference): Promise<Link> {
    return this.#at.perform(getLink(link));
  }
  getSync(link: LinkReference): Link {
    return this.#at.performSync(getLink(link));
  }

  /** All links, or those of a kind or of a master. `ip -d link show [type KIND] [master NAME]` */
  list(filter?: LinkFilter): Promise<readonly Link[]> {
    return this.#at.perform(listLinks(filter));
  }
  listSync(filter?: LinkFilter): readonly Link[] {
    return this.#at.performSync(listLinks(filter));
  }

  /** Changes a link; what is not named stays. `ip link set dev NAME …`. @throws {NetlinkError} `ENODEV` */
  set(link: LinkReference, options: LinkSet): Promise<void> {
    return this.#at.perform(setLink(link, options));
  }
  setSync(link: LinkReference, options: LinkSet): void {
    this.#at.performSync(setLink(link, options));
  }

  /** Removes a link, and with a veth its peer. Waits for RCU (16-33 ms). `ip link del NAME`. @throws {NetlinkError} `ENODEV` */
  remove(link: LinkReference): Promise<void> {
    return this.#at.perform(removeLink(link));
  }
  removeSync(link: LinkReference): void {
    this.#at.performSync(removeLink(link));
  }

  /** Removes every link of a group, with one wait for all (200 links: 150 ms against 3,400). `ip link del group GROUP`. @throws {NetlinkError} `ENODEV` for an empty group */
  removeGroup(group: number): Promise<void> {
    return this.#at.perform(removeLinkGroup(group));
  }
  removeGroupSync(group: number): void {
    this.#at.performSync(removeLinkGroup(group));
  }

  /** Gives a link more names. `ip link property add dev NAME altname ALT`. @throws {NetlinkError} `EEXIST` */
  addAltNames(link: LinkReference, names: readonly string[]): Promise<void> {
    return this.#at.perform(addAltNames(link, names));
  }
  addAltNamesSync(link: LinkReference, names: readonly string[]): void {
    this.#at.performSync(addAltNames(link, names));
  }

  /** Takes such names away. `ip link property del dev NAME altname ALT`. @throws {NetlinkError} `ENOENT` */
  removeAltNames(link: LinkReference, names: readonly string[]): Promise<void> {
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
    return { step, otherEnd: { step, peer: true } };
  }
  set(link: LinkReference, options: LinkSet): void {
    this.#plan.record(setLink(link, options));
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
