import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMac, deriveMac, isMac } from '../../../src/network/formats/mac.js';
import { address, linkName, mac } from './arbitraries.js';

describe('a derived MAC', () => {
  it('is fixed for all time: these were computed with sha256sum', () => {
    // printf 'netplumb/1 br0 172.16.0.2' | sha256sum | cut -c1-10
    expect(deriveMac('br0', '172.16.0.2')).toBe('02:42:c1:b6:74:db');
    expect(deriveMac('br0', 'fd00::2')).toBe('02:b3:47:92:05:7f');
  });

  it('is unicast, locally administered, and a function of network and address', () => {
    fc.assert(
      fc.property(linkName, address, (network, ip) => {
        const derived = deriveMac(network, ip);
        expect(isMac(derived)).toBe(true);
        expect(derived.startsWith('02:')).toBe(true);
        expect(deriveMac(network, ip)).toBe(derived);
        expect(deriveMac(`${network}x`, ip)).not.toBe(derived);
        const digest = createHash('sha256').update(`netplumb/1 ${network} ${ip}`).digest();
        expect(derived.replaceAll(':', '').slice(2)).toBe(digest.subarray(0, 5).toString('hex'));
      }),
    );
  });
});

describe('a MAC of the caller', () => {
  it('is taken in either case and returned in lower case', () => {
    expect(checkMac('02:AB:cd:00:00:01')).toBe('02:ab:cd:00:00:01');
    fc.assert(
      fc.property(mac, (text) => {
        expect(checkMac(text.toUpperCase())).toBe(text);
      }),
    );
  });

  it.each([
    ['', /is not a MAC/],
    ['02:00:00:00:00', /is not a MAC/],
    ['02-00-00-00-00-01', /is not a MAC/],
    ['02:00:00:00:00:1', /is not a MAC/],
    ['02:00:00:00:00:01\n', /is not a MAC/],
    ['02:00:00:00:00:0g', /is not a MAC/],
    ['00:00:00:00:00:00', /is zero/],
    ['01:00:5e:00:00:01', /multicast/],
    ['ff:ff:ff:ff:ff:ff', /multicast/],
  ])('is refused as %j', (text, why) => {
    expect(() => checkMac(text)).toThrow(RangeError);
    expect(() => checkMac(text)).toThrow(why);
    expect(isMac(text)).toBe(false);
  });

  it('must be a string', () => {
    expect(() => checkMac(2, 'attach: mac')).toThrow(/^attach: mac: must be a string, got 2/);
  });
});
