// Owns: proof that samples become the figures a report prints, and that targets are judged by paired ratios.
import { describe, expect, it } from 'vitest';
import { figuresOf, isNoisy, judge } from '../../../scripts/bench/report/figures.mjs';
import type { Sample, Scenario } from '../../../scripts/bench/scenarios/scenario.mjs';

const endState = { queues: 1, ipv6: false, label: true, claims: 2 };
const sample = (...durationsUs: number[]): Sample => ({
  durationsUs,
  totalMs: durationsUs.reduce((sum, us) => sum + us, 0) / 1000,
  endState,
});
const scenario: Scenario = {
  name: 'attach-cold',
  description: '',
  floor: 'floor',
  targets: [{ implementation: 'ours', atMost: 1.25 }],
  measure: () => Promise.reject(new Error('not measured here')),
};
const floor = [sample(100, 110, 120), sample(200, 210, 220), sample(400, 410, 420)];

/** The floor's rounds, each slower by its own factor. */
const scaled = (...factors: number[]) =>
  floor.map((round, i) => sample(...round.durationsUs.map((us) => us * (factors[i] ?? 1))));

describe('figuresOf', () => {
  it('takes percentiles over all operations of all rounds, and the total as the median over rounds', () => {
    const [row] = figuresOf(scenario, 3, new Map([['floor', floor]]));
    expect(row).toMatchObject({ implementation: 'floor', n: 3, rounds: 3, p50_us: 210, max_us: 420 });
    expect(row).toMatchObject({
      mean_us: 243.3,
      total_ms: 0.6,
      p50_us_by_round: [110, 210, 410],
      end_state: endState,
    });
    expect(row?.p99_us).toBeCloseTo(419.2, 5);
  });

  it('compares with the floor round by round, and the floor with nothing', () => {
    const samples = new Map([
      ['ours', scaled(1.1, 3, 1.2)],
      ['floor', floor],
    ]);
    const [ours, itself] = figuresOf(scenario, 3, samples);
    expect(ours?.ratio_to_floor?.median).toBeCloseTo(1.2, 10);
    expect(ours?.ratio_to_floor?.low).toBeCloseTo(1.1, 10);
    expect(ours?.ratio_to_floor?.high).toBeCloseTo(3, 10);
    expect(itself?.ratio_to_floor).toBeNull();
  });
});

describe('judge', () => {
  const judged = (...factors: number[]) => {
    const samples = new Map([
      ['ours', scaled(...factors)],
      ['floor', floor],
    ]);
    return judge(scenario, samples);
  };

  it('holds when the median ratio is at most the target, whatever a single bad round says', () => {
    expect(judged(1.1, 9, 1.2)).toMatchObject([{ at_most: 1.25, holds: true }]);
  });

  it('misses when the median ratio is above the target', () => {
    expect(judged(1.3, 1.26, 1)).toMatchObject([{ at_most: 1.25, holds: false }]);
  });

  it.each([
    [{ figure: 'p99', atMost: 0.4 }, 0.5, false],
    [{ figure: 'max', atMost: 0.5 }, 0.5, true],
    [{ figure: 'total', against: 'slow', atLeast: 2 }, 0.25, false],
    [{ figure: 'mean', against: null, atMost: 200 }, 105, true],
    [{ figure: 'growth', against: null, atMost: 1.05 }, 1.1, false],
    [{ figure: 'late_us', against: 'process_us', atMost: 1 }, 0.3, true],
    [{ figure: 'bytes_each', against: null, atMost: 10 }, 12, false],
  ])('takes figures of all kinds: %j', (target, measured, holds) => {
    const extra = { late_us: 3, process_us: 10, bytes_each: 12 };
    const samples = new Map<string, Sample[]>([
      ['ours', scaled(0.5, 0.5, 0.5).map((round) => ({ ...round, extra }))],
      ['floor', floor],
      ['slow', scaled(2, 2).slice(0, 2)],
    ]);
    const targets = [{ implementation: 'ours', ...target }];
    const [result] = judge({ ...scenario, targets }, samples);
    expect(result?.measured).toBeCloseTo(measured, 10);
    expect(result?.holds).toBe(holds);
  });

  it('says nothing of an implementation that did not run', () => {
    expect(judge(scenario, new Map([['floor', floor]]))).toEqual([]);
  });
});

describe('compared with the library', () => {
  it('takes what another took by what the library took, round by round', () => {
    const samples = new Map([
      ['netplumb', floor],
      ['rival', scaled(2, 4, 3)],
    ]);
    const [ours, rival] = figuresOf(scenario, 3, samples);
    expect(ours?.to_netplumb).toBeNull();
    expect(rival?.to_netplumb?.p50.median).toBeCloseTo(3, 10);
    expect(rival?.to_netplumb?.p99.median).toBeCloseTo(3, 10);
    expect(rival?.to_netplumb?.total.high).toBeCloseTo(4, 10);
  });

  it('has no times of what only counts', () => {
    const counted = { totalMs: 0, durationsUs: [], endState, extra: { system_calls_each: 40 } };
    const [row] = figuresOf({ ...scenario, untimed: true }, 3, new Map([['netplumb', [counted, counted]]]));
    expect(row).toMatchObject({
      p50_us: null,
      total_ms: null,
      quantiles_us: [],
      extra: { system_calls_each: 40 },
    });
  });
});

describe('isNoisy', () => {
  it('compares the halves of a run, as two runs in a row', () => {
    expect(isNoisy([10, 11, 9, 10, 10.5, 11])).toBe(false);
    expect(isNoisy([10, 10, 10, 12, 12, 12])).toBe(true);
    expect(isNoisy([12, 12, 12, 10, 10, 10])).toBe(true);
  });

  it('does not trust a single round', () => {
    expect(isNoisy([10])).toBe(true);
  });
});
