// Which of the two iptables speaks for a host, and how soon it is noticed in either that somebody changed rules.
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { doctor } from '../../../src/doctor.js';
import { networkStage } from '../network-stage.js';
import { namespaceName } from '../surroundings.js';
import { variants } from './host.js';

const stage = networkStage();
const nat = { nat: 'iptables' } as const;
const foreign = ['-A', 'OUTPUT', '-o', 'nowhere', '-j', 'ACCEPT'];
const holds = (variant: string) => stage.host.run(`iptables-${variant}-save`).includes('NETPLUMB-br0');
const said = async () => (await doctor(stage.ns)).checks.find(({ name }) => name === 'iptables');

describe('the variant of iptables', () => {
  it.each([
    ['nft', 'nf_tables', 'legacy'],
    ['legacy', 'legacy', 'nft'],
  ])('is the one whose rules stand: %s', async (variant, name, other) => {
    stage.host.run(`iptables-${variant}`, ...foreign);
    await stage.ensure(nat);
    expect([holds(variant), holds(other)]).toEqual([true, false]);
    expect(await said()).toMatchObject({ ok: true, found: expect.stringMatching(new RegExp(`^${name} `)) });
  });

  it('is warned of where rules stand in both, by a warning and by doctor', async () => {
    for (const variant of variants) stage.host.run(`iptables-${variant}`, ...foreign);
    const warned = once(process, 'warning');
    await stage.ensure(nat);
    const [warning] = (await warned) as [Error & { code?: string }];
    expect(warning).toMatchObject({ name: 'NetplumbWarning', code: 'NETPLUMB_MIXED_IPTABLES' });
    expect(await said()).toMatchObject({
      ok: true,
      found: expect.stringContaining('rules stand in both variants'),
      remedy: 'move the rules of one variant to the other',
    });
  });
});

describe.each(variants)('a watch with iptables-%s', (variant) => {
  it('puts back what is flushed, again and again, and tells nothing of what is not its own', async () => {
    stage.host.run(`iptables-${variant}`, ...foreign);
    const network = await stage.ensure(nat);
    await network.attach(namespaceName('web'), { publish: { hostPort: 8080, containerPort: 80 } });
    const ending = new AbortController();
    const events = network.watch({ signal: ending.signal });
    let next = events.next();
    await new Promise((fulfil) => setTimeout(fulfil, 700)); // it has looked, and sleeps
    for (let round = 0; round < 3; round++) {
      stage.host.run(`iptables-${variant}`, '-A', 'OUTPUT', '-o', `else${round}`, '-j', 'ACCEPT');
      const flushed = performance.now();
      stage.host.run(`iptables-${variant}`, '-t', 'nat', '-F');
      const { value } = await next;
      const ms = performance.now() - flushed;
      console.log(`iptables-${variant}: put back ${Math.round(ms)} ms after the flush`);
      expect(ms).toBeLessThan(3_000); // a loaded machine; the promise is a second
      const lines = (value as { lines: readonly string[] }).lines.join('\n');
      expect(lines).toContain('--dport 8080 -j DNAT');
      expect(lines).not.toContain('else');
      next = events.next();
      await new Promise((fulfil) => setTimeout(fulfil, 500));
    }
    ending.abort();
    expect((await next).done).toBe(true);
    expect(await network.reconcile()).toEqual({ lines: [] });
  });
});
