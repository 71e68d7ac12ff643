// The stock of a pool, with a clock that stands still until it is told and a maker that finishes when it is told.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clock, type RefillPolicy, Stock } from '../../../src/network/pool/stock.js';

class FakeClock implements Clock {
  time = 0;
  readonly alarms = new Set<{ readonly at: number; readonly act: () => void; readonly awaited: boolean }>();
  now() {
    return this.time;
  }
  after(ms: number, act: () => void, awaited = true) {
    const alarm = { at: this.time + ms, act, awaited };
    this.alarms.add(alarm);
    return () => void this.alarms.delete(alarm);
  }
  async advance(ms: number) {
    const end = this.time + ms;
    for (;;) {
      await settle();
      const [next] = [...this.alarms].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.time = Math.max(this.time, next.at);
      this.alarms.delete(next);
      next.act();
    }
    this.time = end;
    await settle();
  }
}

/** Takes one and uses it up. */
function use(stock: Stock<number>): number | undefined {
  const item = stock.take();
  stock.refill();
  return item;
}

/** Lets everything that is resolved run. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Makes numbers, each within `ms` of the clock, or at once; fails while told to. */
class Maker {
  made = 0;
  running = 0;
  fails = false;
  constructor(
    readonly clock: FakeClock,
    readonly ms = 0,
  ) {}
  make = async () => {
    this.running++;
    expect(this.running).toBe(1);
    if (this.ms > 0) await new Promise<void>((resolve) => this.clock.after(this.ms, resolve));
    this.running--;
    if (this.fails) throw new Error('no room');
    return ++this.made;
  };
}

function stage(policy: Partial<RefillPolicy> = {}, ms = 0) {
  const clock = new FakeClock();
  const maker = new Maker(clock, ms);
  const stock = new Stock({ size: 4, low: 1, quietMs: 2, ...policy }, maker.make, clock);
  return { clock, maker, stock };
}

describe('a stock', () => {
  it('is filled when asked, one at a time', async () => {
    const { clock, stock } = stage({}, 3);
    const full = stock.settled();
    await clock.advance(11);
    expect(stock.depth).toBe(3);
    await clock.advance(1);
    await full;
    expect(stock.metrics()).toEqual({
      depth: 4,
      hits: 0,
      misses: 0,
      spoilt: 0,
      refills: 4,
      refillMs: { last: 3, mean: 3, max: 3 },
      failures: 0,
    });
  });

  it('gives each once, the oldest first', async () => {
    const { stock } = stage();
    await stock.settled();
    expect([stock.take(), stock.take()]).toEqual([1, 2]);
    expect(stock.metrics()).toMatchObject({ hits: 2, misses: 0, depth: 2 });
  });

  it('counts a miss where nothing stands ready', async () => {
    const { stock } = stage();
    expect(stock.take()).toBeUndefined();
    expect(stock.metrics()).toMatchObject({ hits: 0, misses: 1 });
  });

  it('gives next what was put back', async () => {
    const { stock } = stage();
    await stock.settled();
    const item = stock.take() ?? 0;
    stock.putBack(item);
    expect(stock.depth).toBe(4);
    expect(stock.take()).toBe(item);
  });

  it('counts what was spoilt', async () => {
    const { stock } = stage();
    await stock.settled();
    stock.take();
    stock.spoilt();
    expect(stock.metrics()).toMatchObject({ hits: 1, misses: 0, spoilt: 1 });
  });
});

