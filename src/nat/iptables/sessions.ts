// Owns who shares a session: every network on the same host namespace, in this environment, for one family.
// Must not know networks: a host is its namespace's inode and a way to start a process in it.
import type { Family } from '../family.js';
import { RestoreSession, type RestoreSessionOptions, type Spawn } from './session.js';

/** What a session is shared by. */
export interface SessionRequest extends RestoreSessionOptions {
  /** Inode of the host's network namespace on nsfs. It stays that namespace's for as long as the lease's owner holds it open. */
  readonly inode: bigint;
  readonly spawn: Spawn;
}

/** One user's share of a session. */
export interface SessionLease {
  readonly session: RestoreSession;
  /** Gives the share back. The last one closes the session; fulfils once its process, and its hold on the namespace, is gone. */
  release(): Promise<void>;
}

interface Entry {
  readonly session: RestoreSession;
  // Any living user's way in will do; one that gave its share back may have closed its handle.
  readonly spawns: Map<symbol, Spawn>;
}

export class RestoreSessions {
  readonly #entries = new Map<string, Entry>();

  /** Sessions in use. */
  get size(): number {
    return this.#entries.size;
  }

  /** The session of a host and family. Options other than `spawn` count for the one who comes first. */
  acquire(request: SessionRequest): SessionLease {
    const key = `${request.inode}/${request.family ?? (4 satisfies Family)}`;
    const entry = this.#entries.get(key) ?? this.#open(key, request);
    const share = Symbol(key);
    entry.spawns.set(share, request.spawn);
    return {
      session: entry.session,
      release: async () => {
        entry.spawns.delete(share);
        if (entry.spawns.size > 0) return;
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
        await entry.session.close();
      },
    };
  }

  #open(key: string, request: SessionRequest): Entry {
    const spawns = new Map<symbol, Spawn>();
    const session = new RestoreSession({
      ...request,
      spawn: (file, args, options) => {
        const [spawn] = spawns.values();
        if (spawn === undefined) throw new Error('nobody uses this session any more');
        return spawn(file, args, options);
      },
    });
    const entry = { session, spawns };
    this.#entries.set(key, entry);
    return entry;
  }
}

/** This environment's: a worker thread loads the module anew and has its own. */
export const sessions = new RestoreSessions();
