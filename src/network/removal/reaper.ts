// The reaper of a host: deletes what was detached, and ends its connections, in batches, off the path of those who attach. Knows links by their group
// only; what a detach is, is detach.ts's.
//
// A deletion holds the kernel's lock that attaching needs. One veth pair costs 16-33 ms of waiting, 200 by group cost 150 ms in
// all, so a batch stalls whoever attaches meanwhile once, for less than a tenth of what its containers one by one would.

import { NetlinkError } from '../../errors.js';
import { runJob } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import { removeLinkGroup } from '../../rtnl/link-requests.js';
import { Slots } from '../../rtnl/references.js';
import { newReapingGroup } from '../formats/reaping.js';
import { endLeftFlows, type Left } from './left-flows.js';

/** See docs/decisions/033: more than a hundred, so that fewer than one attach in a hundred is stalled. */
const largestBatch = 200;
/** After the last detach. */
const idleMs = 100;
/** After the first detach, however many follow. */
const longestMs = 1000;
/** Where somebody else holds the namespace, and may want the interface's name again. */
const soonMs = 5;

/** What a detach leaves for later. */
export interface Detached {
  /** Held open so that the kernel tears it down with its batch, and not at once. */
  readonly namespace?: Namespace | undefined;
  /** The namespace stays, without this link: it must not wait long. */
  readonly soon: boolean;
  /** What it had, whose connections are yet to end. */
  readonly left: Left;
}

class Batch {
  /** A handle of its own: jobs on one handle wait for each other, and who lent it may close it. */
  host: Promise<Namespace> | undefined;
  readonly group = newReapingGroup();
  readonly running = new Set<Promise<unknown>>();
  readonly namespaces: Namespace[] = [];
  readonly left: Left[] = [];
  begun = 0;
  count = 0;
  dueAt = Number.POSITIVE_INFINITY;
}

/** One for each host namespace and JavaScript environment, shared by its networks. */
class Reaper {
  #batch = new Batch();
  #reaped: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  /** Has `detach` put a link into the group it is given, and deletes it later. */
  async take(host: Namespace, detach: (group: number) => Promise<Detached>): Promise<void> {
    const batch = this.#batch;
    if (batch.host === undefined) {
      batch.host = host.another();
      batch.host.catch(() => undefined); // told by the deletion
    }
    const running = detach(batch.group);
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    batch.running.add(settled);
    try {
      const { namespace, soon, left } = await running;
      batch.left.push(left);
      if (namespace !== undefined) batch.namespaces.push(namespace);
      batch.count++;
      this.#schedule(batch, soon);
    } finally {
      batch.running.delete(settled);
    }
  }

  /** Fulfils when everything that was detached by now is gone. */
  flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.host === undefined) return this.#reaped;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#batch = new Batch();
    const before = this.#reaped;
    this.#reaped = this.#reap(batch).then(() => before);
    return this.#reaped;
  }

  // The timer keeps the process alive: what ends by itself leaves nothing.
  #schedule(batch: Batch, soon: boolean): void {
    if (batch !== this.#batch) return;
    const now = performance.now();
    if (batch.count === 1) batch.begun = now;
    batch.dueAt = Math.min(
      soon ? Math.min(batch.dueAt, now + soonMs) : now + idleMs,
      batch.begun + longestMs,
    );
    if (batch.count >= largestBatch) this.#flushUnasked();
    else if (this.#timer === undefined || soon) this.#arm(batch.dueAt - now);
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const left = this.#batch.dueAt - performance.now();
      if (left > 1) this.#arm(left);
      else this.#flushUnasked();
    }, ms);
  }

  // Nobody waits for it, so nobody hears of its failure but so. What stays is the next gc's.
  #flushUnasked(): void {
    this.flush().catch((error: unknown) => {
      process.emitWarning(`detached links could not be removed: ${String(error)}`, 'NetplumbWarning');
    });
  }

  async #reap({ host, group, running, namespaces, left }: Batch): Promise<void> {
    await Promise.all(running);
    if (host === undefined) return;
    const at = await host;
    try {
      await endLeftFlows(at, left).finally(() => deleteGroup(at, group, namespaces));
    } finally {
      at.close();
    }
  }
}

/** Deletes a group's links, then lets go of namespaces, both on one executor thread. An empty group is no error. */
export async function deleteGroup(
  host: Namespace,
  group: number,
  namespaces: readonly Namespace[],
): Promise<void> {
  const slots = new Slots();
  const at = slots.of(host);
  for (const namespace of namespaces) slots.of(namespace);
  const deleting = runJob({
    slots: slots.targets.map(({ handle }) => handle),
    steps: [removeLinkGroup(group).step(at, slots)],
    undo: false,
  });
  // The job has them now, and lets them go when the links are gone.
  for (const namespace of namespaces) namespace.close();
  try {
    await deleting;
  } catch (error) {
    if (!(error instanceof NetlinkError && error.code === 'ENODEV')) throw error;
  }
}

const reapers = new Map<bigint, { readonly reaper: Reaper; users: number }>();

/** A network's share of its host's reaper, made when it is first needed. */
export class ReaperLease {
  readonly #host: Namespace;
  #held: Reaper | undefined;

  constructor(host: Namespace) {
    this.#host = host;
  }

  take(detach: (group: number) => Promise<Detached>): Promise<void> {
    return this.#reaper().take(this.#host, detach);
  }

  /** Fulfils when everything that this environment detached on the host is gone. */
  async flush(): Promise<void> {
    await reapers.get(this.#host.inode)?.reaper.flush();
  }

  async close(): Promise<void> {
    if (this.#held === undefined) return;
    this.#held = undefined;
    const { inode } = this.#host;
    const entry = reapers.get(inode);
    if (entry === undefined) return;
    entry.users--;
    if (entry.users === 0) reapers.delete(inode);
    await entry.reaper.flush();
  }

  #reaper(): Reaper {
    if (this.#held === undefined) {
      const entry = reapers.get(this.#host.inode) ?? { reaper: new Reaper(), users: 0 };
      entry.users++;
      reapers.set(this.#host.inode, entry);
      this.#held = entry.reaper;
    }
    return this.#held;
  }
}