describe('refilling', () => {
  it('waits until nobody has taken one for a while', async () => {
    const { clock, maker, stock } = stage();
    await stock.settled();
    for (let i = 0; i < 2; i++) {
      use(stock);
      await clock.advance(1.5);
    }
    expect(maker.made).toBe(4);
    await clock.advance(1);
    expect(stock.depth).toBe(4);
  });

  it('does not wait when the stock runs low', async () => {
    const { clock, maker, stock } = stage({}, 1);
    const full = stock.settled();
    await clock.advance(4);
    await full;
    for (let i = 0; i < 3; i++) use(stock);
    await clock.advance(1.9); // its timer was set when the first was taken
    expect(maker.made).toBe(4);
    for (let i = 0; i < 20; i++) {
      use(stock);
      await clock.advance(1);
    }
    expect(maker.made).toBeGreaterThan(15);
  });

  it('keeps to its budget', async () => {
    const { clock, maker, stock } = stage({ size: 1000, low: 1000, perSecond: 20 });
    void stock.settled();
    await clock.advance(0);
    expect(maker.made).toBe(2); // a tenth of a second's worth at once
    await clock.advance(10_000);
    expect(maker.made).toBeGreaterThanOrEqual(201);
    expect(maker.made).toBeLessThanOrEqual(203);
  });

  it('keeps the process alive while somebody waits for it, and only then', async () => {
    const { clock, stock } = stage({ size: 3, low: 3, perSecond: 1 });
    const full = stock.settled();
    await clock.advance(0);
    expect([...clock.alarms].map(({ awaited }) => awaited)).toEqual([true]);
    await clock.advance(5000);
    await full;
    use(stock);
    use(stock); // one by the budget at once, the other later
    await clock.advance(0);
    expect([...clock.alarms].map(({ awaited }) => awaited)).toEqual([false]);
    const again = stock.settled();
    expect([...clock.alarms].map(({ awaited }) => awaited)).toEqual([true]);
    await clock.advance(5000);
    await again;
  });

  it('that fails is tried again after growing pauses, and says why', async () => {
    const { clock, maker, stock } = stage();
    maker.fails = true;
    await stock.settled(); // as full as it gets
    expect(stock.metrics()).toMatchObject({ depth: 0, failures: 1, lastError: new Error('no room') });
    await clock.advance(10_000);
    expect(stock.metrics().failures).toBeGreaterThan(5);
    expect(stock.metrics().failures).toBeLessThan(12);
    maker.fails = false;
    await clock.advance(5000);
    expect(stock.metrics()).toMatchObject({ depth: 4 });
    expect(stock.metrics()).not.toHaveProperty('lastError');
  });
});

describe('closing', () => {
  it('hands over what stood ready, with the one in the making, and makes no more', async () => {
    const { clock, maker, stock } = stage({}, 5);
    void stock.settled();
    await clock.advance(12);
    const closed = stock.close();
    await clock.advance(100);
    expect(await closed).toEqual([1, 2, 3]);
    expect(stock.take()).toBeUndefined();
    await clock.advance(100);
    expect(maker.made).toBe(3);
    expect(clock.alarms.size).toBe(0);
  });

  it('wakes who waits for a full stock', async () => {
    const { clock, stock } = stage({}, 5);
    const full = stock.settled();
    const closed = stock.close();
    await clock.advance(10);
    await Promise.all([full, closed]);
  });
});

describe('whatever happens', () => {
  it('none is given twice, and the counts add up', async () => {
    const actions = fc.array(
      fc.oneof(
        fc.constant('take' as const),
        fc.constant('putBack' as const),
        fc.constant('fail' as const),
        fc.constant('mend' as const),
        fc.nat({ max: 20 }),
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(actions, async (steps) => {
        const { clock, maker, stock } = stage({}, 1);
        const used = new Set<number>();
        let wanted = 0;
        let taken = 0;
        for (const step of steps) {
          if (typeof step === 'number') await clock.advance(step);
          if (step === 'fail' || step === 'mend') maker.fails = step === 'fail';
          if (step !== 'take' && step !== 'putBack') continue;
          const item = stock.take();
          wanted++;
          if (item !== undefined) taken++;
          if (item !== undefined && step === 'putBack') stock.putBack(item);
          stock.refill();
          if (item === undefined || step === 'putBack') continue;
          expect(used.has(item)).toBe(false);
          used.add(item);
        }
        await clock.advance(20);
        const { hits, misses, depth } = stock.metrics();
        expect(hits).toBe(taken);
        expect(hits + misses).toBe(wanted);
        expect(depth).toBeLessThanOrEqual(5);
        expect(depth + used.size).toBe(maker.made);
      }),
      { numRuns: 100 },
    );
  });
});
