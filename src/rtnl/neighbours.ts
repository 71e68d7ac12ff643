// Neighbours and forwarding tables: what `ip neighbour` and `bridge fdb` do, as requests. To the kernel they are one object.

import type { NeighbourObject, NeighbourRequest } from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, first, nothing, type Operation, type Performer, request } from './operation.js';
import { checkOptions, refuse } from './options.js';
import { familyOf } from './prefix.js';
import { checkLink, type LinkReference, linkTarget } from './references.js';

/** A neighbour as the kernel reports it: `destination` is its address, `linkAddress` where it was found. */
export type Neighbour = NeighbourObject;

type Passed = Omit<
  NeighbourRequest,
  'index' | 'family' | 'destination' | 'flagsMask' | 'stateMask' | 'master' | 'fdbExt'
>;

/** A neighbour of a link. */
export interface NeighbourOptions
  extends Omit<Passed, 'vlan' | 'port' | 'vni' | 'sourceVni' | 'outputLink' | 'nextHopId'> {
  /** `dev NAME` */
  readonly link: LinkReference;
  /** Its address. */
  readonly address: string;
}

/** Which neighbour. */
export interface NeighbourReference {
  readonly link: LinkReference;
  readonly address: string;
  /** One of the addresses that this host answers for. `proxy` */
  readonly proxy?: boolean;
}

/** Which neighbours to list; the kernel filters. */
export interface NeighbourFilter {
  readonly family?: 'inet' | 'inet6';
  readonly link?: LinkReference;
  /** Those on links of this master. `master NAME` */
  readonly master?: LinkReference;
  /** The addresses that this host answers for, instead of neighbours. `ip neighbour show proxy` */
  readonly proxy?: boolean;
}

const refusedHere = {
  family: ': address has it',
  index: '; use link',
  destination: '; use address',
  stateMask: '',
  flagsMask: '',
  master: '',
};

function change(verb: 'add' | 'set' | 'replace', options: NeighbourOptions): Operation<void> {
  const operation = `neighbour.${verb}`;
  checkOptions(operation, options);
  refuse(options, refusedHere, operation);
  const { link, address, state = ['permanent'], ...rest } = options;
  if (link === undefined) throw new TypeError(`${operation}: link must be given`);
  checkLink(link, `${operation}: link`);
  const value = {
    family: familyOf(address, `${operation}: address`),
    index: link,
    state,
    destination: address,
    ...rest,
  };
  return request('neighbour', verb, address, () => value, nothing);
}

function reference<Result>(
  verb: 'get' | 'remove',
  which: NeighbourReference,
  result: (answer: unknown) => Result,
): Operation<Result> {
  const operation = `neighbour.${verb}`;
  checkOptions(operation, which);
  const { link, address, proxy, ...rest } = which;
  if (link === undefined) throw new TypeError(`${operation}: link must be given`);
  checkLink(link, `${operation}: link`);
  const value = {
    family: familyOf(address, `${operation}: address`),
    index: link,
    destination: address,
    ...flagIf(operation, proxy),
    ...rest,
  };
  return request('neighbour', verb, address, () => value, result);
}

function flagIf(operation: string, proxy: unknown): { readonly flags?: readonly ['proxy'] } {
  if (proxy !== undefined && typeof proxy !== 'boolean')
    throw new TypeError(`${operation}: proxy must be true or false`);
  return proxy ? { flags: ['proxy'] } : {};
}

export const neighbourVerbs = {
  /**
   * Adds a neighbour, permanent unless `state` says otherwise; with `flags: ['proxy']` an address that this host answers for.
   * `ip neighbour add ADDRESS lladdr LLADDR dev NAME`
   * @throws {NetlinkError} `EEXIST`, `ENODEV`
   * @example await ns.neighbours.add({ link: 'br0', address: '172.16.0.2', linkAddress: '02:00:00:00:00:02' })
   */
  add: (options: NeighbourOptions): Operation<void> => change('add', options),

  /** Changes one that is there. `ip neighbour change …`. @throws {NetlinkError} `ENOENT` */
  set: (options: NeighbourOptions): Operation<void> => change('set', options),

  /** Adds it, or changes the one that is there. `ip neighbour replace …` */
  replace: (options: NeighbourOptions): Operation<void> => change('replace', options),

  /** Takes it away. `ip neighbour del ADDRESS dev NAME`. @throws {NetlinkError} `ENOENT` */
  remove: (which: NeighbourReference): Operation<void> => reference('remove', which, nothing),

  /** One neighbour. `ip neighbour get ADDRESS dev NAME`. @throws {NetlinkError} `ENOENT` */
  get: (which: NeighbourReference): Operation<Neighbour> => reference('get', which, first<Neighbour>),

  /** All of them, or those of a link, a master or a family. `ip neighbour show [dev NAME]` */
  list: (filter: NeighbourFilter = {}): Operation<readonly Neighbour[]> => {
    checkOptions('neighbour.list', filter);
    const { link, proxy, ...rest } = filter;
    if (link !== undefined) checkLink(link, 'neighbour.list: link');
    const value = {
      ...rest,
      ...(link === undefined ? {} : { outputLink: link }),
      ...flagIf('neighbour.list', proxy),
    };
    const listed = (answer: unknown) => all<Neighbour>(answer).filter(({ family }) => family !== 'bridge');
    return request('neighbour', 'list', 'all', () => value, listed);
  },
};

