// Forwarding: switched on for a network with NAT, put back when the last one goes, left on where somebody else may need it.
import { describe, expect, it } from 'vitest';
import { networkStage } from './network-stage.js';
import { everything } from './surroundings.js';

const stage = networkStage();

const forwarding = () => stage.host.sysctl('net.ipv4.ip_forward');
const labelOf = (name: string) => stage.host.link(name)?.ifalias;
const first = { name: 'br0', nat: 'iptables' } as const;
const second = { name: 'br1', subnets: ['172.17.0.0/24'], nat: 'iptables' } as const;

/** All settings of the host's network as they can be read; what counts by itself aside. */
function settings(): ReadonlyMap<string, string> {
  const { stdout } = stage.host.attempt('grep', '-rs', '', '/proc/sys/net');
  const lines = stdout.split('\n').filter((line) => !/nf_conntrack_count|\/neigh\/|random/.test(line));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line]));
}

/** Those of `before` that are others now; what came with a module of the kernel is nobody's change. */
function changedSince(before: ReadonlyMap<string, string>): readonly string[] {
  const now = settings();
  return [...before].flatMap(([name, line]) =>
    now.get(name) === line ? [] : [`${line} -> ${now.get(name)}`],
  );
}

describe('all that the kernel changes with forwarding', () => {
  const both = { name: 'br0', subnets: ['172.16.0.0/24', 'fd00:1::/64'], nat: 'nftables' } as const;
  const scene = (values: Readonly<Record<string, number>>) => {
    for (const link of ['eth1', 'eth.2']) stage.host.run('ip', 'link', 'add', link, 'type', 'ifb');
    stage.host.setSysctl('net.ipv4.ip_forward', 0);
    stage.host.setSysctl('net.ipv6.conf.all.forwarding', 0);
    for (const [name, value] of Object.entries(values))
      stage.host.run('sh', '-c', `echo ${value} > /proc/sys/net/${name}`);
    return settings();
  };
  const own = {
    'ipv4/conf/eth1/forwarding': 1,
    'ipv4/conf/eth.2/forwarding': 1,
    'ipv4/conf/default/forwarding': 1,
    'ipv6/conf/eth.2/forwarding': 1,
    'ipv6/conf/default/forwarding': 1,
  };

  it.each([
    ['a plain host', {}],
    ['one that takes no redirects', { 'ipv4/conf/all/accept_redirects': 0 }],
    ['one that takes redirects', { 'ipv4/conf/all/accept_redirects': 1 }],
    ['one with links that forward by themselves', own],
  ])('is put back: %s', async (_what, values) => {
    const before = scene(values);
    const network = await stage.ensure(both);
    expect(changedSince(before)).not.toEqual([]);
    const lines = await network.explainRemove();
    expect(await network.remove()).toMatchObject({
      forwarding: 'restored',
      ipv6: { forwarding: 'restored' },
    });
    expect(changedSince(before)).toEqual([]);
    for (const [name, value] of Object.entries(values))
      if (value === 1 && name.endsWith('forwarding'))
        expect(
          lines.some((line) => line.replaceAll('/', '.').endsWith(`${name.replaceAll('/', '.')}=1`)),
        ).toBe(true);
  });

  it('is handed on, and put back by the last network', async () => {
    const before = scene({ ...own, 'ipv4/conf/all/accept_redirects': 0 });
    const one = await stage.ensure(both);
    const other = await stage.ensure({ ...both, name: 'br1', subnets: ['172.17.0.0/24', 'fd00:2::/64'] });
    await one.remove();
    await other.remove();
    expect(changedSince(before)).toEqual([]);
  });

  it('is put back where a removal was killed half way', async () => {
    const before = scene({ ...own, 'ipv4/conf/all/accept_redirects': 0 });
    const network = await stage.ensure(both);
    stage.host.setSysctl('net.ipv4.ip_forward', 0);
    stage.host.setSysctl('net.ipv6.conf.all.forwarding', 0);
    await network.remove();
    expect(changedSince(before)).toEqual([]);
  });

  it('is refused before anything is changed where the label has no room to record it', async () => {
    for (let i = 0; i < 14; i++) stage.host.run('ip', 'link', 'add', `a-long-name-${100 + i}`, 'type', 'ifb');
    const values = Object.fromEntries(
      Array.from({ length: 14 }, (_, i) => [`ipv4/conf/a-long-name-${100 + i}/forwarding`, 1]),
    );
    const before = scene(values);
    await expect(stage.ensure(both)).rejects.toThrow(/label/);
    expect(changedSince(before)).toEqual([]);
    expect(stage.host.link('br0')).toBeUndefined();
  });
});

