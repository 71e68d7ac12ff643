import { describe, expect, it } from 'vitest';
import {
  checkAddressRange,
  formatAddressRange,
  joinRanges,
  parseAddressRange,
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
