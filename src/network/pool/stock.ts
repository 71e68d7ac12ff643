// The stock of a pool: what stands ready, and when more is made. Refilling keeps out of the way of who takes: one at a time,
// in quiet moments, within a budget; only a stock that runs low is refilled in between.
// Must not know what is in stock, nor how it is made.

/** When a stock is refilled. */
export interface RefillPolicy {
  /** How many are to stand ready. */
  readonly size: number;
  /** At or below this many it is refilled also while others are being taken. */
  readonly low: number;
  /** How long nobody has taken one before it is refilled otherwise. */
  readonly quietMs: number;
  /** At most this many are made in a second, on average, and a tenth of that at once; no limit where absent. */
  readonly perSecond?: number;
}

/** Time as the stock sees it; a test brings its own. */
export interface Clock {
  /** In milliseconds, from anywhere. */
  now(): number;
  /** Calls back once; keeps the process alive only where somebody waits for it. Returns what calls it off. */
  after(ms: number, act: () => void, awaited: boolean): () => void;
}

/** What a stock has seen so far. */
export interface StockMetrics {
  /** Standing ready now. */
  readonly depth: number;
  /** Taken from what stood ready. */
  readonly hits: number;
  /** Wanted while nothing stood ready. */
  readonly misses: number;
  /** Found to be spoilt when they were wanted. */
  readonly spoilt: number;
  /** Made ahead of time. */
  readonly refills: number;
  /** What one refill took, in milliseconds; 0 before the first. */
  readonly refillMs: { readonly last: number; readonly mean: number; readonly max: number };
  /** Refills that failed. */
  readonly failures: number;
  /** Why the last one did, where none has succeeded since. */
  readonly lastError?: unknown;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, act, awaited) {
    const timer = setTimeout(act, ms);
    if (!awaited) timer.unref();
    return () => clearTimeout(timer);
  },
};

const shortestBackoffMs = 50;
const longestBackoffMs = 5000;

function burst(perSecond: number): number {
  return Math.max(1, perSecond / 10);
}

export class Stock<Item> {
  readonly #policy: RefillPolicy;
  readonly #make: () => Promise<Item>;
  readonly #clock: Clock;
  readonly #ready: Item[] = [];
  readonly #waiting: (() => void)[] = [];
  #callOff: (() => void) | undefined;
  #making: Promise<void> | undefined;
  #open = true;
  /** Since it was last looked whether it is quiet: cheaper than the time, which every attach would have to ask for. */
  #taken = false;
  /** How many may be made now, by the budget; and when that was counted. */
  #tokens: number;
  #tokensAt: number;
  #backoffMs = shortestBackoffMs;
  #notBefore = Number.NEGATIVE_INFINITY;
  #hits = 0;
  #misses = 0;
  #spoilt = 0;
  #refills = 0;
  #failures = 0;
  #lastMs = 0;
  #totalMs = 0;
  #maxMs = 0;
  #lastError: unknown;

  /** Makes nothing before the first call of `refill`. */
  constructor(policy: RefillPolicy, make: () => Promise<Item>, clock = systemClock) {
    this.#policy = policy;
    this.#make = make;
    this.#clock = clock;
    this.#tokens = burst(policy.perSecond ?? 0);
    this.#tokensAt = clock.now();
  }

  get depth(): number {
    return this.#ready.length;
  }

  /** The one that stood ready longest; undefined, and a miss, where none does. Whoever uses it up asks for a refill. */
  take(): Item | undefined {
    this.#taken = true;
    const item = this.#ready.shift();
    if (item === undefined) this.#misses++;
    else this.#hits++;
    return item;
  }

  /** Puts back what was taken and stayed unused; it is given next. */
  putBack(item: Item): void {
    this.#ready.unshift(item);
  }

  /** What was taken turned out to be spoilt. */
  spoilt(): void {
    this.#spoilt++;
  }

  /** Sees to it that more is made, when it is time; never before the caller is back in its event loop. */
  refill(): void {
    if (!this.#open || this.#making !== undefined || this.#callOff !== undefined) return;
    this.#sleep(this.depth >= this.#policy.size ? 0 : this.#waitMs());
  }

  /** Resolves when the stock is full, and when the next refill fails: then it is as full as it gets for now. */
  settled(): Promise<void> {
    if (!this.#open || this.depth >= this.#policy.size) return Promise.resolve();
    const settled = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#callOff?.();
    this.#callOff = undefined;
    if (this.#making === undefined) this.#next();
    return settled;
  }

  /** Makes no more, and returns what stood ready when the one in the making is there too. */
  async close(): Promise<readonly Item[]> {
    this.#open = false;
    this.#callOff?.();
    this.#callOff = undefined;
    await this.#making;
    this.#wake();
    return this.#ready.splice(0);
  }

  metrics(): StockMetrics {
    const refillMs = {
      last: this.#lastMs,
      mean: this.#refills === 0 ? 0 : this.#totalMs / this.#refills,
      max: this.#maxMs,
    };
    const { depth } = this;
    const counts = { hits: this.#hits, misses: this.#misses, spoilt: this.#spoilt, refills: this.#refills };
    const failed = this.#lastError === undefined ? {} : { lastError: this.#lastError };
    return { depth, ...counts, refillMs, failures: this.#failures, ...failed };
  }

  #sleep(ms: number): void {
    const wake = () => {
      this.#callOff = undefined;
      this.#next();
    };
    this.#callOff = this.#clock.after(ms, wake, this.#waiting.length > 0);
  }

  #next(): void {
    if (!this.#open) return;
    if (this.depth >= this.#policy.size) {
      this.#wake();
      return;
    }
    const wait = this.#waitMs();
    if (wait > 0) this.#sleep(wait);
    else this.#making = this.#makeOne();
  }

  // 0: now. The longest of what has to be waited for.
  #waitMs(): number {
    const now = this.#clock.now();
    const { low, quietMs, perSecond } = this.#policy;
    const quiet = this.depth > low && this.#taken ? quietMs : 0;
    this.#taken = false;
    const failed = this.#notBefore - now;
    if (perSecond === undefined) return Math.max(0, quiet, failed);
    this.#tokens = Math.min(burst(perSecond), this.#tokens + ((now - this.#tokensAt) * perSecond) / 1000);
    this.#tokensAt = now;
    return Math.max(0, quiet, failed, ((1 - this.#tokens) * 1000) / perSecond);
  }

  async #makeOne(): Promise<void> {
    this.#tokens -= 1;
    const begun = this.#clock.now();
    try {
      this.#ready.push(await this.#make());
      this.#lastMs = this.#clock.now() - begun;
      this.#totalMs += this.#lastMs;
      this.#maxMs = Math.max(this.#maxMs, this.#lastMs);
      this.#refills++;
      this.#lastError = undefined;
      this.#backoffMs = shortestBackoffMs;
    } catch (error) {
      this.#failures++;
      this.#lastError = error;
      this.#notBefore = this.#clock.now() + this.#backoffMs;
      this.#backoffMs = Math.min(this.#backoffMs * 2, longestBackoffMs);
      this.#wake();
    }
    this.#making = undefined;
    this.#next();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
