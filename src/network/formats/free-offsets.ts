// Owns which of `size` numbers are free, and in which order they are given out again. Constant cost per call, on average:
// a bitmap with a cursor for those never used, a queue for those released.
// Must not know addresses.

interface Released {
  readonly offset: number;
  readonly ticket: number;
}

export class FreeOffsets {
  readonly size: number;
  /** Bitmap words and queue entries looked at so far: what a test of cost counts, for times vary. */
  steps = 0;
  /** One bit per offset: in use, excluded or resting. */
  readonly #used: Uint32Array;
  readonly #excluded = new Set<number>();
  /** Released and not given again: offset to its ticket in the queue. */
  readonly #resting = new Map<number, number>();
  /** Released offsets, oldest first. An entry counts only while its ticket is the one in #resting. */
  #queue: Released[] = [];
  #head = 0;
  #tickets = 0;
  /** Bits of #used that are zero. */
  #fresh: number;
  /** Word of #used where the last fresh offset was found. */
  #cursor = 0;

  constructor(size: number) {
    const words = Math.ceil(size / 32);
    this.size = size;
    this.#used = new Uint32Array(words);
    this.#fresh = words * 32;
    for (let offset = size; offset < words * 32; offset++) this.exclude(offset);
  }

  /** How many `take` can still give. */
  get free(): number {
    return this.#fresh + this.#resting.size;
  }

  /** Whether it is in use or excluded. */
  isTaken(offset: number): boolean {
    return this.#isUsed(offset) && !this.#resting.has(offset);
  }

  /** One never used before, lowest first; else the one released longest ago; undefined when none is free. */
  take(): number | undefined {
    if (this.free === 0) return undefined;
    const offset = this.#fresh > 0 ? this.#nextFresh() : this.#oldestReleased();
    this.mark(offset);
    return offset;
  }

  mark(offset: number): void {
    this.#resting.delete(offset);
    if (this.#isUsed(offset)) return;
    const word = offset >>> 5;
    this.#used[word] = (this.#used[word] ?? 0) | (1 << (offset & 31));
    this.#fresh -= 1;
  }

  /** Never to be given, nor to be released. */
  exclude(offset: number): void {
    this.#excluded.add(offset);
    this.mark(offset);
  }

  /** Does nothing for one that is not in use, or is excluded. */
  release(offset: number): void {
    if (!this.isTaken(offset) || this.#excluded.has(offset)) return;
    this.#tickets += 1;
    this.#resting.set(offset, this.#tickets);
    this.#queue.push({ offset, ticket: this.#tickets });
    this.#compact();
  }

  /** Releases all in use that are not in the set. */
  keepOnly(standing: ReadonlySet<number>): void {
    for (let offset = 0; offset < this.size; offset++) {
      if (this.#used[offset >>> 5] === 0) offset |= 31;
      else if (!standing.has(offset)) this.release(offset);
    }
  }

  /** A bit once set stays set (resting offsets keep theirs), so the cursor passes every word once in all. */
  #nextFresh(): number {
    for (; ; this.#cursor++) {
      this.steps += 1;
      const free = ~(this.#used[this.#cursor] ?? 0);
      if (free !== 0) return this.#cursor * 32 + (31 - Math.clz32(free & -free));
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
    return (((this.#used[offset >>> 5] ?? 0) >>> (offset & 31)) & 1) === 1;
  }
}
