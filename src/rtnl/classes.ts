// Classes of traffic: what `tc class` does, as requests.

import { readOptions, string } from '../options.js';
import type { TrafficClassObject, TrafficClassRequest } from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, first, nothing, type Operation, type Performer, request } from './operation.js';
import { type LinkReference, linkTarget } from './references.js';
import { type Handle, handle, link } from './tc/place.js';
import { type HtbClassOptions, htbClass } from './tc/shapers.js';

/** A class as the kernel reports it: `handle` is its number, `options` in its structs, `stats`. Times in those are ticks of 64 ns. */
export type TrafficClass = TrafficClassObject;

/** A class, `tc class add dev NAME parent PARENT classid ID KIND …`; one of another kind than htb takes its options as bytes. */
export type TrafficClassOptions = {
  /** `dev NAME` */
  readonly link: LinkReference;
  /** The discipline or class it stands below: '1:'. `parent CLASSID` */
  readonly parent: Handle;
  /** Its number: '1:10'. `classid CLASSID` */
  readonly handle: Handle;
} & (
  | { readonly kind: 'htb'; readonly options: HtbClassOptions }
  | { readonly kind: string; readonly options?: Uint8Array | undefined }
);

/** Which class to remove, or to look at. */
export interface TrafficClassReference {
  readonly link: LinkReference;
  readonly handle: Handle;
}

/** Which classes to list; netplumb filters by kind, the kernel by the rest. */
export interface TrafficClassFilter {
  /** They are listed one link at a time. */
  readonly link: LinkReference;
  /** Those of the discipline with this handle. `parent CLASSID` */
  readonly parent?: Handle | undefined;
  readonly kind?: string | undefined;
}

function change(verb: 'add' | 'set' | 'replace', options: TrafficClassOptions): Operation<TrafficClass> {
  const where = `class.${verb}`;
  const { options: given, ...read } = readOptions(
    where,
    options,
    { link, parent: handle('root'), handle: handle(), kind: string },
    { options: (value) => value as TrafficClassRequest['options'] },
  );
  const made = read.kind === 'htb' ? htbClass(`${where}: options`, given) : given;
  const { link: at, ...rest } = read;
  const value = { index: at, ...rest, ...(made === undefined ? {} : { options: made }) };
  return request('class', verb, `${linkTarget(at)} ${read.handle}`, () => value, first<TrafficClass>);
}

function reference<Result>(
  verb: 'get' | 'remove',
  reference: TrafficClassReference,
  result: (answer: unknown) => Result,
): Operation<Result> {
  const read = readOptions(`class.${verb}`, reference, { link, handle: handle() }, {});
  const value = { index: read.link, handle: read.handle };
  return request('class', verb, `${linkTarget(read.link)} ${read.handle}`, () => value, result);
}

export const trafficClassVerbs = {
  /**
   * Adds a class. `tc class add dev NAME parent 1: classid 1:10 htb rate RATE …`
   * @throws {NetlinkError} `EEXIST`, `ENOENT` without the parent
   * @example await ns.classes.add({ link: 'veth1', parent: '1:', handle: '1:10', kind: 'htb', options: { rate: 1_250_000 } })
   */
  add: (options: TrafficClassOptions): Operation<TrafficClass> => change('add', options),

  /** Changes its options. `tc class change …`. @throws {NetlinkError} `ENOENT` */
  set: (options: TrafficClassOptions): Operation<void> => ({ ...change('set', options), result: nothing }),

  /** Adds it, or changes the one that stands there. `tc class replace …` */
  replace: (options: TrafficClassOptions): Operation<TrafficClass> => change('replace', options),

  /** Takes it away. `tc class del dev NAME classid ID`. @throws {NetlinkError} `ENOENT`, `EBUSY` while filters or classes use it */
  remove: (which: TrafficClassReference): Operation<void> => reference('remove', which, nothing),

  /** One class. `tc -s class show dev NAME classid ID`. @throws {NetlinkError} `ENOENT` */
  get: (which: TrafficClassReference): Operation<TrafficClass> =>
    reference('get', which, first<TrafficClass>),

  /** The classes of a link. `tc -s class show dev NAME` */
  list: (filter: TrafficClassFilter): Operation<readonly TrafficClass[]> => {
    const {
      link: at,
      kind,
      parent,
    } = readOptions('class.list', filter, { link }, { parent: handle('root'), kind: string });
    const value = { index: at, ...(parent === undefined ? {} : { parent }) };
    return request(
      'class',
      'list',
      linkTarget(at),
      () => value,
      (answer) => all<TrafficClass>(answer).filter((one) => kind === undefined || one.kind === kind),
    );
  },
};

/** The classes of traffic in a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export type TrafficClasses = Face<typeof trafficClassVerbs>;
export const TrafficClasses: new (at: Performer) => TrafficClasses = faceOf(trafficClassVerbs);
