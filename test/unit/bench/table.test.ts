// Owns: proof that a report says what was measured, against what, and whether the target holds; and that a program's
// timing is checked before it becomes a figure.
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../scripts/bench/report/json.mjs';
import { renderPage } from '../../../scripts/bench/report/page.mjs';
import { renderReport } from '../../../scripts/bench/report/table.mjs';
import { readTiming } from '../../../scripts/bench/timing.mjs';

const figures = {
  scenario: 'attach-cold',
  n: 100,
  rounds: 10,
  p50_us: 1100,
  p90_us: 1300,
  p99_us: 2000,
  mean_us: 1150,
  max_us: 2500,
  total_ms: 115.2,
  p50_us_by_round: [1100],
};

function report(holds: boolean): Report {
  return {
    machine: {
      kernel: '6.18',
      cpus: 2,
      cpu: 'a CPU',
      memory_mib: 4096,
      node: 'v20.11.0',
      iproute2: 'iproute2-6.1.0',
      run_file_system: 'tmpfs',
      load_average: 0,
      date: '2026-01-01T00:00:00.000Z',
    },
    run: { scenario: 'engine', description: 'all', seed: 77, minutes: 7.5 },
    parts: [
      {
        scenario: 'attach-cold',
        description: 'attach',
        n: 100,
        rounds: 10,
        order: [],
        implementations: {
          netplumb: { description: 'ours', version: '0.1.0' },
          floor: { description: 'C', version: 'cc 12' },
        },
        missing: [{ implementation: 'shell-out', reason: 'there is no ip' }],
        failures: [{ implementation: 'pyroute2', round: 2, message: 'it crashed' }],
      },
    ],
    results: [
      {
        ...figures,
        implementation: 'netplumb',
        growth: 1.3,
        extra: { bytes_each: 512.5 },
        ratio_to_floor: { median: 1.07, low: 1.05, high: 1.12, confidence: 0.978 },
        end_state: { queues: 1, ipv6: false, label: true, claims: 2 },
      },
      {
        ...figures,
        implementation: 'floor',
        ratio_to_floor: null,
        end_state: { queues: 2, ipv6: true, label: false, claims: 0 },
      },
    ],
    targets: [
      { scenario: 'attach-cold', figure: 'netplumb p50 / floor p50', at_most: 1.25, measured: 1.07, holds },
    ],
  };
}

describe('renderReport', () => {
  it('shows the ratio with its interval and its confidence, and the floor as such', () => {
    const text = renderReport(report(true));
    expect(text).toMatch(/netplumb .*1100.*2000.*1\.07 \(1\.05-1\.12, 97 %\)/);
    expect(text).toMatch(/floor .*│ +floor │/);
  });

  it('states the seed, what sets the results apart, and every implementation with its version', () => {
    const text = renderReport(report(true));
    expect(text).toContain('seed 77');
    expect(text).toMatch(/floor .*│ +2 │ +yes │ +no │ +0 │/);
    expect(text).toContain('netplumb: ours [0.1.0]');
  });

  it('says whether the target holds', () => {
    expect(renderReport(report(true))).toContain('1.070, at most 1.25: holds');
    expect(renderReport(report(false))).toContain('1.070, at most 1.25: MISSED');
  });

  it('names what was left out, and why', () => {
    const text = renderReport(report(true));
    expect(text).toContain('shell-out: left out: there is no ip');
    expect(text).toContain('pyroute2: left out, failed in round 2: it crashed');
  });
});

describe('renderPage', () => {
  it('says where, when, against what, and which targets hold', () => {
    const page = renderPage(report(false));
    expect(page).toMatch(/^2026-01-01, kernel 6\.18, 2 CPUs/m);
    expect(page).toContain('0 of 1 hold.');
    expect(page).toContain('| attach-cold | netplumb p50 / floor p50 | ≤ 1.25 | 1.07 | **missed** |');
    expect(page).toContain('| netplumb | 1100 | 2000 | 1150 | 2500 | 115.2 | 1.07 (1.05-1.12, 97 %) | 10 |');
    for (const line of ['- netplumb: growth 1.30', '- netplumb: bytes_each 512.5', '- floor: C [cc 12]'])
      expect(page).toContain(line);
    expect(page).toContain('- shell-out: left out: there is no ip');
    expect(renderPage(report(true))).toContain('1 of 1 hold.');
  });
});

describe('readTiming', () => {
  it('turns nanoseconds into microseconds and milliseconds', () => {
    const printed = '{"total_ns":3000000,"durations_ns":[1000000,2000000]}\n';
    expect(readTiming(printed, 2)).toEqual({ totalMs: 3, durationsUs: [1000, 2000] });
  });

  it('throws when an operation is missing, took no time, or the output is cut off', () => {
    expect(() => readTiming('{"total_ns":1,"durations_ns":[1]}', 2)).toThrow(/1 operations, not 2/);
    expect(() => readTiming('{"total_ns":1,"durations_ns":[0]}', 1)).toThrow(/not above 0/);
    expect(() => readTiming('{"total_ns":1,"dura', 1)).toThrow(SyntaxError);
  });
});
