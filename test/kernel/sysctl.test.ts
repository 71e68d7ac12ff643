// Settings below /proc/sys/net, each namespace's own, read back with cat.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { createHost, type Host } from '../support/host.js';
import { rejection, thrown } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

describe('a sysctl', () => {
  it('is read and written in its namespace and nowhere else', async () => {
    const other = createHost('other');
    const machine = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8');
    expect(await ns.sysctl.get('net.ipv4.ip_forward')).toBe('0');
    await ns.sysctl.set('net.ipv4.ip_forward', 1);
    expect(host.sysctl('net.ipv4.ip_forward')).toBe('1');
    expect(ns.sysctl.getSync('net.ipv4.ip_forward')).toBe('1');
    ns.sysctl.setSync('net/ipv4/ip_forward', '0');
    expect(host.sysctl('net.ipv4.ip_forward')).toBe('0');
    expect(other.sysctl('net.ipv4.ip_forward')).toBe('0');
    expect(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8')).toBe(machine);
  });

  it('of a link whose name has a dot is named with slashes', async () => {
    host.run('ip', 'link', 'add', 'br0.7', 'type', 'bridge');
    await ns.sysctl.set('net/ipv4/conf/br0.7/rp_filter', 2);
    expect(host.run('cat', '/proc/sys/net/ipv4/conf/br0.7/rp_filter').trim()).toBe('2');
    await ns.sysctl.set('net.ipv4.conf.br0/7.rp_filter', 1);
    expect(host.run('cat', '/proc/sys/net/ipv4/conf/br0.7/rp_filter').trim()).toBe('1');
  });

  it('takes lists and empties them', async () => {
    await ns.sysctl.set('net.ipv4.ip_local_port_range', '10000 20000');
    expect(host.sysctl('net.ipv4.ip_local_port_range').split(/\s+/)).toEqual(['10000', '20000']);
    await ns.sysctl.set('net.ipv4.ip_local_reserved_ports', '8080,9000-9010');
    await ns.sysctl.set('net.ipv4.ip_local_reserved_ports', '');
    expect(host.sysctl('net.ipv4.ip_local_reserved_ports')).toBe('');
  });

  it('that is not there, or does not take the value, says so', async () => {
    expect(await rejection(ns.sysctl.get('net.ipv4.no_such_thing'))).toMatchObject({
      name: 'NetlinkError',
      code: 'ENOENT',
      operation: 'sysctl.get',
      target: 'net.ipv4.no_such_thing',
    });
    const refused = { code: 'EINVAL', operation: 'sysctl.set', target: 'net.ipv4.ip_forward' };
    for (const value of ['yes', '', '1 2', Number.NaN])
      expect(await rejection(ns.sysctl.set('net.ipv4.ip_forward', value)), String(value)).toMatchObject(
        refused,
      );
    expect(thrown(() => ns.sysctl.setSync('net.ipv4.ip_forward', 'yes'))).toMatchObject(refused);
  });

  it.each([
    [''],
    ['kernel.hostname'],
    ['net'],
    ['net.'],
    ['net..ipv4'],
    ['net/../kernel/hostname'],
    ['/proc/sys/net/ipv4/ip_forward'],
    ['net.ipv4.ip_forward\0'],
    ['net.ipv4.ip forward'],
    [5],
    [undefined],
  ])('%j is no name, and nothing is opened', async (name) => {
    expect(await rejection(ns.sysctl.get(name as string))).toMatchObject({
      name: 'TypeError',
      message: expect.stringContaining('sysctl'),
    });
    expect(thrown(() => ns.sysctl.setSync(name as string, 1))).toMatchObject({ name: 'TypeError' });
  });

  it.each([['1\n0'], ['1\0'], [true], [undefined], [{}]])('%j is no value', async (value) => {
    expect(await rejection(ns.sysctl.set('net.ipv4.ip_forward', value as string))).toMatchObject({
      name: expect.stringMatching(/^(TypeError|RangeError)$/),
      message: expect.stringContaining('sysctl: net.ipv4.ip_forward'),
    });
    expect(host.sysctl('net.ipv4.ip_forward')).toBe('0');
  });
});
