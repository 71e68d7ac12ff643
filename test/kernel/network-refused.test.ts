// Networks that cannot be: somebody else's bridge or range in the way, options that make no sense. What stands stays.
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/network/network.js';
import type { NetworkOptions } from '../../src/network/options.js';
import { networkStage } from './network-stage.js';
import { everything, rejection } from './surroundings.js';

const stage = networkStage();

describe('a link of the network’s name that is not ours', () => {
  const label = 'netplumb/1 network=br0 subnets=172.16.0.0/24 gateway=172.16.0.1 nat=none';
  it.each([
    ['a bridge', ['type', 'bridge'], '', /not made by netplumb/],
    ['a veth', ['type', 'veth'], '', /not made by netplumb/],
    ['a bridge with somebody’s alias', ['type', 'bridge'], 'uplink of floor 2', /not made by netplumb/],
    ['a bridge of a newer netplumb', ['type', 'bridge'], label.replace('/1', '/2'), /newer netplumb/],
    ['a bridge with a damaged label', ['type', 'bridge'], label.replace('gateway', 'gatewy'), /damaged/],
    ['a bridge with another network’s label', ['type', 'bridge'], label.replace('br0', 'br9'), /not made/],
    ['a veth with our label', ['type', 'veth'], label, /not made/],
  ])('is left as it is: %s', async (_what, type, alias, message) => {
    stage.host.run('ip', 'link', 'add', 'br0', ...type);
    if (alias !== '') stage.host.run('ip', 'link', 'set', 'br0', 'alias', alias);
    const before = everything(stage.host);
    const refused = { name: 'NetworkError', code: 'ENOTOURS', message: expect.stringMatching(message) };
    expect(await rejection(stage.ensure())).toMatchObject(refused);
    expect(await rejection(stage.open())).toMatchObject(refused);
    expect(await rejection(stage.ensure({ nat: 'iptables' }))).toMatchObject(refused);
    expect(await Network.list({ host: stage.ns })).toEqual([]);
    expect(everything(stage.host)).toEqual(before);
  });

  it('is left as it is when it took the place of a network that stood', async () => {
    const network = await stage.ensure();
    stage.host.run('ip', 'link', 'del', 'br0');
    stage.host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    const before = everything(stage.host);
    expect(await rejection(network.remove())).toMatchObject({ code: 'ENOTOURS' });
    expect(everything(stage.host)).toEqual(before);
  });
});

describe('a range that overlaps', () => {
  const cases: [string, string[][], RegExp][] = [
    ['an address of the host', [['address', 'add', '172.16.0.200/32', 'dev', 'lo']], /172\.16\.0\.200/],
    ['a network of the host', [['address', 'add', '172.16.3.1/16', 'dev', 'other']], /172\.16\.0\.0\/16/],
    [
      'a smaller range the host has a route to',
      [['route', 'add', '172.16.0.128/25', 'dev', 'other']],
      /172\.16\.0\.128\/25/,
    ],
    [
      'a larger range the host has a route to',
      [['route', 'add', '172.16.0.0/12', 'dev', 'other']],
      /172\.16\.0\.0\/12/,
    ],
  ];
  it.each(cases)('%s is refused', async (_what, commands, message) => {
    stage.host.run('ip', 'link', 'add', 'other', 'up', 'type', 'bridge');
    for (const command of commands) stage.host.run('ip', ...command);
    const before = everything(stage.host);
    expect(await rejection(stage.ensure())).toMatchObject({
      name: 'NetworkError',
      code: 'EOVERLAP',
      message: expect.stringMatching(message),
    });
    expect(everything(stage.host)).toEqual(before);
  });

  it.each(['172.16.0.0/24', '172.16.0.128/25', '172.16.0.0/16', '172.16.0.4/30'])(
    'another network’s with %s is refused',
    async (subnet) => {
      await stage.ensure();
      stage.host.run('ip', 'link', 'set', 'br0', 'down'); // then the kernel has no route to tell by
      const before = everything(stage.host);
      const other = stage.ensure({ name: 'br1', subnets: [subnet] });
      expect(await rejection(other)).toMatchObject({
        code: 'EOVERLAP',
        message: expect.stringContaining('network br0'),
      });
      expect(everything(stage.host)).toEqual(before);
    },
  );

  it('with nothing is taken: default routes, neighbours, other ranges', async () => {
    stage.host.run('ip', 'link', 'add', 'other', 'up', 'type', 'bridge');
    for (const address of ['172.15.255.1/24', '172.16.1.1/24'])
      stage.host.run('ip', 'address', 'add', address, 'dev', 'other');
    stage.host.run('ip', 'route', 'add', 'default', 'via', '172.16.1.2');
    expect((await stage.ensure()).created).toBe(true);
  });
});

