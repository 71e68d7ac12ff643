import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainSettings as plainRules } from '../../../src/nat/intent.js';
import {
  type BridgeLabel,
  encodeLabel,
  type HostLinkLabel,
  type Label,
} from '../../../src/network/formats/label.js';
import { parseLabel } from '../../../src/network/formats/label-reader.js';
import { checkRoom } from '../../../src/network/formats/label-room.js';
import { plainSettings } from '../../../src/network/formats/network-settings.js';
import { bridgeLabel, hostile, hostLinkLabel, pooledLabel } from './arbitraries.js';

const bridge: BridgeLabel = {
  kind: 'bridge',
  network: 'br0',
  subnets: ['172.16.0.0/24'],
  gateways: ['172.16.0.1'],
  nat: 'iptables',
  forward: '0',
};
const hostLink: HostLinkLabel = {
  kind: 'hostLink',
  network: 'br0',
  container: 'container1',
  addresses: ['172.16.0.2/24'],
  mac: '02:00:00:00:00:01',
  interfaceName: 'eth0',
  namespace: 'created',
};
const bridgeText = 'netplumb/1 network=br0 subnets=172.16.0.0/24 gateway=172.16.0.1 nat=iptables forward=0';
const hostLinkText =
  'netplumb/1 network=br0 container=container1 addresses=172.16.0.2/24 mac=02:00:00:00:00:01 if=eth0 netns=created';

/** The label's text, or undefined where it refuses because it would not fit. */
function encoded(label: Label): string | undefined {
  try {
    return encodeLabel(label);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    expect((error as RangeError).message).toMatch(/^label: \d+ bytes, at most 255/);
    return undefined;
  }
}

