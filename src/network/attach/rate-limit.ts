// How fast a container may send and receive: what may be said of it, and what the ends of its link are told.

import { type NetlinkError, NetworkError } from '../../errors.js';
import { type Check, integer, oneOf, readOptions } from '../../options.js';
import type { PlannedVerbs } from '../../plan.js';
import type { LinkReference } from '../../rtnl/references.js';

/** One direction's limit. */
export interface RateLimit {
  /** From 8 to 10^12, IP packets and their Ethernet headers counted. */
  readonly bitsPerSecond: number;
  /** How much may go at once, 65,536 to 10^9 bytes; by default what 10 ms bring, and at least 131,072. A link hands on up to 64 KiB unsegmented. */
  readonly burstBytes?: number;
}

/** A container's limits; a number is bits per second. */
export interface RateLimits {
  /** What it receives; more waits up to 50 ms, then is dropped. `tc qdisc add dev HOSTLINK root tbf …` */
  readonly ingress?: number | RateLimit;
  /** What it sends. */
  readonly egress?: number | RateLimit;
  /**
   * Where what it sends is limited. 'host', the default: more is dropped, and the container cannot undo it.
   * `tc filter add dev HOSTLINK ingress u32 match u32 0 0 action police …`
   * 'container': more waits up to 50 ms, but a container with CAP_NET_ADMIN can undo it. `tc qdisc add dev eth0 root tbf …`
   */
  readonly egressAt?: 'host' | 'container';
}

/** In bytes, as the kernel counts. */
interface Bucket {
  readonly rate: number;
  readonly burst: number;
}

/** {@link RateLimits}, checked and complete. */
export interface Buckets {
  readonly ingress?: Bucket;
  readonly egress?: Bucket;
  readonly egressAt?: 'host' | 'container';
}

const leastBurst = 65_536;
const usualBurst = 131_072;
const latencyUs = 50_000;

const checkRate = integer(8, 1e12);

const checkBucket: Check<Bucket> = (value, option) => {
  const { bitsPerSecond, burstBytes } =
    typeof value === 'number'
      ? { bitsPerSecond: checkRate(value, option) }
      : readOptions(option, value, { bitsPerSecond: checkRate }, { burstBytes: integer(leastBurst, 1e9) });
  const rate = Math.floor(bitsPerSecond / 8);
  return { rate, burst: burstBytes ?? Math.max(usualBurst, Math.ceil(rate / 100)) };
};

/** @throws {TypeError | RangeError} naming the option */
export const checkLimits: Check<Buckets> = (value, option) =>
  readOptions(
    option,
    value,
    {},
    { ingress: checkBucket, egress: checkBucket, egressAt: oneOf('host', 'container') },
  );

/** Records what the host's end of a container's link is told: it sends what the container receives. */
export function limitOnHost(
  { qdiscs, filters }: Pick<PlannedVerbs, 'qdiscs' | 'filters'>,
  link: LinkReference,
  { ingress, egress, egressAt }: Buckets,
): void {
  if (ingress !== undefined) qdiscs.add({ link, kind: 'tbf', options: { ...ingress, latencyUs } });
  if (egress === undefined || egressAt === 'container') return;
  qdiscs.add({ link, kind: 'clsact' });
  // One key that all packets match: matchall is younger, and more kernels are built without it.
  const keys = [{ mask: 0, value: 0, offset: 0 }];
  const police = { kind: 'police', ...egress } as const;
  filters.add({ link, parent: 'ingress', priority: 1, kind: 'u32', options: { keys, actions: [police] } });
}

/** Records what the container's end is told. */
export function limitInside(
  { qdiscs }: Pick<PlannedVerbs, 'qdiscs'>,
  link: LinkReference,
  { egress, egressAt }: Buckets,
): void {
  if (egress !== undefined && egressAt === 'container')
    qdiscs.add({ link, kind: 'tbf', options: { ...egress, latencyUs } });
}

/** What a refused step of these means, where it means that the kernel lacks something. */
export function lackingPolice(error: NetlinkError): NetworkError | undefined {
  if (error.operation !== 'filter.add' || error.code !== 'ENOENT') return undefined;
  const message =
    "this kernel cannot limit what a container sends on the host's end (CONFIG_NET_CLS_U32, CONFIG_NET_ACT_POLICE); egressAt: 'container' does it on the other";
  return new NetworkError('EUNSUPPORTED', message, { cause: error });
}
