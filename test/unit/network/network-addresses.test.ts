import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/errors.js';
import { parseAddressRange } from '../../../src/network/formats/address-range.js';
import {
  NetworkAddresses,
  type NetworkAddressesOptions,
} from '../../../src/network/formats/network-addresses.js';
import { defaultGateway, parseSubnet } from '../../../src/network/formats/subnet.js';

function network(subnets: readonly string[], options?: NetworkAddressesOptions): NetworkAddresses {
  const read = subnets.map((text) => parseSubnet(text));
  return new NetworkAddresses(
    read.map((subnet) => ({ ...subnet, gateway: defaultGateway(subnet) })),
    options,
  );
}

function range(text: string) {
  const read = parseAddressRange(text);
  if (read === undefined) throw new Error(`${text} is no range`);
  return read;
}

const texts = (addresses: readonly { readonly address: string }[]) => addresses.map(({ address }) => address);
const both = ['172.16.0.0/24', 'fd00:1::/64'];

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof NetworkError) return error.code;
    throw error;
  }
  return undefined;
}

describe('the addresses of a network', () => {
  it('are one of each family, IPv4 first, each with its prefix and gateway', () => {
    expect(network(['fd00:1::/64', '172.16.0.0/24']).take()).toEqual([
      { family: 4, address: '172.16.0.2', prefix: 24, gateway: '172.16.0.1' },
      { family: 6, address: 'fd00:1::2', prefix: 64, gateway: 'fd00:1::1' },
    ]);
  });

  it('go together: an address that is used again has the same companion', () => {
    const addresses = network(['172.16.0.0/29', 'fd00:1::/64']);
    const first = Array.from({ length: 5 }, () => texts(addresses.take()));
    expect(first.map(([, wide]) => wide)).toEqual([
      'fd00:1::2',
      'fd00:1::3',
      'fd00:1::4',
      'fd00:1::5',
      'fd00:1::6',
    ]);
    for (const address of [...(first[3] ?? []), ...(first[1] ?? [])]) addresses.release(address);
    expect([texts(addresses.take()), texts(addresses.take())]).toEqual([first[3], first[1]]);
  });

  it('are others where the companion is taken, or excluded', () => {
    const addresses = network(both, { taken: ['fd00:1::2'], exclude: [range('fd00:1::3-fd00:1::8')] });
    expect(texts(addresses.take())).toEqual(['172.16.0.2', 'fd00:1::9']);
    expect(texts(addresses.take())).toEqual(['172.16.0.3', 'fd00:1::a']);
  });

  it('are the wanted ones, and the companion of a single wanted one', () => {
    const addresses = network(both);
    expect(texts(addresses.take(['fd00:1::10']))).toEqual(['172.16.0.16', 'fd00:1::10']);
    expect(texts(addresses.take(['fd00:1::21', '172.16.0.9']))).toEqual(['172.16.0.9', 'fd00:1::21']);
    expect(texts(addresses.take(['172.16.0.30', '172.16.0.31']))).toEqual([
      '172.16.0.30',
      '172.16.0.31',
      'fd00:1::1e',
    ]);
  });

  it('are all free again when one of them is not to be had', () => {
    const addresses = network(both, { taken: ['fd00:1::5'] });
    expect(codeOf(() => addresses.take(['172.16.0.7', 'fd00:1::5']))).toBe('EADDRTAKEN');
    expect(texts(addresses.take(['172.16.0.7']))).toEqual(['172.16.0.7', 'fd00:1::7']);
  });

  it('come from the next range of a family when one is full, and say when all are', () => {
    const addresses = network(['172.16.0.0/30', '172.17.0.0/30']);
    expect(texts(addresses.take())).toEqual(['172.16.0.2']);
    expect(addresses.seemsTaken([])).toBe(false);
    expect(addresses.take()).toEqual([
      { family: 4, address: '172.17.0.2', prefix: 30, gateway: '172.17.0.1' },
    ]);
    expect(addresses.seemsTaken([])).toBe(true);
    expect(codeOf(() => addresses.take())).toBe('ESUBNETFULL');
    expect(() => addresses.take()).toThrow(/172\.16\.0\.0\/30 and 172\.17\.0\.0\/30/);
  });

  it('of several ranges have companions of their own', () => {
    const addresses = network(['172.16.0.0/30', '172.17.0.0/30', 'fd00:1::/64']);
    expect(texts(addresses.take())).toEqual(['172.16.0.2', 'fd00:1::2']);
    expect(texts(addresses.take())).toEqual(['172.17.0.2', 'fd00:1::6']);
  });

  it('are chosen from the range that is given, though others may be asked for', () => {
    const addresses = network(['172.16.0.0/24', 'fd00:1::/64'], {
      ranges: [range('172.16.0.128/31'), range('fd00:1::1:0:0-fd00:1::1:0:1')],
      exclude: [range('172.16.0.128')],
    });
    expect(texts(addresses.take())).toEqual(['172.16.0.129', 'fd00:1::1:0:0']);
    expect(codeOf(() => addresses.take())).toBe('ESUBNETFULL');
    expect(texts(addresses.take(['172.16.0.5', 'fd00:1::5']))).toEqual(['172.16.0.5', 'fd00:1::5']);
    addresses.release('172.16.0.5');
    expect(codeOf(() => addresses.take())).toBe('ESUBNETFULL'); // not one of the range
  });

  it('that are wanted though excluded are nobody else’s meanwhile', () => {
    const addresses = network(['172.16.0.0/24'], { exclude: [range('172.16.0.2-172.16.0.9')] });
    expect(texts(addresses.take())).toEqual(['172.16.0.10']);
    addresses.take(['172.16.0.5']);
    expect(codeOf(() => addresses.take(['172.16.0.5']))).toBe('EADDRTAKEN');
    addresses.release('172.16.0.5');
    expect(texts(addresses.take(['172.16.0.5']))).toEqual(['172.16.0.5']);
  });

  it('are as the kernel says after a look at it', () => {
    const addresses = network(both);
    addresses.take();
    addresses.resync(['172.16.0.3', 'fd00:1::3']);
    expect(texts(addresses.take())).toEqual(['172.16.0.4', 'fd00:1::4']);
  });

  it('cost the same however full the ranges are', () => {
    const exclude = Array.from({ length: 10_000 }, (_, i) => range(`10.0.${4 + (i >> 7)}.${(i & 127) * 2}`));
    const taken = Array.from({ length: 1000 }, (_, i) => `10.0.${(i + 2) >> 8}.${(i + 2) & 255}`);
    const addresses = network(['10.0.0.0/16', 'fd00:1::/64'], { exclude, taken });
    const before = addresses.steps;
    for (let i = 0; i < 1000; i++) addresses.take();
    expect(addresses.steps - before).toBeLessThan(1000 * 5);
  });
});
