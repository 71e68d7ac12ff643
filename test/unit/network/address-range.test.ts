import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4Text, ipv6Text } from '../../../src/network/formats/address.js';
import {
  checkAddressRange,
  formatAddressRange,
  joinRanges,
  parseAddressRange,
  readRanges,
  shortRanges,
} from '../../../src/network/formats/address-range.js';
import { parseSubnet } from '../../../src/network/formats/subnet.js';

describe('a range of addresses', () => {
  it.each([
    ['172.16.0.10', '172.16.0.10', '172.16.0.10'],
    ['172.16.0.10-172.16.0.20', '172.16.0.10', '172.16.0.20'],
    ['172.16.0.128/25', '172.16.0.128', '172.16.0.255'],
    ['FD00::0:1', 'fd00::1', 'fd00::1'],
    ['fd00::/120', 'fd00::', 'fd00::ff'],
  ])('may be written %s', (text, first, last) => {
    expect(parseAddressRange(text)).toEqual({ first, last });
  });

  it.each([
    '',
    '172.16.0.20-172.16.0.10',
    '172.16.0.1-fd00::1',
    '172.16.0.1-2',
    '172.16.0.1-172.16.0.2-172.16.0.3',
    '172.16.0.129/25',
    '172.16.0.1 - 172.16.0.2',
  ])('is not %j', (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  });

  it('must lie within one subnet, and not too far in', () => {
    const subnets = [parseSubnet('172.16.0.0/24'), parseSubnet('172.16.1.0/24'), parseSubnet('fd00::/64')];
    expect(checkAddressRange(subnets, '172.16.1.0-172.16.1.9', 'range')).toEqual({
      first: '172.16.1.0',
      last: '172.16.1.9',
    });
    for (const text of ['172.16.0.250-172.16.1.5', '10.0.0.1', 'fd01::1'])
      expect(() => checkAddressRange(subnets, text, 'range')).toThrow(/^range: .*is not within/);
    expect(() => checkAddressRange(subnets, 'fd00::8000:0:0:0/112', 'range')).toThrow(
      /beyond the first 2\^53/,
    );
    expect(() => checkAddressRange(subnets, 'x', 'exclude[0]')).toThrow(/^exclude\[0\]: .*FIRST-LAST/);
    expect(() => checkAddressRange(subnets, 7, 'range')).toThrow(TypeError);
  });

  it('is written by its distance from the one before, where that is shorter, and read back', () => {
    const texts = ['172.16.0.10', '172.16.0.12', '172.16.0.15-172.16.0.20', '9.9.9.9', 'fd00::1', 'fd00::f'];
    const ranges = readRanges(texts) ?? [];
    expect(shortRanges(ranges)).toEqual(['172.16.0.10', '~2', '~3-5', '9.9.9.9', 'fd00::1', '~14']);
    const address = fc.integer({ min: 0, max: 0xffff_ffff }).map(ipv4Text);
    const address6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map(ipv6Text);
    const range = fc
      .oneof(fc.tuple(address, address), fc.tuple(address6, address6))
      .map(([a, b]) => parseAddressRange(`${a}-${b}`) ?? parseAddressRange(`${b}-${a}`))
      .filter((one) => one !== undefined);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 8 }), (some) => {
        expect(readRanges(shortRanges(some))).toEqual(some);
        expect(readRanges(some.map(formatAddressRange))).toEqual(some);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<[string, readonly string[]]>([
    ['a distance from nothing', ['~2']],
    ['no distance', ['10.0.0.1', '~0']],
    ['a zero in front', ['10.0.0.1', '~02']],
    ['nothing more', ['10.0.0.1', '~2-0']],
    ['what leaves the family', ['255.255.255.254', '~2']],
    ['what leaves the family at its end', ['255.255.255.250', '~2-4']],
    ['what leaves the other family', ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '~1']],
    ['a number nobody has', ['fd00::1', `~${'9'.repeat(40)}`]],
    ['a sign', ['10.0.0.1', '~-1']],
    ['a CIDR', ['10.0.0.0/24']],
  ])('is not read from %s', (_, texts) => {
    expect(readRanges(texts)).toBeUndefined();
  });

  it('is joined with its neighbours, by family, and printed short', () => {
    const ranges = [
      '172.16.0.9',
      'fd00::2',
      '172.16.0.4-172.16.0.8',
      '172.16.0.10',
      'fd00::1',
      '172.16.0.5',
      '172.16.0.12',
    ];
    const joined = joinRanges(ranges.map((text) => parseAddressRange(text) ?? { first: '', last: '' }));
    expect(joined.map(formatAddressRange)).toEqual([
      '172.16.0.4-172.16.0.10',
      '172.16.0.12',
      'fd00::1-fd00::2',
    ]);
  });
});
