// Owns which of `size` numbers are free, and in which order they are given out again. Constant cost per call, on average:
// a bitmap with a cursor for those never used, a queue for those released. Sparse, for an IPv6 subnet has 2^64.
// Must not know addresses.

/** First and last, both included. */
export type Interval = readonly [first: number, last: number];

interface Released {
  readonly offset: number;
  readonly ticket: number;
}

export class FreeOffsets {
  readonly size: number;
  /** Bitmap words, excluded intervals and queue entries looked at so far: what a test of cost counts, for times vary. */
  steps = 0;
  /** One bit per offset, 32 to a word: in use or resting. */
  readonly #used = new Map<number, number>();
  /** Disjoint, in order: not to be chosen here, though whoever wants one by name may have it. */
  readonly #excluded: readonly Interval[];
  /** Released and not given again: offset to its ticket in the queue. */
  readonly #resting = new Map<number, number>();
  /** Released offsets, oldest first. An entry counts only while its ticket is the one in #resting. */
  #queue: Released[] = [];
  #head = 0;
  #tickets = 0;
  /** How many are neither used nor excluded. */
  #fresh: number;
  /** No offset below it is fresh. */
  #cursor = 0;

  constructor(size: number, excluded: readonly Interval[] = []) {
    this.size = size;
    this.#excluded = merged(excluded, size);
    this.#fresh = this.#excluded.reduce((left, [first, last]) => left - (last - first + 1), size);
  }

  /** How many `take` can still give. */
  get free(): number {
    return this.#fresh + this.#resting.size;
  }

  isTaken(offset: number): boolean {
    return this.#isUsed(offset) && !this.#resting.has(offset);
  }

  /** Whether `take` may give it, now or when it is free. */
  isExcluded(offset: number): boolean {
    return this.#intervalAt(offset) !== undefined;
  }

  /** One never used before, lowest first; else the one released longest ago; undefined when none is free. */
  take(): number | undefined {
    if (this.free === 0) return undefined;
    const offset = this.#fresh > 0 ? this.#nextFresh() : this.#oldestReleased();
    this.mark(offset);
    return offset;
  }

  /** One never used before that lies so far beyond the lowest, or behind; else as `take`. */
  takeBeyond(distance: number): number | undefined {
    for (let offset = this.#cursor + distance; offset < this.size; ) {
      this.steps += 1;
      const interval = this.#intervalAt(offset);
      if (interval !== undefined) offset = interval[1] + 1;
      else if (this.#isUsed(offset)) offset += 1;
      else {
        this.mark(offset);
        return offset;
      }
    }
    return this.take();
  }

  mark(offset: number): void {
    this.#resting.delete(offset);
    if (this.#isUsed(offset)) return;
    this.#flip(offset);
    if (!this.isExcluded(offset)) this.#fresh -= 1;
  }

  /** Does nothing for one that is not in use. */
  release(offset: number): void {
    if (!this.isTaken(offset)) return;
    if (this.isExcluded(offset)) {
      this.#flip(offset);
      return;
    }
    this.#tickets += 1;
    this.#resting.set(offset, this.#tickets);
    this.#queue.push({ offset, ticket: this.#tickets });
    this.#compact();
  }

  /** Releases all in use that are not in the set. */
  keepOnly(standing: ReadonlySet<number>): void {
    // In order, for the order of release is the order in which they are given again.
    for (const word of [...this.#used.keys()].sort((a, b) => a - b)) {
      for (let bit = 0; bit < 32; bit++) {
        const offset = word * 32 + bit;
        if (this.#isUsed(offset) && !standing.has(offset)) this.release(offset);
      }
    }
  }

  // A fresh offset once passed is never fresh again (resting ones keep their bit), so the cursor passes each word once in all.
  #nextFresh(): number {
    for (;;) {
      this.steps += 1;
      const interval = this.#intervalAt(this.#cursor);
      const word = Math.floor(this.#cursor / 32);
      const free = ~(this.#used.get(word) ?? 0) & (-1 << (this.#cursor % 32));
      if (interval !== undefined) this.#cursor = interval[1] + 1;
      else if (free === 0) this.#cursor = (word + 1) * 32;
      else {
        this.#cursor = word * 32 + (31 - Math.clz32(free & -free));
        if (!this.isExcluded(this.#cursor)) return this.#cursor;
      }
    }
  }

  #oldestReleased(): number {
    for (;;) {
      this.steps += 1;
      const entry = this.#queue[this.#head++];
      if (entry === undefined) throw new Error('the queue of released offsets has lost one');
      if (this.#resting.get(entry.offset) === entry.ticket) return entry.offset;
    }
  }

  /** Drops entries that were given out or marked, once they are most of the queue: constant cost per release. */
  #compact(): void {
    if (this.#queue.length < 64 || this.#queue.length < 2 * this.#resting.size) return;
    this.steps += this.#queue.length;
    this.#queue = this.#queue.filter(({ offset, ticket }) => this.#resting.get(offset) === ticket);
    this.#head = 0;
  }

  #isUsed(offset: number): boolean {
    return (((this.#used.get(Math.floor(offset / 32)) ?? 0) >>> (offset % 32)) & 1) === 1;
  }

  #flip(offset: number): void {
    const word = Math.floor(offset / 32);
    const bits = (this.#used.get(word) ?? 0) ^ (1 << (offset % 32));
    if (bits === 0) this.#used.delete(word);
    else this.#used.set(word, bits);
  }

  #intervalAt(offset: number): Interval | undefined {
    let low = 0;
    let high = this.#excluded.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#excluded[middle]?.[1] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    const found = this.#excluded[low];
    return found !== undefined && found[0] <= offset ? found : undefined;
  }
}

/** The same numbers as few intervals in order, of those from 0 to size - 1. */
function merged(intervals: readonly Interval[], size: number): readonly Interval[] {
  const result: [number, number][] = [];
  for (const [first, last] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const clipped: [number, number] = [Math.max(first, 0), Math.min(last, size - 1)];
    if (clipped[0] > clipped[1]) continue;
    const previous = result.at(-1);
    if (previous !== undefined && clipped[0] <= previous[1] + 1)
      previous[1] = Math.max(previous[1], clipped[1]);
    else result.push(clipped);
  }
  return result;
}