describe('the text of a label', () => {
  it('is as documented for a bridge', () => {
    expect(encodeLabel(bridge)).toBe(bridgeText);
    expect(parseLabel(bridgeText)).toEqual(bridge);
  });

  it('is as documented for a host link', () => {
    expect(encodeLabel(hostLink)).toBe(hostLinkText);
    expect(parseLabel(hostLinkText)).toEqual(hostLink);
  });

  it('carries both families', () => {
    const dual = { ...bridge, subnets: ['172.16.0.0/24', 'fd00::/64'], gateways: ['172.16.0.1', 'fd00::1'] };
    expect(encodeLabel(dual)).toContain('subnets=172.16.0.0/24,fd00::/64 gateway=172.16.0.1,fd00::1 ');
    expect(parseLabel(encodeLabel(dual))).toEqual(dual);
  });

  it('leaves forward out where nothing was recorded', () => {
    const { forward: _, ...rest } = bridge;
    expect(encodeLabel(rest)).not.toContain('forward');
    expect(parseLabel(encodeLabel(rest))).toEqual(rest);
  });

  it.each([
    ['a b', 'nsname=a%20b'],
    ['a%b', 'nsname=a%25b'],
    ['a=b', 'nsname=a%3Db'],
    ['a\nb', 'nsname=a%0Ab'],
    ['ä', 'nsname=%C3%A4'],
    ['a,b:c', 'nsname=a,b:c'],
  ])('encodes %j as %s', (namespaceName, text) => {
    expect(encodeLabel({ ...hostLink, namespaceName })).toBe(`${hostLinkText} ${text}`);
    expect(parseLabel(`${hostLinkText} ${text}`)).toEqual({ ...hostLink, namespaceName });
  });

  it('is read back as it was written, whatever it holds', () => {
    let fitting = 0;
    const labels = fc.oneof(bridgeLabel, hostLinkLabel, pooledLabel);
    fc.assert(
      fc.property(labels, (label) => {
        const text = encoded(label);
        fitting += Number(text !== undefined);
        if (text !== undefined) expect(parseLabel(text)).toEqual(label);
      }),
      { numRuns: 1000 },
    );
    expect(fitting).toBeGreaterThan(200);
  });

  it('is one line of printable ASCII, within what the kernel keeps', () => {
    fc.assert(
      fc.property(fc.oneof(bridgeLabel, hostLinkLabel, pooledLabel), (label) => {
        expect(encoded(label) ?? 'too long').toMatch(/^[ -~]{1,255}$/);
      }),
      { numRuns: 500 },
    );
  });

  it('cannot be given another field by a value', () => {
    fc.assert(
      fc.property(hostile, (namespaceName) => {
        const text = encodeLabel({ ...hostLink, namespaceName });
        expect(text.split(' ')).toHaveLength(hostLinkText.split(' ').length + 1);
        expect(parseLabel(text)).toEqual({ ...hostLink, namespaceName });
      }),
    );
  });

  it('takes 255 bytes and refuses 256, rather than let the kernel cut it', () => {
    const room = 255 - hostLinkText.length - ' nsname='.length;
    expect(encodeLabel({ ...hostLink, namespaceName: 'x'.repeat(room) })).toHaveLength(255);
    expect(() => encodeLabel({ ...hostLink, namespaceName: 'x'.repeat(room + 1) })).toThrow(
      /label: 256 bytes, at most 255/,
    );
  });

  const skipping = (count: number): BridgeLabel => {
    const address = (i: number) => `172.16.0.${10 + 2 * i}`;
    const exclude = Array.from({ length: count }, (_, i) => ({ first: address(i), last: address(i) }));
    return { ...bridge, settings: { ...plainSettings, exclude } };
  };

  it('writes what is not chosen in full where there is room, and else by distances', () => {
    const few = skipping(9);
    expect(encodeLabel(few)).toContain('skip=172.16.0.10,172.16.0.12,172.16.0.14,');
    const many = skipping(26);
    expect(encodeLabel(many)).toContain(`skip=172.16.0.10${',~2'.repeat(25)} `);
    for (const label of [few, many]) expect(parseLabel(encodeLabel(label))).toEqual(label);
  });

  it('that is too long is refused by the option that fills it', () => {
    expect(() => checkRoom(skipping(26), 'ensure')).not.toThrow();
    expect(() => checkRoom(skipping(100), 'ensure')).toThrow(
      /^ensure: exclude: takes \d+ bytes of the network's label, which has 255; all of it would take \d+$/,
    );
    const routes = Array.from({ length: 20 }, (_, i) => ({ destination: `10.${i}.0.0/16` }));
    const routed = { ...bridge, settings: { ...plainSettings, routes } };
    expect(() => checkRoom(routed, 'ensure')).toThrow(/^ensure: routes: /);
    const rules = { ...plainRules, exclude: routes.map(({ destination }) => destination) };
    expect(() => checkRoom({ ...bridge, rules }, 'ensure')).toThrow(/^ensure: rules: exclude: /);
  });

  it('holds the longest container name with one IPv4 address', () => {
    const longest = {
      ...hostLink,
      network: 'n'.repeat(15),
      container: 'c'.repeat(100),
      interfaceName: 'i'.repeat(15),
    };
    const label = { ...longest, addresses: ['172.168.100.100/24'], namespace: 'brought' as const };
    expect(parseLabel(encodeLabel(label))).toEqual(label);
  });

  it('refuses text that is no Unicode', () => {
    expect(() => encodeLabel({ ...hostLink, namespaceName: '\ud800' })).toThrow(/not well-formed/);
  });
});

