// Forwarding: switched on for a network with NAT, put back when the last one goes, left on where somebody else may need it.
import { describe, expect, it } from 'vitest';
import { networkStage } from './network-stage.js';
import { everything } from './surroundings.js';

const stage = networkStage();

const forwarding = () => stage.host.sysctl('net.ipv4.ip_forward');
const labelOf = (name: string) => stage.host.link(name)?.ifalias;
const first = { name: 'br0', nat: 'iptables' } as const;
const second = { name: 'br1', subnets: ['172.17.0.0/24'], nat: 'iptables' } as const;

describe('forwarding', () => {
  it('is recorded before it is switched on, and put back', async () => {
    const before = everything(stage.host);
    const network = await stage.ensure(first);
    expect(labelOf('br0')).toMatch(/ forward=0$/);
    expect(forwarding()).toBe('1');
    expect(await network.remove()).toEqual({ forwarding: 'restored', namespaces: [] });
    expect(everything(stage.host)).toEqual(before);
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
