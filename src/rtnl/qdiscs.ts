// Queueing disciplines: what `tc qdisc` does, as requests.

import { integer, readOptions, string } from '../options.js';
import type { FqCodelRequest, QdiscObject, QdiscRequest } from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, first, nothing, type Operation, type Performer, request } from './operation.js';
import { type LinkReference, linkTarget } from './references.js';
import { clsactHandle, type Handle, handle, link } from './tc/place.js';
import { type HtbOptions, htb, type TbfOptions, tbf } from './tc/shapers.js';

/** A queueing discipline as the kernel reports it: `handle`, `parent`, `kind`, `options` in its structs, `stats`. Times in those are ticks of 64 ns. */
export type Qdisc = QdiscObject;

interface KindOptions {
  readonly tbf: { readonly options: TbfOptions };
  readonly htb: { readonly options?: HtbOptions | undefined };
  readonly fq_codel: { readonly options?: FqCodelRequest | undefined };
  readonly pfifo: { readonly options?: { readonly limit: number } | undefined };
  readonly bfifo: { readonly options?: { readonly limit: number } | undefined };
  readonly ingress: { readonly options?: undefined };
  readonly clsact: { readonly options?: undefined };
}

/** Where a queueing discipline stands. */
export interface QdiscPlace {
  /** `dev NAME` */
  readonly link: LinkReference;
  /** 'root', which is the default, or a class: '1:10'. ingress and clsact have a place of their own. `root`, `parent CLASSID` */
  readonly parent?: Handle | undefined;
}

/** A queueing discipline, `tc qdisc add dev NAME root KIND …`; one of another kind takes its options as bytes. */
export type QdiscOptions = QdiscPlace & {
  /** Its handle, such as '1:'; chosen by the kernel where left out. `handle HANDLE` */
  readonly handle?: Handle | undefined;
  /** A block of filters for what comes in, shared by its number. `ingress_block NUMBER` */
  readonly ingressBlock?: number | undefined;
  /** The same for what goes out. `egress_block NUMBER` */
  readonly egressBlock?: number | undefined;
} & (
    | { readonly [Kind in keyof KindOptions]: { readonly kind: Kind } & KindOptions[Kind] }[keyof KindOptions]
    | { readonly kind: string; readonly options?: Uint8Array | undefined }
  );

/** Which queueing discipline to remove, or to look at: by its place, its handle, or both. */
export interface QdiscReference {
  readonly link: LinkReference;
  readonly parent?: Handle | undefined;
  readonly handle?: Handle | undefined;
  /** A removal of one of another kind is refused. */
  readonly kind?: string | undefined;
}

/** Which queueing disciplines to list; netplumb filters, for the kernel lists them all. */
export interface QdiscFilter {
  readonly link?: LinkReference | undefined;
  readonly kind?: string | undefined;
}

type Options = QdiscRequest['options'];
const makers: Readonly<Record<string, (where: string, options: unknown) => Options>> = { tbf, htb };
const ownPlace: readonly unknown[] = ['ingress', 'clsact'];
const parent = handle('root', 'ingress', 'clsact');

function change(verb: 'add' | 'set' | 'replace', options: QdiscOptions): Operation<Qdisc> {
  const where = `qdisc.${verb}`;
  const { options: given, ...read } = readOptions(
    where,
    options,
    { link, kind: string },
    {
      parent,
      handle: handle(),
      options: (value) => value,
      ingressBlock: integer(1, 0xffff_ffff),
      egressBlock: integer(1, 0xffff_ffff),
    },
  );
  const maker = Object.hasOwn(makers, read.kind) ? makers[read.kind] : undefined;
  const made = maker === undefined ? (given as Options) : maker(`${where}: options`, given);
  const own = ownPlace.includes(read.kind);
  const { link: at, kind, ...rest } = read;
  const value = {
    index: at,
    parent: own ? 'clsact' : 'root',
    ...(own ? { handle: clsactHandle } : {}),
    ...rest,
    kind,
    ...(made === undefined ? {} : { options: made }),
  };
  const operation = request('qdisc', verb, linkTarget(at), () => value, first<Qdisc>);
  return { ...operation, undoable: verb === 'add' && (own || rest.handle !== undefined || isPlanned(at)) };
}

// On a link that the same plan makes, nobody else's can stand.
const isPlanned = (at: LinkReference) => typeof at === 'object' && at !== null && 'step' in at;

function reference(verb: 'get' | 'remove', qdisc: QdiscReference) {
  const where = `qdisc.${verb}`;
  const {
    link: at,
    kind,
    ...read
  } = readOptions(where, qdisc, { link }, { parent, handle: handle(), kind: string });
  const own = ownPlace.includes(kind);
  const place = read.parent ?? (own ? 'clsact' : read.handle === undefined ? 'root' : undefined);
  const value = {
    index: at,
    ...(place === undefined ? {} : { parent: place }),
    ...(own ? { handle: clsactHandle } : {}),
    ...(read.handle === undefined ? {} : { handle: read.handle }),
    ...(kind === undefined || verb === 'get' ? {} : { kind }),
  };
  return { target: linkTarget(at), value };
}

export const qdiscVerbs = {
  /**
   * Gives a link a queueing discipline. Without a `handle` the kernel puts it in place of one of another kind, where there is one; then
   * a plan cannot take it back. `tc qdisc add dev NAME root KIND …`
   * @returns it as the kernel made it, with the handle that was chosen
   * @throws {NetlinkError} `EEXIST` when one stands there, `ENOENT` when the kernel lacks the kind
   * @example await ns.qdiscs.add({ link: 'veth1', kind: 'tbf', options: { rate: 1_250_000, burst: 32_000, latencyUs: 50_000 } })
   */
  add: (options: QdiscOptions): Operation<Qdisc> => change('add', options),

  /** Changes the options of the one that stands there, of the same kind. `tc qdisc change …`. @throws {NetlinkError} `ENOENT`, `EINVAL` for another kind */
  set: (options: QdiscOptions): Operation<void> => ({ ...change('set', options), result: nothing }),

  /** Puts it there in place of what stands, or changes that where it is of the same kind. `tc qdisc replace …` */
  replace: (options: QdiscOptions): Operation<Qdisc> => change('replace', options),

  /** Takes it away; the link's default one comes back. `tc qdisc del dev NAME root`. @throws {NetlinkError} `ENOENT`, `EINVAL` where none was put there */
  remove: (qdisc: QdiscReference): Operation<void> => {
    const { target, value } = reference('remove', qdisc);
    return request('qdisc', 'remove', target, () => value, nothing);
  },

  /** The one at a place, the root by default. `tc -s qdisc show dev NAME root`. @throws {NetlinkError} `ENOENT` */
  get: (qdisc: QdiscReference): Operation<Qdisc> => {
    const { target, value } = reference('get', qdisc);
    return request('qdisc', 'get', target, () => value, first<Qdisc>);
  },

  /** All of them, or those of a link or a kind. `tc -s qdisc show [dev NAME]` */
  list: (filter: QdiscFilter = {}): Operation<readonly Qdisc[]> => {
    const { link: at, kind } = readOptions('qdisc.list', filter, {}, { link, kind: string });
    const value = at === undefined ? {} : { index: at };
    return request(
      'qdisc',
      'list',
      'all',
      () => value,
      (answer) => all<Qdisc>(answer).filter((qdisc) => kind === undefined || qdisc.kind === kind),
    );
  },
};

/** The queueing disciplines of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export type Qdiscs = Face<typeof qdiscVerbs>;
export const Qdiscs: new (at: Performer) => Qdiscs = faceOf(qdiscVerbs);
