// Links: what `ip link` does, as requests. Knows which message a verb is; what its options become is link-options.ts's.

import type { LinkKind, LinkObject } from './attributes.generated.js';
import {
  type LinkAdd,
  type LinkGroupSet,
  type LinkSet,
  linkValue,
  type PeerOptions,
} from './link-options.js';
import { all, first, nothing, type Operation, request } from './operation.js';
import { checkOptions, refuse } from './options.js';
import { checkLink, isNamespaceTarget, type LinkReference, linkTarget } from './references.js';

/** A link as the kernel reports it. */
export type Link = LinkObject;

/** What `links.add` gives back. */
export interface MadeLink {
  readonly index: number;
  readonly name: string;
  /** Of a veth's other end, in its own namespace; where the kernel tells. */
  readonly peerIndex?: number;
}

/** How much to read about a link. */
export interface LinkDetail {
  /** Whether to read the counters of address families too, which take the kernel longest. Without them `stats64` is left out of lists too, for counters cost as much as all the rest; `get` always has it. `-s` */
  readonly stats?: boolean;
}

/** Which links to list; the kernel filters. */
export interface LinkFilter extends LinkDetail {
  readonly kind?: LinkKind;
  readonly master?: LinkReference;
}

// RTEXT_FILTER_SKIP_STATS (linux/rtnetlink.h) leaves out the counters of the address families; of a list, the
// addon leaves out the others.
function detail(operation: string, stats: unknown): Record<string, unknown> {
  if (stats !== undefined && typeof stats !== 'boolean')
    throw new TypeError(`${operation}: stats must be true or false`);
  return stats ? {} : { extMask: ['skipStats'] };
}

// An existing link is found by its name, which needs no look-up of its own, or by its index.
function locate(reference: LinkReference, renaming: boolean): Record<string, unknown> {
  if (typeof reference !== 'string' || renaming) return { index: reference };
  return Buffer.byteLength(reference) > 15 ? { altName: reference } : { name: reference };
}

export function addLink(options: LinkAdd): Operation<MadeLink> {
  checkOptions('link.add', options);
  const { kind, data, ...rest } = options;
  if (typeof kind !== 'string')
    throw new TypeError('link.add: kind must be a kind of link, such as "bridge"');
  const { peer, ...link } = rest as Omit<LinkAdd, 'kind' | 'data'> & { peer?: PeerOptions };
  refuse(link, born, 'link.add');
  if (data !== undefined) checkOptions('link.add', data, 'data');
  if (peer !== undefined) {
    checkOptions('link.add', peer, 'peer');
    refuse(peer, bornDown, 'link.add', 'peer');
  }
  // No echo crosses namespaces, so a link born elsewhere is found again by its name only.
  if (isNamespaceTarget(link.namespace) && link.name === undefined)
    throw new TypeError('link.add: name must be given with namespace');
  const base = request(
    'link',
    'add',
    link.name ?? kind,
    (slots) => {
      const info = {
        ...data,
        ...(peer === undefined ? {} : { peer: linkValue('link.add', peer, slots, 'peer') }),
      };
      return {
        ...linkValue('link.add', link, slots),
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

// A process' namespace would hide where the link is from results and from undoing.
const born = { netNsPid: '; use namespace' };
const bornDown = { up: ': a peer cannot be born up; set it up in its namespace' };
const standing = { index: ': a link keeps its index; newIndex is for a move' };

export function setLink(reference: LinkReference, options: LinkSet): Operation<void> {
  checkLink(reference, 'link.set:');
  checkOptions('link.set', options);
  refuse(options, standing, 'link.set');
  const { kind, data, portKind, portData, ...link } = options;
  if (portKind !== undefined && typeof portKind !== 'string')
    throw new TypeError('link.set: portKind must be a kind of link, such as "bridge"');
  if (portData !== undefined) checkOptions('link.set', portData, 'portData');
  const info = [kind, data, portKind, portData].some((part) => part !== undefined)
    ? { linkInfo: { kind, data, slaveKind: portKind, slaveData: portData } }
    : {};
  return request(
    'link',
    'set',
    linkTarget(reference),
    (slots) => ({
      ...locate(reference, link.name !== undefined),
      ...linkValue('link.set', link, slots),
      ...info,
    }),
    nothing,
  );
}

const ofOne = { name: ": it would be every link's", group: ': the links are found by it', ...standing };

export function setLinkGroup(group: number, options: LinkGroupSet): Operation<void> {
  checkGroup(group);
  checkOptions('link.set', options);
  refuse(options, ofOne, 'link.set');
  return request(
    'link',
    'set',
    `group ${group}`,
    (slots) => ({ group, ...linkValue('link.set', options, slots) }),
    nothing,
  );
}

function checkGroup(group: number): void {
  if (!Number.isInteger(group) || group < 1 || group > 0xffff_ffff)
    throw new RangeError('group: must be an integer from 1 to 4294967295');
}

export function removeLink(reference: LinkReference): Operation<void> {
  checkLink(reference, 'link.remove:');
  return request('link', 'remove', linkTarget(reference), () => locate(reference, false), nothing);
}

export function removeLinkGroup(group: number): Operation<void> {
  checkGroup(group);
  return request('link', 'remove', `group ${group}`, () => ({ group }), nothing);
}

export function getLink(reference: LinkReference, options: LinkDetail = {}): Operation<Link> {
  checkLink(reference, 'link.get:');
  checkOptions('link.get', options);
  const { stats, ...others } = options;
  const [surplus] = Object.keys(others);
  if (surplus !== undefined) throw new TypeError(`link.get: ${surplus} is not an option`);
  const asked = detail('link.get', stats);
  return request(
    'link',
    'get',
    linkTarget(reference),
    () => ({ ...locate(reference, false), ...asked }),
    first<Link>,
  );
}

/** A link of another namespace, by the number that the one which is asked has for it. @internal */
export function getLinkOf(targetNetNsId: number, index: number): Operation<Link> {
  return request(
    'link',
    'get',
    `#${index}`,
    () => ({ index, targetNetNsId, ...detail('link.get', false) }),
    first<Link>,
  );
}

export function listLinks(filter: LinkFilter = {}): Operation<readonly Link[]> {
  checkOptions('link.list', filter);
  const { kind, master, stats, ...rest } = filter;
  if (master !== undefined) checkLink(master, 'link.list: master');
  const asked = detail('link.list', stats);
  return request(
    'link',
    'list',
    filter.kind ?? 'all',
    () => ({
      ...asked,
      ...rest,
      ...(master === undefined ? {} : { master }),
      ...(kind === undefined ? {} : { linkInfo: { kind } }),
    }),
    (answer) => {
      const links = all<Link>(answer);
      // A kind whose module is not there filters nothing: the kernel then leaves the filter out.
      return kind === undefined ? links : links.filter(({ linkInfo }) => linkInfo?.kind === kind);
    },
  );
}

function altNames(
  verb: 'add' | 'remove',
  reference: LinkReference,
  names: readonly string[],
): Operation<void> {
  checkLink(reference, `link.${verb}AltNames:`);
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
