// Token buckets in a user's words, as tbf and htb keep them: a rate and a burst become specs, ticks and tables.

import { integer, oneOf, readOptions } from '../../options.js';
import type { HtbRequest, TbfRequest } from '../attributes.generated.js';
import { type RateShape, rate, rateSpec, size, ticksOf, wide } from './rates.js';

/** tbf: one rate for all, `tc qdisc add … tbf rate RATE burst BYTES …`. */
export interface TbfOptions extends RateShape {
  /** Bytes per second. `rate RATE` */
  readonly rate: number | bigint;
  /** The bucket, in bytes: what may leave at once. Packets longer than that are dropped. `burst BYTES` */
  readonly burst: number;
  /** Bytes that may wait. This, or `latencyUs`. `limit BYTES` */
  readonly limit?: number | undefined;
  /** How long a packet may wait, in microseconds. `latency TIME` */
  readonly latencyUs?: number | undefined;
  /** Bytes per second that even a burst may not exceed; `mtu` must be given with it. `peakrate RATE` */
  readonly peakRate?: number | bigint | undefined;
  /** The bucket of `peakRate`, in bytes: at least the link's MTU and its header. `mtu BYTES` */
  readonly mtu?: number | undefined;
}

/** htb as a discipline, `tc qdisc add … htb default NUMBER`. */
export interface HtbOptions {
  /** The minor number of the class for packets that no filter sends elsewhere; unshaped by default. `default NUMBER`, hexadecimal there */
  readonly defaultClass?: number | undefined;
  /** What a class' rate is divided by for its quantum; 10 by default. `r2q NUMBER` */
  readonly rate2quantum?: number | undefined;
  /** Packets that may wait unshaped; the link's queue length by default. `direct_qlen PACKETS` */
  readonly directQueueLength?: number | undefined;
}

/** A class of htb, `tc class add … htb rate RATE …`. */
export interface HtbClassOptions extends RateShape {
  /** Bytes per second the class is sure of. `rate RATE` */
  readonly rate: number | bigint;
  /** Bytes per second it gets at most, when others leave it; `rate` by default. `ceil RATE` */
  readonly ceil?: number | bigint | undefined;
  /** Bytes that may leave at once; a packet of `mtu`, and a nanosecond's worth, by default. `burst BYTES` */
  readonly burst?: number | undefined;
  /** The same for `ceil`. `cburst BYTES` */
  readonly ceilBurst?: number | undefined;
  /** Leaves of a lower number are served first, 0 to 7. `prio NUMBER` */
  readonly priority?: number | undefined;
  /** Bytes served at a time; by `rate2quantum` by default. `quantum BYTES` */
  readonly quantum?: number | undefined;
  /** The longest packet, in bytes; 1600 by default. `mtu BYTES` */
  readonly mtu?: number | undefined;
}

export const shapeChecks = {
  mpu: integer(0, 0xffff),
  overhead: integer(0, 0xffff),
  linkLayer: oneOf('ethernet', 'atm'),
};

export function tbf(where: string, options: unknown): TbfRequest {
  const read = readOptions(
    where,
    options,
    { rate, burst: size },
    { limit: size, latencyUs: integer(1, 0xffff_ffff), peakRate: rate, mtu: size, ...shapeChecks },
  );
  const { burst, peakRate, mtu } = read;
  if ((read.limit === undefined) === (read.latencyUs === undefined))
    throw new TypeError(`${where}: either limit or latencyUs must be given`);
  if (peakRate !== undefined && mtu === undefined)
    throw new TypeError(`${where}: mtu must be given with peakRate`);
  const usual = rateSpec(read.rate, read, mtu);
  const peak = peakRate === undefined ? undefined : rateSpec(peakRate, read, mtu);
  return {
    parms: {
      rate: usual.spec,
      limit: read.limit ?? waiting(where, read.latencyUs ?? 0, read),
      buffer: ticksOf(`${where}: burst`, burst, read.rate),
      ...(peak === undefined || peakRate === undefined || mtu === undefined
        ? {}
        : { peakRate: peak.spec, mtu: ticksOf(`${where}: mtu`, mtu, peakRate) }),
    },
    burst,
    ...wide('rate64', read.rate),
    rateTable: usual.table,
    ...(peak === undefined ? {} : { ...wide('peakRate64', peakRate), peakBurst: mtu, peakTable: peak.table }),
  };
}

// What comes in while a packet waits, and the bucket.
function waiting(
  where: string,
  latencyUs: number,
  read: { rate: bigint; burst: number; peakRate?: bigint; mtu?: number },
): number {
  const during = (perSecond: bigint) => (perSecond * BigInt(latencyUs)) / 1_000_000n;
  const usual = during(read.rate) + BigInt(read.burst);
  const peak = read.peakRate === undefined ? usual : during(read.peakRate) + BigInt(read.mtu ?? 0);
  const limit = peak < usual ? peak : usual;
  if (limit > 0xffff_ffffn) throw new RangeError(`${where}: latencyUs: more than 4 GiB would wait`);
  return Number(limit);
}

export function htb(where: string, options: unknown): HtbRequest {
  const { defaultClass, rate2quantum, directQueueLength } = readOptions(
    where,
    options,
    {},
    {
      defaultClass: integer(0, 0xffff),
      rate2quantum: integer(1, 0xffff_ffff),
      directQueueLength: integer(0, 0xffff_fffe),
    },
  );
  return {
    init: { version: 3, rate2quantum: rate2quantum ?? 10, defaultClass: defaultClass ?? 0 },
    ...(directQueueLength === undefined ? {} : { directQueueLength }),
  };
}

export function htbClass(where: string, options: unknown): HtbRequest {
  const read = readOptions(
    where,
    options,
    { rate },
    {
      ceil: rate,
      burst: size,
      ceilBurst: size,
      priority: integer(0, 7),
      quantum: size,
      mtu: size,
      ...shapeChecks,
    },
  );
  const { ceil = read.rate, mtu = 1600, priority = 0, quantum = 0 } = read;
  if (ceil < read.rate) throw new RangeError(`${where}: ceil: must be at least rate`);
  const sure = rateSpec(read.rate, read, mtu);
  const most = rateSpec(ceil, read, mtu);
  // tc adds what the rate brings in one tick of the kernel's clock.
  const enough = (perSecond: bigint) => Number(perSecond / 1_000_000_000n) + mtu;
  return {
    ...wide('rate64', read.rate),
    ...wide('ceil64', ceil),
    parms: {
      rate: sure.spec,
      ceil: most.spec,
      buffer: ticksOf(`${where}: burst`, read.burst ?? enough(read.rate), read.rate),
      ceilBuffer: ticksOf(`${where}: ceilBurst`, read.ceilBurst ?? enough(ceil), ceil),
      quantum,
      priority,
    },
    rateTable: sure.table,
    ceilTable: most.table,
  };
}
