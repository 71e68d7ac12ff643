// The points of a run: every system call of interest that it makes, by its number on the thread that makes it, which is how
// strace counts.
import { type Call, calls } from './child.js';

export interface Point {
  readonly call: Call;
  readonly when: number;
}

const known: ReadonlySet<string> = new Set(calls);

/** Each point once, in the order of the trace. */
export function pointsOf(trace: string): readonly Point[] {
  const counts = new Map<string, number>();
  const points = new Map<string, Point>();
  const others = new Set<string>();
  for (const line of trace.split('\n')) {
    const [, thread = '', call, rest = ''] = /^(?:\[pid +(\d+)\] )?(\w+)\((.*)/.exec(line) ?? [];
    // What it starts is not netplumb.
    if (call === 'execve') others.add(thread);
    if (call === undefined || !known.has(call) || others.has(thread)) continue;
    const when = (counts.get(`${thread} ${call}`) ?? 0) + 1;
    counts.set(`${thread} ${call}`, when);
    if (call !== 'write' || isText(rest)) points.set(`${call} ${when}`, { call: call as Call, when });
  }
  return [...points.values()];
}

// What goes to /proc/sys or iptables; not what Node's threads tell each other, nor what the operation prints.
function isText(rest: string): boolean {
  return /^\d+, "[*#:\d-]/.test(rest);
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