describe('forwarding', () => {
  it('is recorded before it is switched on, and put back', async () => {
    const before = everything(stage.host);
    const network = await stage.ensure(first);
    expect(labelOf('br0')).toMatch(/ forward=0$/);
    expect(forwarding()).toBe('1');
    expect(await network.remove()).toEqual({ forwarding: 'restored', namespaces: [] });
    expect(everything(stage.host)).toEqual(before);
  });

  it('that was on by another number is left as it was', async () => {
    stage.host.setSysctl('net.ipv4.ip_forward', 2);
    const network = await stage.ensure(first);
    expect(await network.reconcile()).toEqual({ lines: [] });
    expect(forwarding()).toBe('2');
    await network.remove();
    expect(forwarding()).toBe('2');
  });

  it('that was on is neither recorded nor touched', async () => {
    stage.host.setSysctl('net.ipv4.ip_forward', 1);
    const network = await stage.ensure(first);
    expect(labelOf('br0')).not.toContain('forward=');
    expect(await network.remove()).toMatchObject({ forwarding: 'untouched' });
    expect(forwarding()).toBe('1');
  });

  it('is recorded once, by the network that switched it on', async () => {
    await stage.ensure(first);
    await stage.ensure(second);
    expect(labelOf('br0')).toMatch(/ forward=0$/);
    expect(labelOf('br1')).not.toContain('forward=');
  });

  it('is handed on when the network that recorded it goes first', async () => {
    const before = everything(stage.host);
    const [one, other] = [await stage.ensure(first), await stage.ensure(second)];
    expect(await one.remove()).toMatchObject({ forwarding: 'kept', reason: 'network br1 may rely on it' });
    expect(labelOf('br1')).toMatch(/ forward=0$/);
    expect(forwarding()).toBe('1');
    expect(await other.remove()).toMatchObject({ forwarding: 'restored' });
    expect(everything(stage.host)).toEqual(before);
  });

  it('stays on when the network that did not record it goes first', async () => {
    const [one, other] = [await stage.ensure(first), await stage.ensure(second)];
    expect(await other.remove()).toMatchObject({ forwarding: 'untouched' });
    expect(forwarding()).toBe('1');
    expect(await one.remove()).toMatchObject({ forwarding: 'restored' });
    expect(forwarding()).toBe('0');
  });

  it('is kept when a bridge of somebody else may rely on it', async () => {
    stage.host.run('ip', 'link', 'add', 'docker9', 'type', 'bridge');
    const network = await stage.ensure(first);
    expect(await network.remove()).toMatchObject({
      forwarding: 'kept',
      reason: expect.stringContaining('docker9'),
    });
    expect(forwarding()).toBe('1');
  });

  it.each([
    ['a masquerade', ['-t', 'nat', '-A', 'POSTROUTING', '-s', '10.0.0.0/8', '-j', 'MASQUERADE']],
    ['a FORWARD rule', ['-A', 'FORWARD', '-s', '10.0.0.0/8', '-j', 'ACCEPT']],
    [
      'a DNAT',
      [
        '-t',
        'nat',
        '-A',
        'PREROUTING',
        '-p',
        'tcp',
        '--dport',
        '80',
        '-j',
        'DNAT',
        '--to-destination',
        '10.0.0.2',
      ],
    ],
  ])('is kept when %s of somebody else may rely on it, and that rule stays', async (_what, rule) => {
    stage.host.run('iptables', ...rule);
    const before = stage.host.iptables().filter((line) => line.startsWith('-A'));
    const network = await stage.ensure(first);
    expect(await network.remove()).toMatchObject({
      forwarding: 'kept',
      reason: expect.stringContaining('rule'),
    });
    expect(forwarding()).toBe('1');
    expect(stage.host.iptables().filter((line) => line.startsWith('-A'))).toEqual(before);
  });

  it('is put back though somebody has rules that need none', async () => {
    stage.host.run('iptables', '-A', 'INPUT', '-p', 'icmp', '-j', 'ACCEPT');
    const network = await stage.ensure(first);
    expect(await network.remove()).toMatchObject({ forwarding: 'restored' });
    expect(stage.host.iptables()).toContain('-A INPUT -p icmp -j ACCEPT');
  });

  it('that somebody switched off meanwhile is left off', async () => {
    const network = await stage.ensure(first);
    stage.host.setSysctl('net.ipv4.ip_forward', 0);
    expect(await network.remove()).toMatchObject({ forwarding: 'untouched' });
    expect(forwarding()).toBe('0');
  });

  it('is recorded by a network that finds it off again', async () => {
    stage.host.setSysctl('net.ipv4.ip_forward', 1);
    await stage.ensure(first);
    stage.host.setSysctl('net.ipv4.ip_forward', 0);
    const again = await stage.ensure(first);
    expect(forwarding()).toBe('1');
    expect(labelOf('br0')).toMatch(/ forward=0$/);
    expect(await again.remove()).toMatchObject({ forwarding: 'restored' });
    expect(forwarding()).toBe('0');
  });
});