describe('options that make no network', () => {
  const right = { name: 'br0', subnets: ['172.16.0.0/24'], nat: false };
  it.each<[string, unknown, RegExp]>([
    ['none', undefined, /Network\.ensure/],
    ['no name', { ...right, name: undefined }, /name/],
    ['a name of 16 bytes', { ...right, name: 'x'.repeat(16) }, /name/],
    ['a name with a slash', { ...right, name: '../x' }, /name/],
    ['a name that is a template', { ...right, name: 'br%d' }, /name/],
    ['a name iptables reads as a wildcard', { ...right, name: 'br+' }, /name/],
    ['a name that is a file of the kernel', { ...right, name: 'all' }, /name/],
    ['no subnets', { name: 'br0' }, /subnets/],
    ['an empty list', { ...right, subnets: [] }, /subnets/],
    ['subnets that overlap', { ...right, subnets: ['172.16.0.0/16', '172.16.1.0/24'] }, /subnets\[1\]/],
    ['a subnet that is text', { ...right, subnets: '172.16.0.0/24' }, /subnets/],
    ['host bits', { ...right, subnets: ['172.16.0.1/24'] }, /subnets/],
    ['a /31', { ...right, subnets: ['172.16.0.0/31'] }, /subnets/],
    ['a /7', { ...right, subnets: ['172.0.0.0/7'] }, /subnets/],
    ['loopback', { ...right, subnets: ['127.0.0.0/8'] }, /subnets/],
    ['multicast', { ...right, subnets: ['224.0.0.0/8'] }, /subnets/],
    ['IPv6 link-local', { ...right, subnets: ['fe80::/64'] }, /subnets/],
    ['a /127', { ...right, subnets: ['fd00::/127'] }, /subnets/],
    ['a gateway outside', { ...right, gateway: '172.16.1.1' }, /gateway/],
    ['two gateways in one subnet', { ...right, gateway: ['172.16.0.2', '172.16.0.3'] }, /gateway/],
    ['the broadcast address as gateway', { ...right, gateway: '172.16.0.255' }, /gateway/],
    ['a NAT nobody knows', { ...right, nat: 'ipchains' }, /nat/],
    ['NAT true', { ...right, nat: true }, /nat/],
    ['a host that is a name', { ...right, host: 'x' }, /host/],
    ['an unknown option', { ...right, subnet: '172.16.0.0/24' }, /subnet/],
    ['an inherited name', Object.assign(Object.create({ name: 'br0' }), { subnets: right.subnets }), /name/],
  ])('are refused before any system call: %s', async (_what, options, message) => {
    const before = everything(stage.host);
    const given =
      options && !('host' in (options as object)) ? Object.assign(options, { host: stage.ns }) : options;
    for (const act of [Network.ensure, Network.explainEnsure]) {
      const error = await rejection(act(given as NetworkOptions));
      expect(String(error)).toMatch(/^(TypeError|RangeError)/);
      expect((error as Error).message).toMatch(message);
    }
    expect(everything(stage.host)).toEqual(before);
  });
});
