// Owns: proof that a report says what was measured, against what, and whether the target holds; and that a program's
// timing is checked before it becomes a figure.
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../scripts/bench/report/json.mjs';
import { renderPage } from '../../../scripts/bench/report/page.mjs';
import { renderReport } from '../../../scripts/bench/report/table.mjs';
import { readTiming } from '../../../scripts/bench/timing.mjs';
import { machine, swing } from '../../support/bench-machine.js';

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
  to_netplumb: null,
  quantiles_us: [[0.5, 1100]] as const,
};

const interval = (median: number) => ({ median, low: median - 1, high: median + 1, confidence: 0.978 });
const against = (p50: number, noisy = false) => ({
  p50: interval(p50),
  p99: interval(p50),
  total: interval(p50),
  noisy,
});

/** The shell takes so many times as long as the library. */
function report(holds: boolean, shell = against(12)): Report {
  return {
    machine,
    run: {
      scenario: 'engine',
      description: 'all',
      seed: 77,
      minutes: 7.5,
      noise: { cpu: swing, process: swing },
    },
    parts: [
      {
        scenario: 'attach-cold',
        description: 'attach',
        n: 100,
        rounds: 10,
        order: [],
        implementations: {
          netplumb: { description: 'ours', version: '0.1.0', role: 'ours' },
          'shell-out': { description: 'ip', version: 'iproute2', role: 'rival' },
          floor: { description: 'C', version: 'cc 12', role: 'floor' },
        },
        missing: [{ implementation: 'cni', reason: 'there is no plugin' }],
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
        implementation: 'shell-out',
        ratio_to_floor: null,
        to_netplumb: shell,
        end_state: { queues: 2, ipv6: true, label: false, claims: 0 },
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
  it('shows the ratios with their intervals and their confidence', () => {
    const text = renderReport(report(true));
    expect(text).toMatch(/netplumb .*1100.*2000.*1\.07 \(1\.05-1\.12, 97 %\)/);
    expect(text).toMatch(/shell-out .*│ +12\.00 \(11\.00-13\.00, 97 %\) │/);
  });

  it('states the seed, what sets the results apart, and every implementation with its version', () => {
    const text = renderReport(report(true));
    expect(text).toContain('seed 77');
    expect(text).toMatch(/floor .*│ +2 │ +yes │ +no │ +0 │/);
    expect(text).toContain('netplumb: ours [0.1.0]');
  });

  it('says in its first line where the library is not first', () => {
    expect(renderReport(report(true))).toMatch(/^netplumb is first against every rival/);
    const text = renderReport(report(true, against(0.9)));
    expect(text).toMatch(
      /^netplumb is NOT first in attach-cold, N = 100: shell-out takes 0\.90 of its p50, which may be chance\.\n/,
    );
    expect(text).not.toContain('is first');
  });

  it('says so where another way of the library is no slower', () => {
    const one = report(true, against(0.9));
    const [part] = one.parts;
    const sync = {
      ...figures,
      implementation: 'netplumb-sync',
      to_netplumb: against(0.5),
      ratio_to_floor: null,
    };
    const results = [
      ...one.results,
      { ...sync, end_state: { queues: 1, ipv6: false, label: true, claims: 2 } },
    ];
    const role = 'ours' as const;
    const implementations = {
      ...part?.implementations,
      'netplumb-sync': { description: '', version: '', role },
    };
    const text = renderReport({
      ...one,
      parts: one.parts.map((old) => ({ ...old, implementations })),
      results,
    });
    expect(text).toMatch(
      /^netplumb is NOT first .* 0\.90 of its p50, which may be chance; netplumb-sync is no slower\.$/m,
    );
  });

  it('calls a scenario noisy whose ratios do not hold still', () => {
    expect(renderReport(report(true, against(12, true)))).toMatch(
      /^noisy: attach-cold, N = 100: .* shell-out\.$/m,
    );
    expect(renderReport(report(true))).not.toContain('noisy:');
  });

  it('says whether the target holds', () => {
    expect(renderReport(report(true))).toContain('1.070, at most 1.25: holds');
    expect(renderReport(report(false))).toContain('1.070, at most 1.25: MISSED');
  });

  it('names what was left out, and why', () => {
    const text = renderReport(report(true));
    expect(text).toContain('cni: left out: there is no plugin');
    expect(text).toContain('pyroute2: left out, failed in round 2: it crashed');
  });
});

describe('renderPage', () => {
  it('says where, when, against what, and which targets hold', () => {
    const page = renderPage([{ name: 'engine', report: report(false) }]);
    expect(page).toMatch(/engine\.json\), 2026-01-01: kernel 6\.18, 2 CPUs/);
    expect(page).toContain('npm run bench -- --scenario engine --docs');
    expect(page).toContain('0 of 1 targets hold.');
    expect(page).toContain('| attach-cold | netplumb p50 / floor p50 | ≤ 1.25 | 1.07 | **missed** |');
    expect(page).toContain(
      '| netplumb | 1100 | 1300 | 2000 | 2500 | 115.2 |  | 1.07 (1.05-1.12, 97 %) | 10 |',
    );
    for (const line of [
      '- netplumb: growth 1.30',
      '- netplumb: bytes_each 512.5',
      '- floor: C [cc 12]. It left 2 queues a link, with IPv6 link-local, no label, no claims.',
    ])
      expect(page).toContain(line);
    expect(page).toContain('- cni: left out: there is no plugin');
    expect(renderPage([{ name: 'engine', report: report(true) }])).toContain('1 of 1 targets hold.');
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
