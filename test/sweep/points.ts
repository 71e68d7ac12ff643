// The points of a run: every system call of interest that it makes, by its number on the thread that makes it, which is how
// strace counts.
import { type Call, calls } from './child.js';

export interface Point {
  readonly call: Call;
  readonly when: number;
  /** Where only calls on this file are counted. */
  readonly path?: string;
  /** Part of a talk with iptables-restore, which comes by the same call as what Node's threads tell each other. */
  readonly session?: boolean;
}

const known: ReadonlySet<string> = new Set(calls);

interface TracedCall {
  readonly thread: string;
  readonly call: Call;
  /** Its arguments and what came of it. */
  readonly rest: string;
}

/** Those of netplumb itself, not of the programs that it starts, which are traced too. */
function ownCalls(trace: string): readonly TracedCall[] {
  const others = new Set<string>();
  return trace.split('\n').flatMap((line) => {
    const [, thread = '', name = '', rest = ''] = /^(?:\[pid +(\d+)\] )?(\w+)\((.*)/.exec(line) ?? [];
    if (name === 'execve') others.add(thread);
    return known.has(name) && !others.has(thread) ? [{ thread, call: name as Call, rest }] : [];
  });
}

/** Each point once, in the order of the trace. */
export function pointsOf(trace: string): readonly Point[] {
  const counts = new Map<string, number>();
  const points = new Map<string, Point>();
  for (const { thread, call, rest } of ownCalls(trace)) {
    const next = (what: string) => {
      const when = (counts.get(`${thread} ${what}`) ?? 0) + 1;
      counts.set(`${thread} ${what}`, when);
      return when;
    };
    const when = next(call);
    if (call !== 'write') points.set(`${call} ${when}`, { call, when });
    else if (isSession(rest)) points.set(`${call} ${when}`, { call, when, session: true });
    const [, path] = /^\d+<(\/proc\/sys\/[^>]+)>/.exec(rest) ?? [];
    if (call !== 'write' || path === undefined) continue;
    const nth = next(path);
    points.set(`${path} ${nth}`, { call, when: nth, path });
  }
  return [...points.values()];
}

/**
 * Whether what is written, as strace prints it, goes to iptables-restore: a table, a chain, a rule, a comment. A `*` alone is libuv's, which
 * unlocks its signals by it, and ends the process where it cannot (uv__signal_unlock).
 */
function isSession(written: string): boolean {
  return /^\d+<(?:socket|pipe):[^>]*>, "[*#:-](?!")/.test(written);
}

/** Whether the call was made to fail, and, where it was to be one of a talk, no other: calls are counted on each thread. */
export function hasFailed(trace: string, { session = false }: Point): boolean {
  const failed = ownCalls(trace).filter(({ rest }) => rest.includes('(INJECTED)'));
  const all = trace.split('(INJECTED)').length - 1; // with those of the programs it started
  return (
    failed.length > 0 && (!session || (failed.length === all && failed.every(({ rest }) => isSession(rest))))
  );
}

/** A seeded choice, so that a failure comes again. Mulberry32. */
export function sample<Item>(items: readonly Item[], count: number, seed: number): readonly Item[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const keyed = items.map((item) => ({ item, key: random() })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, count).map(({ item }) => item);
}
