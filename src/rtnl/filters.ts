// Filters of traffic: what `tc filter` does, as requests.

import { integer, readOptions, string } from '../options.js';
import type {
  FlowerRequest,
  MatchallRequest,
  TrafficFilterObject,
  TrafficFilterProtocol,
  TrafficFilterRequest,
  U32KeyRequest,
  U32Request,
} from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, first, nothing, type Operation, type Performer, request } from './operation.js';
import { type LinkReference, linkTarget } from './references.js';
import { actionRequest, type FilterAction } from './tc/actions.js';
import { type Handle, handle, hookOf, link } from './tc/place.js';

/** A filter as the kernel reports it: its place, `priority`, `handle`, `kind` and `options`. */
export type TrafficFilter = TrafficFilterObject;

interface Acting {
  /** What is done with the packets that match, in order. `action KIND …` */
  readonly actions?: readonly FilterAction[] | undefined;
}

/** Matches the packets whose every key matches: `keys: [{ mask: 0, value: 0, offset: 0 }]` matches all. `u32 match u32 VALUE MASK at OFFSET` */
export type U32Options = Omit<U32Request, 'actions' | 'selector' | 'police'> &
  Acting & { readonly keys?: readonly U32KeyRequest[] | undefined };

interface KindOptions {
  readonly matchall: { readonly options?: (Omit<MatchallRequest, 'actions'> & Acting) | undefined };
  readonly flower: { readonly options?: (Omit<FlowerRequest, 'actions'> & Acting) | undefined };
  readonly u32: { readonly options: U32Options };
}

/** Where a filter stands. */
export interface TrafficFilterPlace {
  /** `dev NAME` */
  readonly link: LinkReference;
  /** 'ingress' and 'egress' are clsact's two hooks; else the handle of a discipline or a class. `ingress`, `parent CLASSID` */
  readonly parent: Handle;
}

/** A filter, `tc filter add dev NAME ingress protocol all prio 1 KIND …`; one of another kind takes its options as bytes. */
export type TrafficFilterOptions = TrafficFilterPlace & {
  /** The packets it looks at; 'all' by default. `protocol PROTOCOL` */
  readonly protocol?: TrafficFilterProtocol | number | undefined;
  /** Lower ones are asked first, from 1; chosen by the kernel where left out. `prio NUMBER` */
  readonly priority?: number | undefined;
  /** Its number within the priority; chosen by the kernel where left out. `handle NUMBER` */
  readonly handle?: number | undefined;
  /** The chain it stands in; 0 by default. `chain NUMBER` */
  readonly chain?: number | undefined;
} & (
    | { readonly [Kind in keyof KindOptions]: { readonly kind: Kind } & KindOptions[Kind] }[keyof KindOptions]
    | { readonly kind: string; readonly options?: Uint8Array | undefined }
  );

/** Which filter to look at. */
export interface TrafficFilterReference extends TrafficFilterPlace {
  readonly protocol?: TrafficFilterProtocol | number | undefined;
  readonly priority: number;
  readonly kind: string;
  readonly handle: number;
  readonly chain?: number | undefined;
}

/** Which filters to remove: one, or without its `handle` all of a priority, or without that all of a place. */
export type TrafficFilterRemoval = TrafficFilterPlace & Partial<TrafficFilterReference>;

/** Which filters to list; the kernel filters. */
export interface TrafficFilterFilter extends TrafficFilterPlace {
  readonly protocol?: TrafficFilterProtocol | number | undefined;
  readonly priority?: number | undefined;
  readonly chain?: number | undefined;
}

const passed = (value: unknown) => value;
const protocol = (value: unknown) => value as TrafficFilterProtocol | number;
const place = { link, parent: handle('root', 'ingress', 'egress') };
const numbers = { protocol, priority: integer(1, 0xffff), chain: integer(0, 0x0fff_ffff) };
const numbered = { ...numbers, handle: integer(1, 0xffff_ffff) };

// Nothing is looked at behind a match; keys are counted by the struct itself.
function u32(where: string, { keys, ...rest }: Record<string, unknown>): Record<string, unknown> {
  if (keys === undefined) return rest;
  if (!Array.isArray(keys)) throw new TypeError(`${where}.keys: must be an array`);
  if (keys.length > 128) throw new RangeError(`${where}.keys: at most 128`);
  return { selector: { flags: ['terminal'], keyCount: keys.length, keys: keys as unknown[] }, ...rest };
}

