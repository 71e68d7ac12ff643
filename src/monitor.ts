// What changes in a namespace, as the kernel announces it: an async iterator over events. The hearing itself, and making up
// for what was lost, is native/monitor's.

import { binding, type MonitorHandle, type NamespaceHandle } from './binding.js';
import { unwrap } from './job.js';
import { arrayOf, instanceOf, integer, oneOf, readOptions } from './options.js';
import type { Address } from './rtnl/addresses.js';
import type { NamespaceIdObject } from './rtnl/attributes.generated.js';
import type { Link } from './rtnl/links.js';
import type { Neighbour } from './rtnl/neighbours.js';
import type { NextHop } from './rtnl/next-hops.js';
import type { Route } from './rtnl/routes.js';
import type { Rule } from './rtnl/rules.js';

/** What can be monitored, each as its `list` gives it. */
export interface MonitoredObjects {
  readonly link: Link;
  readonly address: Address;
  readonly route: Route;
  /** Also a bridge's or a VXLAN link's forwarding entries: those are of family 'bridge'. */
  readonly neighbour: Neighbour;
  readonly rule: Rule;
  readonly nextHop: NextHop;
  readonly namespaceId: NamespaceIdObject;
}

/** `ip monitor`'s objects. */
export type MonitorGroup = keyof MonitoredObjects;

/** `'new'`: it is there and is like this now, be it added or changed. `'removed'`: it was like this and is gone. */
export interface ObjectEvent<Group extends MonitorGroup> {
  readonly object: Group;
  readonly change: 'new' | 'removed';
  readonly value: MonitoredObjects[Group];
}

/**
 * Announcements were lost, because nobody took events for too long. What follows leads from what was told before to what is
 * true now, as ordinary events; what came and went in between is not told.
 */
export interface OverrunEvent {
  readonly object: 'monitor';
  readonly change: 'overrun';
}

/** Told apart by `object`, and then by `change`. */
export type MonitorEvent = { [Group in MonitorGroup]: ObjectEvent<Group> }[MonitorGroup] | OverrunEvent;

/** What a monitor hears, and how much it keeps for a slow listener. */
export interface MonitorOptions {
  /** All of them where left out. `ip monitor` */
  readonly groups?: readonly MonitorGroup[];
  /** Ends the monitor: what waits for an event rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** How many events wait to be taken, 1 to 1,000,000; 4,096 by default. What comes then waits in the kernel. */
  readonly queue?: number;
  /** Bytes the kernel keeps beyond that, 1 to 1,073,741,824; 4 MiB by default. `ip -rcvbuf BYTES monitor` */
  readonly receiveBuffer?: number;
}

/** The objects this addon can monitor. */
export const monitorGroups = binding.monitored() as readonly MonitorGroup[];

const checks = {
  groups: arrayOf(oneOf(...monitorGroups)),
  signal: instanceOf(AbortSignal),
  queue: integer(1, 1_000_000),
  receiveBuffer: integer(1, 2 ** 30),
};

/**
 * The events of a namespace, from the call on. Iterating it holds the event loop open; a monitor that nobody asks does not.
 * It keeps its namespace alive, until it is closed: by `break`, `return` or `throw` in `for await`, by its signal, by `close()`.
 */
export class Monitor implements AsyncIterableIterator<MonitorEvent>, Disposable {
  readonly #handle: MonitorHandle;
  readonly #signal: AbortSignal | undefined;
  readonly #events: AsyncGenerator<MonitorEvent, undefined>;
  readonly #onAbort = (): void => this.close();

  /** @internal */
  constructor(ns: NamespaceHandle, options: MonitorOptions = {}) {
    const read = readOptions('monitor', options, {}, checks);
    const { groups = monitorGroups, signal, queue = 4096, receiveBuffer = 4 * 2 ** 20 } = read;
    if (groups.length === 0) throw new RangeError('monitor: groups: must name at least one');
    signal?.throwIfAborted();
    this.#handle = unwrap(binding.openMonitor(ns, { objects: groups, mostQueued: queue, receiveBuffer }));
    this.#signal = signal;
    this.#events = events(this.#handle, signal);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The next event; `done` when the monitor was closed. @throws {NetlinkError} when it cannot go on */
  next(): Promise<IteratorResult<MonitorEvent, undefined>> {
    return this.#events.next();
  }

  /** As `close()`; what `for await` calls when it is left. */
  async return(): Promise<IteratorResult<MonitorEvent, undefined>> {
    this.close();
    return this.#events.return(undefined);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends it, at once. */
  close(): void {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    binding.closeMonitor(this.#handle);
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

async function* events(
  handle: MonitorHandle,
  signal: AbortSignal | undefined,
): AsyncGenerator<MonitorEvent, undefined> {
  for (;;) {
    await binding.awaitEvents(handle);
    signal?.throwIfAborted();
    const batch = unwrap(binding.takeEvents(handle));
    if (batch === undefined) return;
    for (const event of batch) {
      yield event as MonitorEvent;
      signal?.throwIfAborted();
    }
  }
}
