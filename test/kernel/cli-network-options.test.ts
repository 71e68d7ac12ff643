// The options of `up` and `attach`, as a user writes them: each has its effect, and --dry-run shows it and does nothing.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Stage } from '../support/cli-stage.js';
import { Host } from '../support/host.js';
import { everything } from './surroundings.js';

describe('the options of up and attach', () => {
  let stage: Stage;
  let c1: string;
  let c2: string;

  beforeEach(() => {
    stage = new Stage();
    c1 = stage.container('container1');
    c2 = stage.container('container2');
  });

  afterEach(() => stage.clear());

  const dual = ['--subnet', '172.16.0.0/24', '--subnet', 'fd00:1::/64', '--nat', 'none'];
  const network = [
    ...[...dual, '--gateway', '172.16.0.254', '--mac', '02:00:00:00:00:99', '--mtu', '1400'],
    ...[
      '--exclude',
      '172.16.0.1-172.16.0.9',
      '--range',
      '172.16.0.0/25',
      '--route',
      '10.9.0.0/16',
      '--isolated',
    ],
  ];
  const endpoint = [
    ...['--address', '172.16.0.77', '--interface', 'net1', '--mac', '02:00:00:00:00:4d', '--mtu', '1300'],
    ...[
      '--route',
      '10.8.0.0/16,172.16.0.9',
      '--no-isolated',
      '--hairpin',
      '--sysctl',
      'net.ipv4.conf.net1.rp_filter=2',
    ],
  ];

  async function succeeds(verb: string, ...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await stage.netplumb(verb, ...args);
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout;
  }

  it('are brought about', async () => {
    await succeeds('up', 'br0', ...network, c1);
    const { containers } = JSON.parse(await succeeds('attach', 'br0', c2, ...endpoint, '--json')) as {
      containers?: unknown;
    };
    expect(containers).toBeUndefined();
    expect(stage.host.ip('link', 'show', 'br0')).toMatchObject([{ mtu: 1400, address: '02:00:00:00:00:99' }]);
    const [first, second] = [new Host(c1), new Host(c2)];
    expect(first.link('eth0')?.mtu).toBe(1400);
    expect(first.addressesOf('eth0')).toContain('172.16.0.10/24');
    expect(first.routes()).toContainEqual(
      expect.objectContaining({ dst: '10.9.0.0/16', gateway: '172.16.0.254' }),
    );
    expect(second.link('net1')).toMatchObject({ mtu: 1300, address: '02:00:00:00:00:4d' });
    expect(second.addressesOf('net1')).toEqual(expect.arrayContaining(['172.16.0.77/24', 'fd00:1::4d/64']));
    expect(second.routes()).toContainEqual(
      expect.objectContaining({ dst: '10.8.0.0/16', gateway: '172.16.0.9' }),
    );
    expect(second.sysctl('net.ipv4.conf.net1.rp_filter')).toBe('2');
    const ports = stage.host.ip<{ linkinfo: { info_slave_data: Record<string, unknown> } }>(
      'link',
      'show',
      'master',
      'br0',
    );
    const flags = ports.map(({ linkinfo: { info_slave_data: data } }) => [data.isolated, data.hairpin]);
    expect(flags.sort()).toEqual([
      [false, true],
      [true, false],
    ]);
    expect(await succeeds('up', 'br0', ...network, c1)).toContain('unchanged');
  });

  it('are shown by a dry run, which does nothing', async () => {
    const before = everything(stage.host);
    const lines = (await succeeds('up', 'br0', ...network, c1, '--dry-run')).split('\n');
    expect(everything(stage.host)).toEqual(before);
    for (const part of [
      'ip link add br0 address 02:00:00:00:00:99 type bridge',
      'ip address add fd00:1::1/64 dev br0 nodad',
      'mtu 1400',
      `ip -n ${c1} address add 172.16.0.10/24 dev eth0`,
      `ip -n ${c1} address add fd00:1::a/64 dev eth0 nodad`,
      `ip -n ${c1} route add 10.9.0.0/16 via 172.16.0.254 dev eth0`,
      `ip -n ${c1} -6 route add default via fd00:1::1 dev eth0`,
      'isolated on',
    ])
      expect(lines.some((line) => line.includes(part)) ? part : lines).toBe(part);
  });

  it.each([
    ['a route that is none', ['--route', 'x'], /routes\[0\]/],
    ['a route of three', ['--route', '10.0.0.0/8,172.16.0.9,x'], /CIDR,GATEWAY/],
    ['a setting without value', ['--sysctl', 'net.ipv4.ip_forward'], /NAME=VALUE/],
    ['an mtu of 10', ['--mtu', '10'], /mtu/],
  ])('are refused: %s', async (_what, flags, message) => {
    await succeeds('up', 'br0', ...dual);
    const before = everything(stage.host);
    const { exitCode, stderr } = await stage.netplumb('attach', 'br0', c1, ...flags);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(everything(stage.host)).toEqual(before);
  });
});
