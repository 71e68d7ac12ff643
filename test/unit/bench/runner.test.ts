// Owns: proof of the method, with implementations that only note that they ran: interleaving, warm-up, the barrier
// between measurements, and what a failure costs. No kernel object is made.
import { describe, expect, it } from 'vitest';
import type { Implementation } from '../../../scripts/bench/implementations/implementation.mjs';
import { runRounds } from '../../../scripts/bench/runner.mjs';
import type { Scenario } from '../../../scripts/bench/scenarios/scenario.mjs';
import { Session } from '../../../scripts/bench/session.mjs';

const implementation = (name: string, role: Implementation['role']): Implementation => ({
  name,
  role,
  description: '',
  bridge: 'plain',
  prepare: () => Promise.resolve('1'),
  commands: {},
});
const all = [
  implementation('ours', 'ours'),
  implementation('floor', 'floor'),
  implementation('rival', 'rival'),
];

/** Runs three rounds; `fail` says which measurement breaks down. */
async function rounds({
  seed = 1,
  n = 1,
  rivalRounds = 3,
  fail = (_name: string, _run: number): boolean => false,
} = {}) {
  const log: string[] = [];
  const sizes: string[] = [];
  const runs = new Map<string, number>();
  const session = new Session();
  const scenario: Scenario = {
    name: 'test',
    description: '',
    floor: 'floor',
    targets: [{ implementation: 'ours', atMost: 1 }],
    measure: ({ implementation: { name }, n: size }) => {
      const run = runs.get(name) ?? 0;
      runs.set(name, run + 1);
      log.push(name);
      sizes.push(`${run} ${name} ${size}`);
      if (fail(name, run)) return Promise.reject(new Error('broke'));
      const endState = { queues: 1, ipv6: false, label: false, claims: 0 };
      return Promise.resolve({ totalMs: 1, durationsUs: [run], endState });
    },
  };
  const barrier = {
    keep: [],
    pass: () => {
      log.push('barrier');
      return Promise.resolve(0);
    },
  };
  const what = {
    barrier,
    session,
    scenario,
    implementations: all,
    n,
    rounds: 3,
    rivalRounds,
    seed,
    progress: () => {},
  };
  return { log, sizes, session, result: await runRounds(what) };
}

describe('rivals', () => {
  it('take part in as many rounds as they are given, after the warm-up', async () => {
    const { log } = await rounds({ rivalRounds: 1 });
    expect(log.filter((name) => name === 'rival')).toHaveLength(2);
    expect(log.filter((name) => name === 'ours')).toHaveLength(4);
  });
});

describe('runRounds', () => {
  it('runs every implementation once per round, in the order it reports', async () => {
    const { log, result } = await rounds();
    expect(result.order).toHaveLength(4);
    for (const order of result.order) expect([...order].sort()).toEqual(['floor', 'ours', 'rival']);
    expect(log.filter((name) => name !== 'barrier')).toEqual(result.order.flat());
  });

  it('waits for the kernel after every measurement', async () => {
    const { log } = await rounds();
    expect(log.filter((_, i) => i % 2 === 1).every((entry) => entry === 'barrier')).toBe(true);
    expect(log).toHaveLength(24);
  });

  it('does not count the warm-up round', async () => {
    const { result } = await rounds();
    expect(result.samples.get('ours')?.map(({ durationsUs }) => durationsUs[0])).toEqual([1, 2, 3]);
  });

  it('warms up in full whom a target judges, the others just enough', async () => {
    const { sizes } = await rounds({ n: 100 });
    const warmUp = sizes.filter((entry) => entry.startsWith('0 '));
    expect(warmUp.sort()).toEqual(['0 floor 100', '0 ours 100', '0 rival 10']);
    expect(sizes.filter((entry) => !entry.startsWith('0 ')).every((entry) => entry.endsWith(' 100'))).toBe(
      true,
    );
  });

  it('repeats the order of a seed', async () => {
    const [a, b, c] = [await rounds({ seed: 5 }), await rounds({ seed: 5 }), await rounds({ seed: 6 })];
    expect(a.result.order).toEqual(b.result.order);
    expect(a.result.order).not.toEqual(c.result.order);
  });

  it('leaves a rival out from the round in which it breaks down, and says so', async () => {
    const { result } = await rounds({ fail: (name, run) => name === 'rival' && run === 2 });
    expect(result.failures).toEqual([{ implementation: 'rival', round: 2, message: 'broke' }]);
    expect([...result.samples.keys()]).toEqual(['ours', 'floor']);
    expect(result.order[3]).not.toContain('rival');
    expect(result.samples.get('ours')).toHaveLength(3);
  });

  it.each(['ours', 'floor'])('rejects, naming it and the round, when %s breaks down', async (name) => {
    const broken = rounds({ fail: (which, run) => which === name && run === 1 });
    await expect(broken).rejects.toThrow(`${name}, round 1: broke`);
  });
});
