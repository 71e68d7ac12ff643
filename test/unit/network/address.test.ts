import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkAddress,
  formatCidr,
  ipv4Number,
  ipv4Text,
  overlaps,
  parseAddress,
  parseCidr,
} from '../../../src/network/formats/address.js';
import { cidr, ipv4, ipv6 } from './arbitraries.js';

const range = (text: string) => {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`${text} is no range`);
  return parsed;
};

describe('an address', () => {
  it.each([
    ['172.16.0.1', 4, '172.16.0.1'],
    ['0.0.0.0', 4, '0.0.0.0'],
    ['255.255.255.255', 4, '255.255.255.255'],
    ['FD00::0:1', 6, 'fd00::1'],
    ['1:0:0:2:0:0:0:3', 6, '1:0:0:2::3'],
    ['::', 6, '::'],
  ])('%s is read in its canonical form', (text, family, address) => {
    expect(parseAddress(text)).toEqual({ family, address });
  });

  it.each([
    '',
    ' ',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.-4',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.4/24',
    '1.2.3.4 ',
    '1.2.3.4\n',
    '١.2.3.4',
    ':',
    ':::',
    '1::2::3',
    'fe80::1%eth0',
    '[::1]',
    '::1/64',
    'g::1',
    '1:2:3:4:5:6:7:8:9',
    'localhost',
    '12345::1',
  ])('%j is none', (text) => {
    expect(parseAddress(text)).toBeUndefined();
    expect(() => checkAddress(text)).toThrow(/^address: .* is not an IP address/);
  });

  it('must be a string', () => {
    expect(() => checkAddress(0x7f000001, 'gateway')).toThrow(TypeError);
    expect(() => checkAddress(['1.1.1.1'], 'gateway')).toThrow(/^gateway: must be a string, got an array/);
  });

  it('is the same number as its text, in IPv4', () => {
    expect(ipv4Number('172.16.0.1')).toBe(0xac100001);
    expect(ipv4Text(0xffffffff)).toBe('255.255.255.255');
    fc.assert(
      fc.property(ipv4, (text) => {
        expect(ipv4Text(ipv4Number(text))).toBe(text);
      }),
    );
  });
});

describe('a range', () => {
  it('keeps host bits, and is written as it was read', () => {
    expect(parseCidr('172.16.0.5/24')).toEqual({ family: 4, address: '172.16.0.5', prefix: 24 });
    fc.assert(
      fc.property(cidr, (text) => {
        expect(formatCidr(range(text))).toBe(text);
      }),
    );
  });

  it.each([
    '172.16.0.0',
    '172.16.0.0/',
    '172.16.0.0/33',
    '172.16.0.0/08',
    '172.16.0.0/+8',
    '172.16.0.0/24/24',
    'fd00::/129',
    '/24',
    '172.16.0.0/24 ',
    '172.16.0.0/1e1',
  ])('%j is none', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it.each([
    ['172.16.0.0/24', '172.16.0.0/24', true],
    ['172.16.0.0/24', '172.16.1.0/24', false],
    ['172.16.0.0/16', '172.16.255.0/24', true],
    ['10.0.0.0/8', '11.0.0.0/8', false],
    ['0.0.0.0/0', '172.16.0.0/24', true],
    ['128.0.0.0/1', '127.255.255.255/32', false],
    ['172.16.0.200/24', '172.16.0.1/32', true],
    ['fd00::/64', 'fd00::ffff/128', true],
    ['fd00::/64', 'fd00:0:0:1::/64', false],
    ['::/0', '0.0.0.0/0', false],
  ])('%s and %s overlap: %s', (a, b, expected) => {
    expect(overlaps(range(a), range(b))).toBe(expected);
    expect(overlaps(range(b), range(a))).toBe(expected);
  });

  it('overlaps what it holds', () => {
    fc.assert(
      fc.property(cidr, fc.oneof(ipv4, ipv6), (text, ip) => {
        const [outer, inner] = [range(text), range(`${ip}/${ip.includes(':') ? 128 : 32}`)];
        expect(overlaps(outer, range(`${outer.address}/${outer.family === 4 ? 32 : 128}`))).toBe(true);
        expect(overlaps(outer, inner)).toBe(overlaps(inner, outer));
      }),
    );
  });
});
