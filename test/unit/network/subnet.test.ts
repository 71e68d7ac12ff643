import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlaps, parseAddress, parseCidr } from '../../../src/network/formats/address.js';
import {
  addressAt,
  checkHostAddress,
  contains,
  defaultGateway,
  offsetOf,
  parseSubnet,
} from '../../../src/network/formats/subnet.js';

const subnet = fc
  .tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 8, max: 30 }))
  .map(([number, prefix]) => {
    const start = number - (number % 2 ** (32 - prefix));
    return `${[24, 16, 8, 0].map((shift) => (start >>> shift) & 255).join('.')}/${prefix}`;
  })
  .filter((text) => !['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3'].some((special) => touches(text, special)));

function touches(a: string, b: string): boolean {
  const [first, second] = [parseCidr(a), parseCidr(b)];
  return first !== undefined && second !== undefined && overlaps(first, second);
}

describe('a subnet', () => {
  it('is read with its size, and its first address is the gateway', () => {
    const read = parseSubnet('172.16.0.0/24');
    expect(read).toEqual({ family: 4, address: '172.16.0.0', prefix: 24, cidr: '172.16.0.0/24', size: 256 });
    expect(defaultGateway(read)).toBe('172.16.0.1');
  });

  it.each(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.4/30', '100.64.0.0/10', '169.254.0.0/16'])(
    'may be %s',
    (text) => {
      expect(parseSubnet(text).cidr).toBe(text);
    },
  );

  it.each([
    ['172.16.0.1/24', /did you mean 172\.16\.0\.0\/24\?/],
    ['192.168.0.255/30', /did you mean 192\.168\.0\.252\/30\?/],
    ['172.16.0.0', /is not a CIDR range/],
    ['', /is not a CIDR range/],
    ['172.16.0.0/24 ', /is not a CIDR range/],
    ['172.16.0/24', /is not a CIDR range/],
    ['172.016.0.0/24', /is not a CIDR range/],
    ['172.16.0.0/024', /is not a CIDR range/],
    ['172.16.0.0/255.255.255.0', /is not a CIDR range/],
    ['172.16.0.0/33', /is not a CIDR range/],
    ['172.16.0.0/31', /prefix outside \/8 to \/30/],
    ['172.16.0.0/32', /prefix outside/],
    ['0.0.0.0/0', /prefix outside/],
    ['172.0.0.0/7', /prefix outside/],
    ['fd00::1/64', /did you mean fd00::\/64\?/],
    ['127.0.0.0/8', /loopback/],
    ['127.1.0.0/16', /loopback/],
    ['0.0.0.0/8', /this network/],
    ['224.0.0.0/24', /multicast/],
    ['255.255.255.0/24', /reserved/],
    ['172.16.0.0/24\n-A FORWARD -j ACCEPT', /is not a CIDR range/],
  ])('may not be %j', (text, why) => {
    expect(() => parseSubnet(text, 'subnets[0]')).toThrow(RangeError);
    expect(() => parseSubnet(text, 'subnets[0]')).toThrow(why);
    expect(() => parseSubnet(text, 'subnets[0]')).toThrow(/^subnets\[0\]: "/);
  });

  it('may be IPv6, of which the first 2^53 addresses are counted', () => {
    const read = parseSubnet('fd00:1::/64');
    expect(read).toMatchObject({
      family: 6,
      address: 'fd00:1::',
      prefix: 64,
      cidr: 'fd00:1::/64',
      size: 2 ** 53,
    });
    expect(defaultGateway(read)).toBe('fd00:1::1');
    expect(parseSubnet('fd00::/120').size).toBe(256);
  });

  it.each([
    ['fd00::/127', /prefix outside \/16 to \/126/],
    ['::/64', /loopback/],
    ['fe80::/64', /link-local/],
    ['ff02::/16', /multicast/],
    ['FD00:0::1/64', /did you mean fd00::\/64\?/],
  ])('of IPv6 may not be %j', (text, why) => {
    expect(() => parseSubnet(text)).toThrow(why);
  });

  it.each([
    'fd00:1::/64',
    'fd00::/16',
    'fd00:0:0:5::/64',
    '2001:db8:1:2:3:4:5:0/112',
    'fd00:1:2:3:4:5:6:40/122',
  ])('%s counts its addresses, in canonical text', (cidr) => {
    const read = parseSubnet(cidr);
    for (const offset of [0, 1, 9, 10, 0x1f, 0xfff, 0xffff, 0x1_0000, 2 ** 40].filter((o) => o < read.size)) {
      const address = addressAt(read, offset);
      expect(parseAddress(address)?.address).toBe(address);
      expect(offsetOf(read, address)).toBe(offset);
      expect(contains(read, address)).toBe(true);
    }
  });

  it('of IPv6 holds addresses too far in to be counted, and none beside it', () => {
    const read = parseSubnet('fd00:1::/64');
    expect([
      contains(read, 'fd00:1::ffff:ffff:ffff:ffff'),
      offsetOf(read, 'fd00:1::ffff:ffff:ffff:ffff'),
    ]).toEqual([true, undefined]);
    for (const address of ['fd00:2::1', 'fd00:0:ffff:ffff:ffff:ffff:ffff:ffff', 'fd00:1:0:1::', '0.0.0.1'])
      expect(contains(read, address)).toBe(false);
  });

  it.each([undefined, null, 24, {}, ['172.16.0.0/24']])('must be a string, not %s', (value) => {
    expect(() => parseSubnet(value)).toThrow(TypeError);
  });

  it('counts its addresses from the network address', () => {
    fc.assert(
      fc.property(subnet, fc.nat(), (text, number) => {
        const read = parseSubnet(text);
        const offset = number % read.size;
        const address = addressAt(read, offset);
        expect(offsetOf(read, address)).toBe(offset);
        expect(contains(read, address)).toBe(true);
        expect(addressAt(read, 0)).toBe(read.address);
      }),
    );
  });

  it('does not hold the addresses beside it', () => {
    const read = parseSubnet('172.16.1.0/24');
    for (const address of ['172.16.0.255', '172.16.2.0', '0.0.0.0', '255.255.255.255', 'fd00::1', 'x', '']) {
      expect(contains(read, address)).toBe(false);
    }
    expect([contains(read, '172.16.1.0'), contains(read, '172.16.1.255')]).toEqual([true, true]);
  });
});

describe('an address of a host in the subnet', () => {
  const read = parseSubnet('172.16.0.0/24');

  it.each(['172.16.0.1', '172.16.0.254'])('may be %s', (address) => {
    expect(checkHostAddress(read, address)).toBe(address);
  });

  it.each([
    ['172.16.0.0', /is the network address of 172\.16\.0\.0\/24/],
    ['172.16.0.255', /is the broadcast address of/],
    ['172.16.1.1', /is outside 172\.16\.0\.0\/24/],
    ['fd00::1', /is outside/],
    ['172.16.0.2/24', /has a prefix/],
    ['172.16.0.02', /is not an IP address/],
    ['', /is not an IP address/],
    ['container1', /is not an IP address/],
  ])('may not be %j', (address, why) => {
    expect(() => checkHostAddress(read, address, 'attach: address')).toThrow(RangeError);
    expect(() => checkHostAddress(read, address, 'attach: address')).toThrow(why);
    expect(() => checkHostAddress(read, address, 'attach: address')).toThrow(/^attach: address: /);
  });

  it('of IPv6 may be the last, but not the first', () => {
    const wide = parseSubnet('fd00::/120');
    expect(checkHostAddress(wide, 'FD00::FF')).toBe('fd00::ff');
    expect(() => checkHostAddress(wide, 'fd00::')).toThrow(/subnet-router anycast/);
  });

  it('may be in any of several', () => {
    const both = [read, parseSubnet('fd00::/64')];
    expect(checkHostAddress(both, 'fd00::5')).toBe('fd00::5');
    expect(() => checkHostAddress(both, 'fd01::5')).toThrow(/is outside 172\.16\.0\.0\/24 and fd00::\/64/);
  });

  it('must be a string', () => {
    expect(() => checkHostAddress(read, 2)).toThrow(TypeError);
  });
});
