import { describe, expect, it } from 'vitest';
import { checkNatOptions, networkIntent, plainSettings } from '../../../src/nat/intent.js';
import { isWithin } from '../../../src/nat/range.js';
import { checkNetworkName } from '../../../src/network/formats/names.js';

const read = (options: unknown) => checkNatOptions(options, 'nat', checkNetworkName);

describe('the intent of a network', () => {
  it('masquerades IPv4 and unique local IPv6, and routes global IPv6, by default', () => {
    const { subnets } = networkIntent('br0', ['172.16.0.0/24', 'fd00::/64', '2001:db8::/64']);
    expect(subnets.map(({ translation }) => translation)).toEqual(['masquerade', 'masquerade', 'plain']);
    expect(read({})).toEqual(plainSettings);
  });

  it('takes source address and exclusions for the family they are of', () => {
    const settings = read({
      sourceAddresses: ['192.0.2.9', '2001:DB8::0:9'],
      exclude: ['10.0.0.0/8', 'fd01::/64'],
      randomFully: true,
    });
    expect(networkIntent('br0', ['172.16.0.0/24', 'fd00::/64'], settings).subnets).toEqual([
      {
        subnet: '172.16.0.0/24',
        translation: { to: '192.0.2.9' },
        exclude: ['10.0.0.0/8'],
        randomFully: true,
      },
      { subnet: 'fd00::/64', translation: { to: '2001:db8::9' }, exclude: ['fd01::/64'], randomFully: true },
    ]);
  });

  it('translates nothing of an internal network', () => {
    const { subnets } = networkIntent('br0', ['172.16.0.0/24', 'fd00::/64'], read({ internal: true }));
    expect(subnets.map(({ translation }) => translation)).toEqual(['plain', 'plain']);
  });

  it.each<[string, unknown, RegExp]>([
    ['two source addresses of a family', { sourceAddresses: ['192.0.2.1', '192.0.2.2'] }, /sourceAddresses/],
    ['a source that is no address', { sourceAddresses: ['eth0'] }, /^nat: sourceAddresses\[0\]: /],
    [
      'host bits in an exclusion',
      { exclude: ['10.0.0.1/8'] },
      /^nat: exclude\[0\]: .*did you mean 10\.0\.0\.0\/8/,
    ],
    ['everything excluded', { exclude: ['0.0.0.0/0'] }, /^nat: exclude\[0\]: .*everything/],
    ['an exclusion without a length', { exclude: ['10.0.0.0'] }, /^nat: exclude\[0\]: /],
    ['an unfit network', { open: { from: ['br 0'] } }, /^nat: open: from\[0\]: /],
    ['a network that is no list', { open: { from: 'br1' } }, /^nat: open: from: /],
    ['an internal network that is open', { internal: true, open: { routed: true } }, /^nat: open: /],
    ['an option nobody knows', { masquerade: true }, /^nat: unknown option/],
  ])('refuses %s', (_, options, message) => {
    expect(() => read(options)).toThrow(message);
  });
});

describe('an address', () => {
  it.each<[string, string, boolean]>([
    ['172.16.0.2', '172.16.0.0/24', true],
    ['172.16.1.2', '172.16.0.0/24', false],
    ['fd00::2', 'fd00::/64', true],
    ['fd01::2', 'fd00::/64', false],
    ['fd00::2', '172.16.0.0/24', false],
  ])('%s is in %s: %s', (address, range, expected) => {
    expect(isWithin(address, range)).toBe(expected);
  });
});