/** The neighbours of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export type Neighbours = Face<typeof neighbourVerbs>;
export const Neighbours: new (at: Performer) => Neighbours = faceOf(neighbourVerbs);

/** An entry of a forwarding table, in the bridge a link is a port of or in the link's own. */
export interface FdbOptions extends Omit<Passed, 'linkAddress'> {
  /** The port, or the VXLAN. `dev NAME` */
  readonly link: LinkReference;
  /** The link-layer address that leads there. */
  readonly linkAddress: string;
  /** Of a VXLAN: the remote's address. `dst ADDRESS` */
  readonly destination?: string;
  readonly fdbExt?: NeighbourRequest['fdbExt'];
}

/** Which entry. */
export interface FdbReference {
  /** The port, or the link that has a table of its own. `dev NAME` */
  readonly link: LinkReference;
  readonly linkAddress: string;
  /** In the link's own table, which is the default, or in that of its bridge. `self`, `master` */
  readonly flags?: readonly ['self' | 'master'];
  /** `vlan NUMBER` */
  readonly vlan?: number;
  /** Of a VXLAN. `vni NUMBER` */
  readonly vni?: number;
}

/** Which entries to list; the kernel filters. */
export interface FdbFilter {
  /** Those of one link. `dev NAME` */
  readonly link?: LinkReference;
  /** Those of one bridge. `br NAME` */
  readonly master?: LinkReference;
}

function fdb(verb: 'add' | 'append' | 'replace' | 'remove' | 'get', options: FdbOptions) {
  const operation = `fdb.${verb}`;
  checkOptions(operation, options);
  refuse(options, { family: '', index: '; use link', stateMask: '', flagsMask: '', master: '' }, operation);
  const { link, flags = ['self'], state = ['noArp', 'permanent'], linkAddress, ...rest } = options;
  if (link === undefined) throw new TypeError(`${operation}: link must be given`);
  checkLink(link, `${operation}: link`);
  if (typeof linkAddress !== 'string')
    throw new TypeError(`${operation}: linkAddress must be given, as a string such as "02:00:00:00:00:01"`);
  if (rest.destination !== undefined) familyOf(rest.destination, `${operation}: destination`);
  const value = { family: 'bridge', index: link, state, flags, linkAddress, ...rest };
  return { operation, target: `${linkTarget(link)} ${linkAddress}`, value };
}

function changeFdb(verb: 'add' | 'append' | 'replace' | 'remove', options: FdbOptions): Operation<void> {
  const { operation, target, value } = fdb(verb, options);
  const made = request('neighbour', verb, target, () => value, nothing);
  return { ...made, step: (slot, slots) => ({ ...made.step(slot, slots), operation }) };
}

export const fdbVerbs = {
  /**
   * Adds an entry, permanent and in the link's own table unless `state` and `flags` say otherwise. `bridge fdb add LLADDR dev NAME [dst ADDRESS …]`
   * @throws {NetlinkError} `EEXIST`, `EOPNOTSUPP` where the link has no such table
   * @example await ns.fdb.add({ link: 'vxlan0', linkAddress: '02:00:00:00:00:02', destination: '192.0.2.2' })
   */
  add: (options: FdbOptions): Operation<void> => changeFdb('add', options),

  /** Adds a remote to a VXLAN's entry. `bridge fdb append …` */
  append: (options: FdbOptions): Operation<void> => changeFdb('append', options),

  /** Adds it, or puts it in place of what is there. `bridge fdb replace …` */
  replace: (options: FdbOptions): Operation<void> => changeFdb('replace', options),

  /** Takes it away. `bridge fdb del LLADDR dev NAME`. @throws {NetlinkError} `ENOENT` */
  remove: (options: FdbOptions): Operation<void> => changeFdb('remove', options),

  /** One entry. `bridge fdb get LLADDR dev NAME { self | master }`. @throws {NetlinkError} `ENOENT`, `EOPNOTSUPP` where the link's table answers for lists only */
  get: (which: FdbReference): Operation<Neighbour> => {
    const { operation, target, value } = fdb('get', which);
    // Strict kernels want to be told of no state.
    const made = request('neighbour', 'get', target, () => ({ ...value, state: [] }), first<Neighbour>);
    return { ...made, step: (slot, slots) => ({ ...made.step(slot, slots), operation }) };
  },

  /** All entries, or those of a link or a bridge. `bridge fdb show [dev NAME]` */
  list: (filter: FdbFilter = {}): Operation<readonly Neighbour[]> => {
    checkOptions('fdb.list', filter);
    const { link, ...rest } = filter;
    if (link !== undefined) checkLink(link, 'fdb.list: link');
    const value = { family: 'bridge', ...rest, ...(link === undefined ? {} : { index: link }) };
    return request('neighbour', 'list', 'fdb', () => value, all<Neighbour>);
  },
};

/** The forwarding tables of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export type Fdb = Face<typeof fdbVerbs>;
export const Fdb: new (at: Performer) => Fdb = faceOf(fdbVerbs);
