import { describe, expect, it } from 'vitest';
import { resultOf } from '../../../scripts/fuzz/session.mjs';
import { findingsText, summaryLine, targetLine } from '../../../scripts/fuzz/text.mjs';

const wentWell = `#2	INITED cov: 84 ft: 85 corp: 1/1b exec/s: 0 rss: 34Mb
#1048576	pulse  cov: 91 ft: 120 corp: 40/4096b lim: 4096 exec/s: 262144 rss: 50Mb
Done 1500000 runs in 6 second(s)
stat::number_of_executed_units: 1500000
stat::average_exec_per_sec:     250000
`;

describe("a fuzz target's result", () => {
  it('has libFuzzer’s own figures', () => {
    const result = resultOf('messages', 0, wentWell, []);
    expect(targetLine(result)).toBe('messages: 1,500,000 executions, 250,000/s, 120 features, 0 findings');
    expect(summaryLine([result, result])).toBe('fuzz: 2 targets, 3,000,000 executions, 0 findings');
    expect(findingsText([result])).toBe('');
  });

  it('names the input that ended it', () => {
    const result = resultOf('text', 77, `${wentWell}ERROR: AddressSanitizer`, ['/kept/crash-1']);
    expect(result.findings).toEqual(['/kept/crash-1']);
    expect(findingsText([result])).toContain('netplumb_fuzz --target=text /kept/crash-1');
  });

  it.each([
    ['ended badly', 77, wentWell],
    ['did nothing', 0, ''],
  ])('is a finding when it %s, though no input was kept', (_, code, text) => {
    expect(resultOf('text', code, text, []).findings).toHaveLength(1);
  });
});
