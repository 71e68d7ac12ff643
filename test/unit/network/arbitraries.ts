// Random values that the formats must carry: names, addresses, labels. Also shows what counts as hostile text.

import fc from 'fast-check';
import type { BridgeLabel, HostLinkLabel, PooledLabel } from '../../../src/network/formats/label.js';
import { type NetworkSettings, settingFields } from '../../../src/network/formats/network-settings.js';

const first = 'abcXYZ019_';
const word = (maxLength: number) =>
  fc
    .tuple(
      fc.constantFrom(...first),
      fc.string({ unit: fc.constantFrom(...first, '.', '-'), maxLength: maxLength - 1 }),
    )
    .map(([head, tail]) => head + tail);

export const linkName = word(15).filter((name) => name !== 'all' && name !== 'default' && name !== 'lo');
export const containerName = word(100);
export const ipv4 = fc
  .integer({ min: 0, max: 0xffffffff })
  .map((n) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.'));
/** Canonical IPv6 without zero groups, so that no rule of shortening applies; `c:…` on purpose. */
export const ipv6 = fc
  .tuple(
    fc.constantFrom('c', 'fd00', '1', 'abcd'),
    fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 7, maxLength: 7 }),
  )
  .map(([head, groups]) => [head, ...groups.map((group) => group.toString(16))].join(':'));
export const address = fc.oneof(ipv4, ipv6);
export const cidr = fc.oneof(
  fc.tuple(ipv4, fc.integer({ min: 0, max: 32 })).map(([ip, prefix]) => `${ip}/${prefix}`),
  fc.tuple(ipv6, fc.integer({ min: 0, max: 128 })).map(([ip, prefix]) => `${ip}/${prefix}`),
);
export const mac = fc
  .uint8Array({ minLength: 5, maxLength: 5 })
  .map((bytes) => ['02', ...[...bytes].map((byte) => byte.toString(16).padStart(2, '0'))].join(':'));
/** Text that would break a line, a word, a list, a rule or a path if it were written as it is. */
export const hostile = fc.oneof(
  fc.string({
    unit: fc.constantFrom(' ', '\n', '\r', '\t', '=', '%', ',', '"', '\\', 'ä', '\u{1f600}', 'x', '2', '0'),
    minLength: 1,
    maxLength: 12,
  }),
  fc.constantFrom('a netns=created', 'x\n-A FORWARD -j ACCEPT', '%20', '%zz', '100%', 'é\u0301'),
);

const extra = fc.option(
  fc.uniqueArray(
    fc.tuple(fc.constantFrom('zone', 'pool', 'x-1', 'a.b'), fc.constantFrom('', '1', 'a%2Cb,c', 'k=v', '%')),
    {
      minLength: 1,
      maxLength: 2,
      selector: ([key]) => key,
    },
  ),
  { nil: undefined },
);

function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** Never the defaults: those have no key, and are read as absent. */
const networkSettings: fc.Arbitrary<NetworkSettings> = fc
  .record({
    mtu: fc.option(fc.integer({ min: 68, max: 65_535 }), { nil: undefined }),
    exclude: fc.constantFrom([], [{ first: '172.16.0.9', last: '172.16.0.9' }]),
    ranges: fc.constantFrom([], [{ first: 'fd00::1:0', last: 'fd00::2:0' }]),
    routes: fc.constantFrom(
      [],
      [{ destination: '10.0.0.0/8' }, { destination: 'fd01::/64', gateway: 'fd00::9' }],
    ),
    isolated: fc.boolean(),
    hairpin: fc.boolean(),
  })
  .map((fields) => without(fields) as unknown as NetworkSettings)
  .filter((settings) => settingFields(settings).length > 0);

export const bridgeLabel: fc.Arbitrary<BridgeLabel> = fc
  .record({
    network: linkName,
    ranges: fc.array(fc.tuple(cidr, address), { minLength: 1, maxLength: 2 }),
    nat: fc.constantFrom('iptables', 'nftables', 'none'),
    settings: fc.option(networkSettings, { nil: undefined }),
    forward: fc.option(fc.constantFrom('0', '1', '2'), { nil: undefined }),
    forward6: fc.option(fc.constantFrom('0', '2'), { nil: undefined }),
    acceptRa: fc.option(fc.constantFrom(['eth0'], ['eth0.1', 'wlan,0']), { nil: undefined }),
    extra,
  })
  .map(({ ranges, ...rest }) => {
    const [subnets, gateways] = [ranges.map(([range]) => range), ranges.map(([, gateway]) => gateway)];
    return without({ kind: 'bridge', ...rest, subnets, gateways }) as BridgeLabel;
  });

export const hostLinkLabel: fc.Arbitrary<HostLinkLabel> = fc
  .record({
    network: linkName,
    container: word(40),
    addresses: fc.array(cidr, { minLength: 1, maxLength: 2 }),
    mac,
    interfaceName: linkName,
    namespace: fc.constantFrom('created' as const, 'brought' as const),
    namespaceName: fc.option(hostile, { nil: undefined }),
    extra,
  })
  .map((fields) => without({ kind: 'hostLink', ...fields }) as HostLinkLabel);

export const pooledLabel: fc.Arbitrary<PooledLabel> = fc
  .record({
    network: linkName,
    pool: fc.string({ unit: fc.constantFrom(...'abcxyz234567'), minLength: 12, maxLength: 12 }),
    addresses: fc.array(cidr, { maxLength: 2 }),
    mac: fc.option(mac, { nil: undefined }),
    interfaceName: linkName,
    extra: fc.option(fc.constant([['zone', 'a%2Cb']] as const), { nil: undefined }),
  })
  .map((fields) => without({ kind: 'pooled', ...fields }) as PooledLabel);
