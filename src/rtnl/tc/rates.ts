// Rates, sizes and times as traffic control's structs hold them. Rates are bytes per second; a bucket is the time it takes to
// send it, in ticks of 64 ns (PSCHED_SHIFT, include/net/pkt_sched.h; /proc/net/psched says so). Knows no kind.

import { shown, wrongType } from '../../argument.js';
import type { Check } from '../../options.js';
import type { RateSpecLinkLayer, RateSpecRequest } from '../attributes.generated.js';

const u32 = 0xffff_ffffn;
const tickNs = 64n;

/** What is the same of every rate of a kind. */
export interface RateShape {
  /** The least a packet counts, in bytes. `mpu BYTES` */
  readonly mpu?: number | undefined;
  /** Bytes added to each packet. `overhead BYTES` */
  readonly overhead?: number | undefined;
  /** What a packet costs on the link; 'ethernet' by default. `linklayer TYPE` */
  readonly linkLayer?: Exclude<RateSpecLinkLayer, 'unaware'> | undefined;
}

/** A rate: bytes per second, of which tc's `8mbit` are 1,000,000. */
export const rate: Check<bigint> = (value, option) => whole(value, option, 1n, 2n ** 64n - 1n);

/** A size in bytes, from 1. */
export const size: Check<number> = (value, option) => Number(whole(value, option, 1n, u32));

function whole(value: unknown, option: string, least: bigint, most: bigint): bigint {
  if (typeof value !== 'number' && typeof value !== 'bigint')
    throw wrongType(option, 'a number or a bigint', value);
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new RangeError(`${option}: must be a whole number, got ${shown(value)}`);
  const number = BigInt(value);
  if (number >= least && number <= most) return number;
  throw new RangeError(`${option}: must be from ${least} to ${most}, got ${number}`);
}

/** What 32 bits hold of a rate; all of it stands in a 64-bit attribute then. */
export const low32 = (bytesPerSecond: bigint): number => Number(bytesPerSecond > u32 ? u32 : bytesPerSecond);

/** The 64-bit attribute of a rate, where it needs one. */
export function wide<Name extends string>(
  name: Name,
  bytesPerSecond: bigint | undefined,
): { [N in Name]?: bigint } {
  if (bytesPerSecond === undefined || bytesPerSecond <= u32) return {};
  return { [name]: bytesPerSecond } as { [N in Name]?: bigint };
}

/** The ticks that so many bytes (or packets) take; rounded up, for a bucket of none lets nothing pass. */
export function ticksOf(option: string, count: number, perSecond: bigint): number {
  const ticks = (BigInt(count) * 1_000_000_000n + perSecond * tickNs - 1n) / (perSecond * tickNs);
  if (ticks > u32) throw new RangeError(`${option}: takes longer to send than 32 bits of ticks hold (274 s)`);
  return Number(ticks);
}

/** struct tc_ratespec, and the table that goes with it. @param mtu the longest packet the table tells of */
export function rateSpec(
  bytesPerSecond: bigint,
  { mpu = 0, overhead = 0, linkLayer = 'ethernet' }: RateShape,
  mtu = 2047,
): { readonly spec: RateSpecRequest; readonly table: Uint32Array } {
  let cellLog = 0;
  while (mtu >> cellLog > 255) cellLog += 1;
  return {
    spec: { cellLog, linkLayer, overhead, cellAlign: -1, mpu, rate: low32(bytesPerSecond) },
    table: rateTable(bytesPerSecond, cellLog, mpu, linkLayer === 'atm'),
  };
}

// The kernel no longer looks packets up in it (3.8), but still wants one of a policer. As tc 6.1 fills it: in microseconds cut
// to whole ones, then in ticks cut likewise.
function rateTable(bytesPerSecond: bigint, cellLog: number, mpu: number, atm: boolean): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, cell) => {
    const bytes = Math.max((cell + 1) * 2 ** cellLog, mpu);
    const sent = atm ? Math.ceil(bytes / 48) * 53 : bytes;
    return Math.trunc(Math.trunc(1_000_000 * (sent / Number(bytesPerSecond))) * 15.625);
  });
}
