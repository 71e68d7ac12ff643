// Next hops as objects of their own, and groups of them: what `ip nexthop` does, as requests.

import { integer, readOptions } from '../options.js';
import type {
  NextHopObjectObject,
  NextHopObjectProtocol,
  NextHopObjectRequest,
  ResilientGroupRequest,
} from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, first, nothing, type Operation, type Performer, request } from './operation.js';
import { checkOptions, refuse } from './options.js';
import { familyOf } from './prefix.js';
import { checkLink, type LinkReference } from './references.js';

/** A next hop as the kernel reports it; of a group `group` has the members, their weights less one. */
export type NextHop = NextHopObjectObject;

/** A member of a group. */
export interface NextHopMemberOptions {
  readonly id: number;
  /** How much of the traffic it gets, 1 to 256; 1 by default. */
  readonly weight?: number;
}

/** A next hop, or with `group` a group of them. */
export interface NextHopOptions {
  /** Its number; chosen by the kernel where left out. `id NUMBER` */
  readonly id?: number;
  /** Where neither `via` nor an address says so; 'inet' by default. `-4`, `-6` */
  readonly family?: 'inet' | 'inet6';
  /** The router to send to. `via ADDRESS` */
  readonly gateway?: string;
  /** The link packets leave by. `dev NAME` */
  readonly link?: LinkReference;
  /** The gateway is reached on the link, whatever its address. `onlink` */
  readonly onLink?: boolean;
  /** Packets are dropped. `blackhole` */
  readonly blackhole?: boolean;
  /** It is a remote of a VXLAN, for forwarding tables only. `fdb` */
  readonly fdb?: boolean;
  /** The members of a group. `group ID,WEIGHT/…` */
  readonly group?: readonly NextHopMemberOptions[];
  /** Has flows stay with their member when others come and go; times in hundredths of a second. `type resilient buckets NUMBER …` */
  readonly resilient?: ResilientGroupRequest;
  /** Who adds it. `proto PROTOCOL` */
  readonly protocol?: NextHopObjectProtocol | number;
  readonly encapType?: NextHopObjectRequest['encapType'];
  readonly encap?: Uint8Array;
}

/** Which next hops to list; the kernel filters. */
export interface NextHopFilter {
  /** Groups only. `groups` */
  readonly groups?: boolean;
  /** Those for forwarding tables only. `fdb` */
  readonly fdb?: boolean;
  readonly link?: LinkReference;
  /** Those by links of this master. `master NAME` */
  readonly master?: LinkReference;
  readonly family?: 'inet' | 'inet6';
}

/** A bucket of a resilient group as the kernel reports it: `id` is the group, `bucket.nextHopId` the member it leads to now. */
export type NextHopBucket = Pick<NextHopObjectObject, 'id' | 'bucket'>;

/** Which buckets to list; the kernel filters. */
export interface NextHopBucketFilter {
  /** Those of one group. `id NUMBER` */
  readonly id?: number;
  /** Those that lead out by this link. `dev NAME` */
  readonly link?: LinkReference;
  /** Those that lead out by links of this master. `master NAME` */
  readonly master?: LinkReference;
}

const memberChecks = { weight: integer(1, 256) };
const id = integer(1, 0xffff_ffff);

function members(operation: string, group: unknown) {
  if (!Array.isArray(group) || group.length === 0)
    throw new TypeError(`${operation}: group must be an array of { id, weight }`);
  return group.map((member: unknown, at) => {
    const read = readOptions(`${operation}: group[${at}]`, member, { id }, memberChecks);
    return { id: read.id, weight: (read.weight ?? 1) - 1 };
  });
}

