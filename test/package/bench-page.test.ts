// The bench's page, opened in a real browser: it is drawn whole, nothing in it fails, and every number it shows is the one in the figures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw } from '../../scripts/bench/report/draw.mjs';
import { figuresOf, judge } from '../../scripts/bench/report/figures.mjs';
import { renderHtml } from '../../scripts/bench/report/html.mjs';
import type { Report } from '../../scripts/bench/report/json.mjs';
import { picturesOf } from '../../scripts/bench/report/pictures.mjs';
import type { Sample, Scenario } from '../../scripts/bench/scenarios/scenario.mjs';
import { machine, swing } from '../support/bench-machine.js';
import { attempt } from '../support/command.js';

const folder = mkdtempSync(join(tmpdir(), 'netplumb-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ways = { netplumb: 1000, floor: 900, 'a <rival> & "friends"': 20_000 };

/** Rounds of made-up samples, as a run has them. */
function samplesOf(n: number, extra?: Sample['extra']): Map<string, Sample[]> {
  const rounds = (us: number) =>
    [1, 1.1, 0.9].map((factor) => {
      const durationsUs = Array.from({ length: n }, (_, i) => us * factor * (1 + i / n));
      const totalMs = durationsUs.reduce((sum, one) => sum + one, 0) / 1000;
      const endState = { queues: 1, ipv6: false, label: true, claims: 2 };
      return { durationsUs, totalMs, endState, ...(extra && { extra }) };
    });
  return new Map(Object.entries(ways).map(([name, us]) => [name, rounds(us)]));
}

function sampleReport(): Report {
  const scenario = (name: string, more: Partial<Scenario> = {}): Scenario => ({
    name,
    description: 'attach N containers',
    floor: 'floor',
    targets: [{ implementation: 'netplumb', atMost: 1.1 }],
    measure: () => Promise.reject(new Error('not measured here')),
    ...more,
  });
  const steps = { 'step link.add_us': 400, 'step hop_us': 60 };
  const along = (value: number) => ({ family: 'callers', what: 'callers at a time', value });
  const measured = [
    { scenario: scenario('attach-cold'), n: 1000, samples: samplesOf(1000) },
    { scenario: scenario('attach-steps'), n: 10, samples: samplesOf(10, steps) },
    { scenario: scenario('callers-1', { along: along(1) }), n: 10, samples: samplesOf(10) },
    { scenario: scenario('callers-2', { along: along(2) }), n: 10, samples: samplesOf(10) },
    {
      scenario: scenario('system-calls', { untimed: true, targets: [] }),
      n: 5,
      samples: samplesOf(5, { system_calls_each: 40 }),
    },
  ];
  const role = (name: string) =>
    name === 'netplumb' ? ('ours' as const) : name === 'floor' ? ('floor' as const) : ('rival' as const);
  return {
    machine,
    run: { scenario: 'all', description: 'all', seed: 1, minutes: 1, noise: { cpu: swing, process: swing } },
    parts: measured.map(({ scenario: { name, description, along: place }, n, samples }) => ({
      scenario: name,
      description,
      n,
      ...(place && { along: place }),
      rounds: 3,
      order: [],
      implementations: Object.fromEntries(
        [...samples.keys()].map((way) => [way, { description: way, version: '1', role: role(way) }]),
      ),
      missing: [],
      failures: [{ implementation: 'broken', round: 2, message: '</script><script>alert(1)</script>' }],
    })),
    results: measured.flatMap(({ scenario: one, n, samples }) => figuresOf(one, n, samples)),
    targets: measured.flatMap(({ scenario: one, n, samples }) => judge(one, samples, n)),
  };
}

/** What the browser makes of a page, and what it complains of. */
function open(html: string): { dom: string; complaints: string[] } {
  const page = join(folder, 'page.html');
  writeFileSync(page, html);
  const { status, stdout, stderr } = attempt(
    'chromium',
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${join(folder, 'profile')}`,
      '--enable-logging=stderr',
      '--virtual-time-budget=5000',
      '--dump-dom',
      `file://${page}`,
    ],
    { timeoutMs: 120_000 },
  );
  expect(status, stderr).toBe(0);
  return { dom: stdout, complaints: stderr.split('\n').filter((line) => line.includes('CONSOLE')) };
}

describe('the page of a run', () => {
  const report = sampleReport();
  let pictures: Awaited<ReturnType<typeof draw>>;
  let dom: string;

  beforeAll(async () => {
    pictures = await draw(picturesOf(report));
    const opened = open(renderHtml(report, pictures));
    expect(opened.complaints).toEqual([]);
    dom = opened.dom;
  });

  it('draws every kind of picture, whole', () => {
    const names = [
      'attach-cold-1000',
      'attach-cold-1000-growth',
      'attach-steps-10-steps',
      'system-calls-5-counts',
    ];
    expect(pictures.map(({ name }) => name)).toEqual(expect.arrayContaining([...names, 'callers']));
    expect(dom.match(/<svg /g)).toHaveLength(pictures.length);
    expect(dom.match(/<\/svg>/g)).toHaveLength(pictures.length);
    expect(dom).not.toMatch(/NaN|undefined/);
  });

  it('shows the figures of the run, each of them and no other', () => {
    const shown = [
      ...dom.matchAll(
        /<tr class="\w+" data-scenario="([^"]*)" data-n="(\d+)" data-way="([^"]*)">(.*?)<\/tr>/gs,
      ),
    ];
    expect(shown).toHaveLength(report.results.length);
    for (const [i, [, scenario, n, , cells = '']] of shown.entries()) {
      const result = report.results[i];
      expect([scenario, Number(n)]).toEqual([result?.scenario, result?.n]);
      const figures = [...cells.matchAll(/data-figure="(\w+)" data-value="([^"]*)">([^<]*)</g)];
      expect(figures).toHaveLength(6);
      for (const [, key = '', value = '', text = ''] of figures) {
        const figure = Reflect.get(result ?? {}, key);
        expect(value).toBe(figure === null ? '' : String(figure));
        if (figure !== null) expect(Math.abs(Number(text) - figure)).toBeLessThanOrEqual(0.5);
      }
    }
  });

  it('carries the figures themselves, whatever a rival said', () => {
    const [, carried = ''] = /<script type="application\/json" id="figures">(.*?)<\/script>/s.exec(dom) ?? [];
    expect(JSON.parse(carried)).toEqual(JSON.parse(JSON.stringify(report)));
    expect(dom).not.toContain('<script>alert');
  });
});