describe('reading an alias that we did not write', () => {
  it.each([
    '',
    'web server',
    'netplumb',
    'netplumb/',
    'netplumb/x',
    'netplumb/1x a=b',
    ' netplumb/1 network=br0',
    'NETPLUMB/1 a=b',
  ])('takes %j for somebody else’s', (alias) => {
    expect(parseLabel(alias)).toBeUndefined();
  });

  it('takes no alias for none', () => {
    expect(parseLabel(undefined)).toBeUndefined();
  });

  it('never throws, and never calls garbage ours', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 255 }), (alias) => {
        fc.pre(!alias.startsWith('netplumb/'));
        expect(parseLabel(alias)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (rest) => {
        expect(parseLabel(`netplumb/1 ${rest}`)?.kind).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['netplumb/2 anything at all', '2'],
    ['netplumb/2', '2'],
    ['netplumb/10 network=br0', '10'],
    ['netplumb/0 network=br0', '0'],
  ])('recognises another version: %s', (alias, version) => {
    expect(parseLabel(alias)).toEqual({ kind: 'newer', version });
  });

  it.each([
    ['netplumb/1', 'no network'],
    ['netplumb/1 network=br0 pool=../x if=eth0', 'pool='],
    ['netplumb/1 network=br0 pool=abcdefghijkl', 'no if'],
    ['netplumb/1 ', 'not key=value'],
    ['netplumb/1 network', 'not key=value'],
    ['netplumb/1  network=br0', 'not key=value'],
    ['netplumb/1 network=br0 ', 'not key=value'],
    ['netplumb/1 =br0', 'not key=value'],
    ['netplumb/1 network=br0\n', 'not key=value'],
    ['netplumb/1 network=ä', 'not key=value'],
    ['netplumb/1 network=br0 network=br1', 'network stands twice'],
    ['netplumb/1 network=a%20b', 'network=a%20b'],
    ['netplumb/1 network=%zz', 'network=%zz'],
    [bridgeText.replace('172.16.0.0/24', '172.16.0.0'), 'subnets='],
    [bridgeText.replace('172.16.0.0/24', '172.16.00.0/24'), 'subnets='],
    [bridgeText.replace('172.16.0.0/24', ''), 'subnets='],
    [bridgeText.replace('172.16.0.0/24', '172.16.0.0/24,'), 'subnets='],
    [bridgeText.replace('gateway=172.16.0.1', 'gateway=172.16.0.1,172.16.0.2'), '1 subnets, 2 gateways'],
    [bridgeText.replace('nat=iptables', 'nat=A%20B'), 'nat='],
    [bridgeText.replace('forward=0', 'forward=x'), 'forward='],
    [bridgeText.replace(' nat=iptables', ''), 'no nat'],
    [hostLinkText.replace('container1', '..'), 'container='],
    [hostLinkText.replace('container1', '-j'), 'container='],
    [hostLinkText.replace('mac=02', 'mac=01'), 'mac='],
    [hostLinkText.replace('if=eth0', 'if=a%2Fb'), 'if='],
    [hostLinkText.replace('netns=created', 'netns=found'), 'netns='],
    [`${hostLinkText} nsname=..%2Fx`, 'nsname='],
    [`${hostLinkText} nsname=..`, 'nsname='],
  ])('calls %j damaged', (alias, reason) => {
    expect(parseLabel(alias)).toEqual({ kind: 'damaged', reason: expect.stringContaining(reason) });
  });

  it('sees that a label has a role it does not know', () => {
    expect(parseLabel('netplumb/1 network=br0 zone=1')).toEqual({ kind: 'other', network: 'br0' });
  });

  it('keeps unknown keys on a rewrite, byte for byte', () => {
    const text = `${bridgeText} forward9=1 zones=a%2Cb,c accept_ra=`;
    const read = parseLabel(text) as BridgeLabel;
    expect(read.extra).toEqual([
      ['forward9', '1'],
      ['zones', 'a%2Cb,c'],
      ['accept_ra', ''],
    ]);
    expect(encodeLabel(read)).toBe(text);
    expect(encodeLabel({ ...read, forward: '1' })).toBe(text.replace('forward=0', 'forward=1'));
  });

  it('does not write unknown keys that would not be one word', () => {
    expect(() => encodeLabel({ ...bridge, extra: [['a b', '1']] })).toThrow(/cannot hold/);
    expect(() => encodeLabel({ ...bridge, extra: [['a', '1 network=br1']] })).toThrow(/cannot hold/);
  });
});