function optionsOf(where: string, kind: string, options: unknown): TrafficFilterRequest['options'] {
  if (options === undefined || options instanceof Uint8Array) return options;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new TypeError(`${where}: must be an object`);
  // Whatever they hold is checked, inherited ones refused, where the request is encoded.
  const { actions, ...others } = options as Record<string, unknown>;
  const rest = kind === 'u32' ? u32(where, others) : others;
  if (actions === undefined) return rest;
  if (!Array.isArray(actions)) throw new TypeError(`${where}.actions: must be an array`);
  return { ...rest, actions: actions.map((one, at) => actionRequest(`${where}.actions[${at}]`, one)) };
}

function where(verb: string, read: { link: LinkReference; parent: Handle }) {
  const { link: at, parent, ...rest } = read;
  return {
    target: `${linkTarget(at)} ${parent}`,
    value: { index: at, parent: hookOf(parent), ...rest },
    verb,
  };
}

function change(verb: 'add' | 'set' | 'replace', options: TrafficFilterOptions): Operation<TrafficFilter> {
  const operation = `filter.${verb}`;
  const { options: given, ...read } = readOptions(
    operation,
    options,
    { ...place, kind: string },
    { ...numbered, options: passed },
  );
  const made = optionsOf(`${operation}: options`, read.kind, given);
  const { target, value } = where(verb, read);
  const whole = { protocol: 'all', ...value, ...(made === undefined ? {} : { options: made }) };
  return request('filter', verb, target, () => whole, first<TrafficFilter>);
}

export const trafficFilterVerbs = {
  /**
   * Adds a filter. Taken back by a plan, the first u32 of a priority leaves its table there, empty. `tc filter add dev NAME ingress protocol all prio 1 KIND …`
   * @returns it as the kernel made it, with the priority and handle that were chosen
   * @throws {NetlinkError} `EEXIST`, `EINVAL` where no such discipline stands, `ENOENT` when the kernel lacks the kind
   * @example await ns.filters.add({ link: 'veth1', parent: 'ingress', kind: 'matchall', options: { actions: [{ kind: 'police', rate: 1_250_000, burst: 32_000 }] } })
   */
  add: (options: TrafficFilterOptions): Operation<TrafficFilter> => change('add', options),

  /** Changes one that is there. `tc filter change …`. @throws {NetlinkError} `ENOENT` */
  set: (options: TrafficFilterOptions): Operation<void> => ({ ...change('set', options), result: nothing }),

  /** Adds it, or changes the one that has its handle. `tc filter replace …` */
  replace: (options: TrafficFilterOptions): Operation<TrafficFilter> => change('replace', options),

  /** Takes one away, or all of a priority, or all of a place. `tc filter del dev NAME ingress [prio NUMBER …]`. @throws {NetlinkError} `ENOENT` */
  remove: (which: TrafficFilterRemoval): Operation<void> => {
    const read = readOptions('filter.remove', which, place, { ...numbered, kind: string });
    const { target, value } = where('remove', read);
    return request('filter', 'remove', target, () => value, nothing);
  },

  /** One filter. `tc filter get dev NAME ingress prio NUMBER handle NUMBER protocol PROTOCOL KIND`. @throws {NetlinkError} `ENOENT` */
  get: (which: TrafficFilterReference): Operation<TrafficFilter> => {
    const { priority, handle: number, ...others } = numbered;
    const required = { ...place, priority, handle: number, kind: string };
    const { target, value } = where('get', readOptions('filter.get', which, required, others));
    return request('filter', 'get', target, () => ({ protocol: 'all', ...value }), first<TrafficFilter>);
  },

  /** The filters of a place. `tc filter show dev NAME ingress` */
  list: (filter: TrafficFilterFilter): Operation<readonly TrafficFilter[]> => {
    const { target, value } = where('list', readOptions('filter.list', filter, place, numbers));
    return request('filter', 'list', target, () => value, all<TrafficFilter>);
  },
};

/** The filters of traffic in a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export type TrafficFilters = Face<typeof trafficFilterVerbs>;
export const TrafficFilters: new (at: Performer) => TrafficFilters = faceOf(trafficFilterVerbs);
