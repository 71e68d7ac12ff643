// Addresses on links: what `ip address` does, as requests.

import type { AddressObject, AddressRequest } from './attributes.generated.js';
import { all, nothing, type Operation, type Performer, type Recorder, request } from './operation.js';
import { checkOptions, refuse } from './options.js';
import { parsePrefix } from './prefix.js';
import { checkLink, type LinkReference } from './references.js';

/** An address as the kernel reports it: `local` is the address itself, `address` the peer's on a point-to-point link. */
export type Address = AddressObject;

type Passed = Omit<AddressRequest, 'index' | 'family' | 'prefixLength' | 'headerFlags' | 'local' | 'address'>;

/** An address on a link. */
export interface AddressOptions extends Passed {
  /** The link it is on. `dev NAME` */
  readonly link: LinkReference;
  /** With its prefix length: '172.16.0.1/24'; without one, /32 or /128. */
  readonly address: string;
  /** The other end's address on a point-to-point link, with the prefix length that holds there. `peer ADDRESS` */
  readonly peer?: string;
}

const refused = {
  family: ': address has it',
  headerFlags: '; use flags',
  index: '; use link',
  local: '; use address, and peer',
  prefixLength: ': address has it',
};

/** INFINITY_LIFE_TIME, linux/if_addr.h. */
const forever = 0xffff_ffff;

/** Which addresses to list; the kernel filters. */
export interface AddressFilter {
  readonly link?: LinkReference;
  readonly family?: 'inet' | 'inet6';
}

function value(options: AddressOptions): Record<string, unknown> {
  const { link, address, peer, cacheInfo, ...rest } = options;
  const local = parsePrefix(address, 'address');
  const other = peer === undefined ? local : parsePrefix(peer, 'peer');
  if (other.family !== local.family) throw new RangeError('peer: must be of the same family as address');
  return {
    family: local.family,
    prefixLength: other.length,
    index: link,
    local: local.address,
    address: other.address,
    // One lifetime without the other would leave that one at 0, which the kernel refuses.
    ...(cacheInfo === undefined ? {} : { cacheInfo: { preferred: forever, valid: forever, ...cacheInfo } }),
    ...rest,
  };
}

function change(verb: 'add' | 'replace' | 'remove', options: AddressOptions): Operation<void> {
  const operation = `address.${verb}`;
  checkOptions(operation, options);
  refuse(options, refused, operation);
  if (options.link === undefined) throw new TypeError(`${operation}: link must be given`);
  checkLink(options.link, `${operation}: link`);
  if (options.cacheInfo !== undefined) checkOptions(operation, options.cacheInfo, 'cacheInfo');
  const checked = value(options);
  return request('address', verb, String(options.address), () => checked, nothing);
}

export const addAddress = (options: AddressOptions) => change('add', options);
export const replaceAddress = (options: AddressOptions) => change('replace', options);
export const removeAddress = (options: AddressOptions) => change('remove', options);

export function listAddresses(filter: AddressFilter = {}): Operation<readonly Address[]> {
  checkOptions('address.list', filter);
  const { link, ...rest } = filter;
  if (link !== undefined) checkLink(link, 'address.list: link');
  return request(
    'address',
    'list',
    'all',
    () => ({ ...rest, ...(link === undefined ? {} : { index: link }) }),
    all<Address>,
  );
}

/** The addresses of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export class Addresses {
  readonly #at: Performer;

  constructor(at: Performer) {
    this.#at = at;
  }

  /**
   * Puts an address on a link. `ip address add 172.16.0.1/24 dev br0`
   * @throws {NetlinkError} `EEXIST` when it is there, `ENODEV` without the link
   * @example await ns.addresses.add({ link: 'br0', address: '172.16.0.1/24' })
   */
  async add(options: AddressOptions): Promise<void> {
    return this.#at.perform(addAddress(options));
  }
  addSync(options: AddressOptions): void {
    this.#at.performSync(addAddress(options));
  }

  /**
   * Puts it there, or changes its lifetimes, flags, metric and protocol. `ip address replace …`. There is no `set`: asked to change an
   * address that is not there, the kernel adds it all the same.
   */
  async replace(options: AddressOptions): Promise<void> {
    return this.#at.perform(replaceAddress(options));
  }
  replaceSync(options: AddressOptions): void {
    this.#at.performSync(replaceAddress(options));
  }

  /** Takes it away. `ip address del …`. @throws {NetlinkError} `EADDRNOTAVAIL` when it is not there */
  async remove(options: AddressOptions): Promise<void> {
    return this.#at.perform(removeAddress(options));
  }
  removeSync(options: AddressOptions): void {
    this.#at.performSync(removeAddress(options));
  }

  /**
   * All addresses, or those of a link or a family. `ip -d address show [dev NAME]`. There is no `get`: the kernel answers for a single
   * address in IPv6 only, and a list of one link costs little.
   */
  async list(filter?: AddressFilter): Promise<readonly Address[]> {
    return this.#at.perform(listAddresses(filter));
  }
  listSync(filter?: AddressFilter): readonly Address[] {
    return this.#at.performSync(listAddresses(filter));
  }
}

/** The same verbs inside a plan. */
export class PlannedAddresses {
  readonly #plan: Recorder;

  constructor(plan: Recorder) {
    this.#plan = plan;
  }

  add(options: AddressOptions): void {
    this.#plan.record(addAddress(options));
  }
  replace(options: AddressOptions): void {
    this.#plan.record(replaceAddress(options));
  }
  remove(options: AddressOptions): void {
    this.#plan.record(removeAddress(options));
  }
}