function change(verb: 'add' | 'replace', options: NextHopOptions): Operation<NextHop> {
  const operation = `nextHop.${verb}`;
  checkOptions(operation, options);
  refuse(
    options,
    { outputLink: '; use link', groupType: '; use resilient', flags: '; use onLink' },
    operation,
  );
  const { family, link, onLink, group, resilient, gateway, protocol, ...rest } = options;
  if (rest.id !== undefined) id(rest.id, `${operation}: id`);
  if (link !== undefined) checkLink(link, `${operation}: link`);
  if (onLink !== undefined && typeof onLink !== 'boolean')
    throw new TypeError(`${operation}: onLink must be true or false`);
  const via = gateway === undefined ? undefined : familyOf(gateway, `${operation}: gateway`);
  if (family !== undefined && via !== undefined && family !== via)
    throw new RangeError(`${operation}: gateway: ${gateway} is not ${family}`);
  for (const [name, single] of Object.entries({ link, gateway, blackhole: rest.blackhole }))
    if (group !== undefined && single !== undefined)
      throw new TypeError(`${operation}: ${name} is not an option of a group`);
  const value = {
    ...(group === undefined ? { family: via ?? family ?? 'inet' } : {}),
    ...(onLink ? { flags: ['onLink'] } : {}),
    protocol: protocol ?? 0,
    ...(group === undefined ? {} : { group: members(operation, group) }),
    ...(resilient === undefined ? {} : { groupType: 'resilient', resilient }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(link === undefined ? {} : { outputLink: link }),
    ...rest,
  };
  return request('nextHop', verb, String(options.id ?? 'next hop'), () => value, first<NextHop>);
}

function reference<Result>(verb: 'get' | 'remove', number: number, result: (answer: unknown) => Result) {
  const value = { id: id(number, `nextHop.${verb}: id`) };
  return request('nextHop', verb, String(number), () => value, result);
}

export const nextHopVerbs = {
  /**
   * Adds a next hop or a group; routes use it by `nextHopId`. `ip nexthop add id NUMBER via ADDRESS dev NAME`
   * @returns it as the kernel made it, with the id that was chosen
   * @throws {NetlinkError} `EEXIST`, `ENETUNREACH`, `EINVAL` with the reason
   * @example const { id } = await ns.nextHops.add({ gateway: '172.16.0.1', link: 'eth0' })
   */
  add: (options: NextHopOptions): Operation<NextHop> => change('add', options),

  /** Adds it, or puts it in place of the one with its id. `ip nexthop replace …` */
  replace: (options: NextHopOptions): Operation<NextHop> => change('replace', options),

  /** Takes it away, out of groups too, and with it the routes that use it. `ip nexthop del id NUMBER`. @throws {NetlinkError} `ENOENT` */
  remove: (number: number): Operation<void> => reference('remove', number, nothing),

  /** One next hop. `ip nexthop get id NUMBER`. @throws {NetlinkError} `ENOENT` */
  get: (number: number): Operation<NextHop> => reference('get', number, first<NextHop>),

  /** All of them, or those of a link or a master, or groups only. `ip nexthop show` */
  list: (filter: NextHopFilter = {}): Operation<readonly NextHop[]> => {
    checkOptions('nextHop.list', filter);
    const { link, ...rest } = filter;
    if (link !== undefined) checkLink(link, 'nextHop.list: link');
    const value = { ...rest, ...(link === undefined ? {} : { outputLink: link }) };
    return request('nextHop', 'list', 'all', () => value, all<NextHop>);
  },

  /** The buckets of all resilient groups, or of one, or by a link or a master. `ip nexthop bucket show [id NUMBER]` */
  buckets: (filter: NextHopBucketFilter = {}): Operation<readonly NextHopBucket[]> => {
    checkOptions('nextHop.buckets', filter);
    const { link, ...rest } = filter;
    if (link !== undefined) checkLink(link, 'nextHop.buckets: link');
    if (rest.id !== undefined) id(rest.id, 'nextHop.buckets: id');
    const value = { ...rest, ...(link === undefined ? {} : { outputLink: link }) };
    return request('nextHopBucket', 'list', 'all', () => value, all<NextHopBucket>);
  },
};

/** The next hops of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export type NextHops = Face<typeof nextHopVerbs>;
export const NextHops: new (at: Performer) => NextHops = faceOf(nextHopVerbs);
