import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addTotals, doctestTotals, printSummary, vitestTotals } from '../../../scripts/test/totals.mjs';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'netplumb-totals-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** The totals of a run of one file with these tests. */
function totalsOf(tests: readonly object[], { message = '', exitCode = 0 } = {}) {
  const path = join(directory, 'report.json');
  writeFileSync(
    path,
    JSON.stringify({ testResults: [{ name: 'a.test.ts', message, assertionResults: tests }] }),
  );
  return vitestTotals(path, exitCode);
}

const passed = { fullName: 'passes', status: 'passed', meta: {} };

describe('totals of vitest', () => {
  it('count what passed and what failed', () => {
    const totals = totalsOf([passed, { fullName: 'fails', status: 'failed', meta: {} }], { exitCode: 1 });
    expect(totals).toEqual({ passed: 1, failed: 1, skips: [], failures: ['fails'], closing: [] });
  });

  it('count a skip with the kernel’s reason as a skip', () => {
    const totals = totalsOf([{ fullName: 'skips', status: 'skipped', meta: { skipReason: 'no vlan' } }]);
    expect(totals.skips).toEqual([{ name: 'skips', reason: 'no vlan' }]);
    expect(totals.failed).toBe(0);
  });

  it('count a test that did not run for no reason as a failure', () => {
    expect(totalsOf([{ fullName: 'skips', status: 'skipped', meta: {} }]).failed).toBe(1);
  });

  it('count a file that leaks as a failure, though its tests passed', () => {
    expect(totalsOf([passed], { message: 'this file leaks', exitCode: 1 })).toMatchObject({
      passed: 1,
      failed: 1,
    });
  });

  it('count a run that failed outside its files as a failure', () => {
    expect(totalsOf([passed], { exitCode: 1 }).failed).toBe(1);
  });
});

describe('totals of doctest', () => {
  const summary = (passes: number, failures: number) =>
    `[doctest] test cases: 66 | ${passes} passed | ${failures} failed | 0 skipped\n`;

  it('are those of its summary', () => {
    expect(doctestTotals('C++', summary(66, 0), 0)).toMatchObject({ passed: 66, failed: 0 });
    expect(doctestTotals('C++', summary(63, 3), 1)).toMatchObject({ passed: 63, failed: 3 });
  });

  it('count a sanitizer’s exit code, a missing summary and an empty run as a failure', () => {
    expect(doctestTotals('C++', summary(66, 0), 1).failed).toBe(1);
    expect(doctestTotals('C++', '', 134).failed).toBe(1);
    expect(doctestTotals('C++', summary(0, 0), 0).failed).toBe(1);
  });
});

describe('the summary', () => {
  it('ends on the totals, alone on the last line', () => {
    const log = vi.spyOn(console, 'log').mockReturnValue();
    const skips = [{ name: 'vlan', reason: 'this kernel has no link kind vlan' }];
    const one = { passed: 2, failed: 1, skips: [], failures: ['fails'] };
    const two = totalsOf([{ ...passed, meta: { closing: ['golden: 300 captures'] } }]);
    printSummary(addTotals(one, { ...two, skips }));
    const lines = log.mock.calls.flatMap(([text]) => String(text).split('\n'));
    log.mockRestore();
    expect(lines.at(-1)).toBe('3 passed, 1 failed, 1 skipped');
    expect(lines).toContain('  vlan: this kernel has no link kind vlan');
    expect(lines).toContain('golden: 300 captures');
  });
});
