// What filters do with packets, in a user's words: police, mirred, gact. Other kinds pass through as bytes.

import { integer, oneOf, readOptions, string } from '../../options.js';
import type { ActionRequest, GactParmsAction, MirredParmsDirection } from '../attributes.generated.js';
import type { LinkReference } from '../references.js';
import { type RateShape, rate, rateSpec, size, ticksOf, wide } from './rates.js';
import { shapeChecks } from './shapers.js';

/** What becomes of a packet: 'shot' drops it, 'ok' ends the search, 'pipe' goes on to the next action. */
export type Control = Exclude<GactParmsAction, 'queued' | 'repeat' | 'redirect'>;

/** Lets a rate pass. `action police rate RATE burst BYTES conform-exceed EXCEED/CONFORM` */
export interface PoliceAction extends RateShape {
  readonly kind: 'police';
  /** Bytes per second. `rate RATE` */
  readonly rate: number | bigint;
  /** The bucket, in bytes. `burst BYTES` */
  readonly burst: number;
  /** Bytes per second that even a burst may not exceed; `mtu` must be given with it. `peakrate RATE` */
  readonly peakRate?: number | bigint | undefined;
  /** Longer packets are beyond the rate; no limit by default. `mtu BYTES` */
  readonly mtu?: number | undefined;
  /** What becomes of packets beyond the rate; 'shot' by default, where tc has 'reclassify'. */
  readonly exceed?: Control | undefined;
  /** What becomes of those within it; 'ok' by default. */
  readonly conform?: Control | undefined;
}

/** Sends packets, or copies, to another link. `action mirred egress redirect dev NAME` */
export interface MirredAction {
  readonly kind: 'mirred';
  readonly direction: MirredParmsDirection;
  readonly link: LinkReference;
}

/** Passes or drops. `action pass`, `action drop` */
export interface GactAction {
  readonly kind: 'gact';
  readonly action: Control;
}

/** An action the tables do not know; its options are TCA_ACT_OPTIONS' payload. */
export interface OtherAction {
  readonly kind: string;
  readonly options: Uint8Array;
}

export type FilterAction = PoliceAction | MirredAction | GactAction | OtherAction;

const control = oneOf('unspecified', 'ok', 'reclassify', 'shot', 'pipe', 'stolen', 'trap');
const kind = { kind: string };
const passed = (value: unknown) => value;

const makers: Readonly<Record<string, (where: string, action: unknown) => ActionRequest['options']>> = {
  police,
  mirred(where, action) {
    const { direction, link } = readOptions(
      where,
      action,
      {
        ...kind,
        link: passed,
        direction: oneOf('egressRedirect', 'egressMirror', 'ingressRedirect', 'ingressMirror'),
      },
      {},
    );
    // A copy leaves the packet to the next action; one that was sent on is gone.
    const action_ = direction.endsWith('Mirror') ? 'pipe' : 'stolen';
    return { parms: { action: action_, direction, link: link as LinkReference } };
  },
  gact(where, action) {
    return { parms: { action: readOptions(where, action, { ...kind, action: control }, {}).action } };
  },
};

function police(where: string, action: unknown): ActionRequest['options'] {
  const read = readOptions(
    where,
    action,
    { ...kind, rate, burst: size },
    { peakRate: rate, mtu: integer(0, 0xffff_ffff), exceed: control, conform: control, ...shapeChecks },
  );
  const { peakRate, mtu = 0 } = read;
  if (peakRate !== undefined && mtu === 0) throw new TypeError(`${where}: mtu must be given with peakRate`);
  const table = mtu === 0 ? undefined : mtu;
  const usual = rateSpec(read.rate, read, table);
  const peak = peakRate === undefined ? undefined : rateSpec(peakRate, read, table);
  return {
    parms: {
      action: read.exceed ?? 'shot',
      burst: ticksOf(`${where}: burst`, read.burst, read.rate),
      mtu,
      rate: usual.spec,
      ...(peak === undefined ? {} : { peakRate: peak.spec }),
    },
    rateTable: usual.table,
    ...wide('rate64', read.rate),
    ...(peak === undefined ? {} : { peakTable: peak.table, ...wide('peakRate64', peakRate) }),
    // Absent, it is 'ok'.
    ...(read.conform === undefined || read.conform === 'ok' ? {} : { conform: read.conform }),
  };
}

/** One action as the tables have it. @throws {TypeError | RangeError} naming the option below `where` */
export function actionRequest(where: string, action: unknown): ActionRequest {
  const named: unknown =
    typeof action === 'object' && action !== null && Object.hasOwn(action, 'kind')
      ? (action as { kind: unknown }).kind
      : undefined;
  const maker = typeof named === 'string' && Object.hasOwn(makers, named) ? makers[named] : undefined;
  if (maker !== undefined) return { kind: String(named), options: maker(where, action) };
  const other = readOptions(where, action, { ...kind, options: bytes }, {});
  return { kind: other.kind, options: other.options };
}

function bytes(value: unknown, option: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`${option}: must be a Uint8Array`);
}
