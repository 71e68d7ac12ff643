// What is published of jobs and their steps for whoever listens, and that nobody else pays for it.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StepEvent } from '../../src/binding.js';
import type { JobEvent } from '../../src/job.js';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost } from '../support/host.js';
import { rejection } from './surroundings.js';

type Published = JobEvent | StepEvent;

let ns: Namespace;
let published: Published[];
const note = (event: unknown) => published.push(event as Published);
const channels = ['netplumb:job', 'netplumb:step'];

beforeEach(async () => {
  ns = await Namespace.open(createHost().name);
  published = [];
  for (const name of channels) subscribe(name, note);
});
afterEach(() => {
  for (const name of channels) unsubscribe(name, note);
  ns.close();
});

const steps = () => published.filter((event): event is StepEvent => 'step' in event);

function plan() {
  const whole = new Plan();
  const inside = whole.createNamespace();
  whole.on(ns).links.add({ kind: 'bridge', name: 'br0' });
  whole.on(ns).addresses.add({ link: 'br0', address: '10.0.0.1/24' });
  whole.on(ns).addresses.add({ link: 'br0', address: '10.0.1.1/24' });
  whole.on(inside).links.set('lo', { up: true });
  return { whole, inside };
}

describe('each step of a job', () => {
  it.each(['run', 'runSync'] as const)(
    'is published with its time and its share of a send, before the job (%s)',
    async (way) => {
      const { whole, inside } = plan();
      (await whole[way]()).namespace(inside).close();
      expect(
        steps().map(({ step, operation, target, together }) => [step, operation, target, together]),
      ).toEqual([
        [0, 'namespace.create', '', 1],
        [1, 'link.add', 'br0', 1],
        [2, 'address.add', expect.any(String), 2],
        [3, 'address.add', expect.any(String), 2],
        [4, 'link.set', 'lo', 1],
      ]);
      const job = published.at(-1) as JobEvent;
      expect(job.operations).toHaveLength(5);
      let earlier = 0;
      for (const { startMs, durationMs } of steps()) {
        expect(durationMs).toBeGreaterThan(0);
        expect(startMs).toBeGreaterThanOrEqual(earlier);
        expect(startMs + durationMs).toBeLessThanOrEqual(job.durationMs);
        earlier = startMs;
      }
    },
  );

  it('is published up to the one that failed', async () => {
    await rejection(ns.links.set('nolink', { up: true }));
    expect(steps()).toMatchObject([{ operation: 'link.set', target: 'nolink', together: 1 }]);
    expect(published.at(-1)).toMatchObject({ operations: ['link.set'], code: 'ENODEV' });
  });

  it('is published of reads and sysctls too', async () => {
    await ns.links.list();
    await ns.sysctl.get('net.ipv4.ip_forward');
    expect(steps().map(({ operation }) => operation)).toEqual(['link.list', 'sysctl.get']);
  });

  it('is not looked at where nobody listens', async () => {
    unsubscribe('netplumb:step', note);
    await ns.links.list();
    expect(published).toEqual([expect.objectContaining({ operations: ['link.list'] })]);
  });
});
