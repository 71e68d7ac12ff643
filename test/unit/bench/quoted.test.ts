// Owns: proof that a document cannot quote a figure that no kept run has, or one without its peers.
import { describe, expect, it } from 'vitest';
import { checkQuotes } from '../../../scripts/bench/quoted.mjs';
import type { Report } from '../../../scripts/bench/report/json.mjs';

const interval = (median: number) => ({ median, low: median, high: median, confidence: 0.98 });
const row = (scenario: string, implementation: string, p50_us: number) => ({
  scenario,
  implementation,
  n: 100,
  p50_us,
  to_netplumb: { p50: interval(12.345) },
});
const report = {
  results: [
    row('attach-cold', 'netplumb', 1234.5),
    row('attach-cold', 'shell-out', 15_000),
    row('alone', 'netplumb', 10),
  ],
} as unknown as Report;
const check = (text: string) => checkQuotes(text, [{ name: 'attach', report }]);
const link = (shown: string, path: string, file = 'attach') =>
  `An attach takes [${shown}](docs/benchmarks/${file}.json#${path}).`;

describe('checkQuotes', () => {
  it.each([
    [link('1.2 ms', 'attach-cold/100/netplumb/p50_us')],
    [link('1,235 µs', 'attach-cold/100/netplumb/p50_us')],
    [link('12.3 times as long', 'attach-cold/100/shell-out/to_netplumb.p50.median')],
    ['It waits for `--timeout MS`, and looks 2.5 times a second.'],
    ['```\n10 ms\n```'],
    ['## Tried\n<!-- measured apart: by perf, on a kernel of one CPU -->\nIt took 10 ms.'],
  ])('takes %j', (text) => {
    expect(check(text)).toEqual([]);
  });

  it.each([
    [link('1.3 ms', 'attach-cold/100/netplumb/p50_us'), 'it is 1.2'],
    [link('1.2 ms', 'attach-cold/10/netplumb/p50_us'), 'there is no such result'],
    [link('1.2 ms', 'attach-cold/100/netplumb/p55_us'), 'there is no such figure'],
    [link('1.2 ms', 'attach-cold/100/netplumb/p50_us', 'other'), 'there is no such file'],
    [link('10 µs', 'alone/100/netplumb/p50_us'), 'it has no peer in that run'],
    [link('fast', 'attach-cold/100/netplumb/p50_us'), 'there is no number'],
    ['An attach takes 1.2 ms.', '1.2 ms is quoted from nowhere'],
    ['It takes 160-190 µs.', '160-190 µs is quoted from nowhere'],
    ['It is 12 times faster.', '12 times faster is quoted from nowhere'],
    ['<!-- measured apart: once -->\n## Then\nIt took 10 ms.', 'line 3: 10 ms is quoted from nowhere'],
  ])('refuses %j: %s', (text, reason) => {
    expect(check(text)).toEqual([expect.stringContaining(reason)]);
  });
});
