// TUN and TAP links. They are made through /dev/net/tun, opened inside the namespace, not by a message; read, changed and removed
// as any other link. Knows no descriptor's use: what is read and written there is the caller's.

import { closeSync } from 'node:fs';
import { checkInterfaceName } from '../interface-name.js';
import { boolean, type Check, integer, oneOf, readOptions } from '../options.js';
import type { MadeLink } from './link-requests.js';
import type { Operation, Performer, Recorder } from './operation.js';
import type { PlannedLink } from './references.js';

/** A TUN or TAP link. */
export interface TunOptions {
  /** Whether it carries IP packets or Ethernet frames. `mode { tun | tap }` */
  readonly mode: 'tun' | 'tap';
  /** Chosen by the kernel where left out: `tun0`, `tap0`, … `dev NAME` */
  readonly name?: string;
  /** The user, by number, who may attach to it; by default only who has CAP_NET_ADMIN. `user UID` */
  readonly owner?: number;
  /** The group, by number, whose members may. `group GID` */
  readonly group?: number;
  /** Whether several descriptors may be attached at once, each a queue; off by default. `multi_queue` */
  readonly multiQueue?: boolean;
  /** Whether each packet has a struct virtio_net_hdr in front; off by default. `vnet_hdr` */
  readonly vnetHeader?: boolean;
  /** Whether each packet has a struct tun_pi in front; off by default. `pi` */
  readonly packetInformation?: boolean;
}

const id = integer(0, 0xffff_fffe);
const name: Check<string> = (value, option) => checkInterfaceName(value, option);
const required = { mode: oneOf('tun', 'tap') };
const optional = {
  name,
  owner: id,
  group: id,
  multiQueue: boolean,
  vnetHeader: boolean,
  packetInformation: boolean,
};

function making<Result>(
  operation: string,
  options: TunOptions,
  how: { readonly exclusive: boolean; readonly persistent: boolean },
  result: (value: unknown) => Result,
): Operation<Result> {
  const { mode, ...read } = readOptions(operation, options, required, optional);
  return {
    step: (slot) => ({
      do: 'createTun',
      operation,
      target: read.name ?? mode,
      slot,
      ethernet: mode === 'tap',
      ...how,
      ...read,
    }),
    result,
    undoable: true,
  };
}

export const addTun = (options: TunOptions): Operation<MadeLink> =>
  making('tun.add', options, { exclusive: true, persistent: true }, (value) => value as MadeLink);

export const openTun = (options: TunOptions): Operation<Tun> =>
  making('tun.open', options, { exclusive: false, persistent: false }, (value) => {
    const { index, name: made, fd } = value as MadeLink & { readonly fd: number };
    return new Tun(index, made, fd);
  });

/**
 * A descriptor attached to a TUN or TAP link. What the link sends is read from it, what is written the link receives, a packet at a
 * time. A link that nobody made persistent goes when the last of them is closed.
 */
export class Tun {
  readonly index: number;
  readonly name: string;
  #fd: number | undefined;

  /** @internal */
  constructor(index: number, link: string, fd: number) {
    this.index = index;
    this.name = link;
    this.#fd = fd;
  }

  /** For `fs.read` and `fs.write`, or a process' `stdio`; a read waits for a packet. @throws {TypeError} after close */
  get fd(): number {
    if (this.#fd === undefined) throw new TypeError(`tun ${this.name}: it was closed`);
    return this.#fd;
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

/** The TUN and TAP links of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. `ip tuntap` */
export class Tuns {
  readonly #at: Performer;

  constructor(at: Performer) {
    this.#at = at;
  }

  /**
   * Makes a link that stays until it is removed. `ip tuntap add dev NAME mode { tun | tap } …`
   * @throws {NetlinkError} `EBUSY` when a link has that name, `ENOENT` without /dev/net/tun
   * @example await ns.tuns.add({ mode: 'tap', name: 'tap0', owner: 1000 })
   */
  async add(options: TunOptions): Promise<MadeLink> {
    return this.#at.perform(addTun(options));
  }
  addSync(options: TunOptions): MadeLink {
    return this.#at.performSync(addTun(options));
  }

  /**
   * Attaches to a link, made where there is none, which then goes when it is closed.
   * @throws {NetlinkError} `EBUSY` when another is attached, `EINVAL` when another kind of link has the name
   * @example const tun = await ns.tuns.open({ mode: 'tun', name: 'tun0' }); fs.writeSync(tun.fd, packet); tun.close();
   */
  async open(options: TunOptions): Promise<Tun> {
    return this.#at.perform(openTun(options));
  }
  openSync(options: TunOptions): Tun {
    return this.#at.performSync(openTun(options));
  }
}

/** The same inside a plan. */
export class PlannedTuns {
  readonly #plan: Recorder;

  constructor(plan: Recorder) {
    this.#plan = plan;
  }

  /** The result stands for the link in later steps. */
  add(options: TunOptions): PlannedLink {
    return { step: this.#plan.record(addTun(options)), ...(options.name && { name: options.name }) };
  }
}
