import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NetworkError } from '../../../src/errors.js';
import { AddressAllocator } from '../../../src/network/formats/allocator.js';
import { addressAt, parseSubnet } from '../../../src/network/formats/subnet.js';

const small = parseSubnet('172.16.0.0/29');
const gateway = '172.16.0.1';

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof NetworkError) return error.code;
    throw error;
  }
  return undefined;
}

function takeAll(allocator: AddressAllocator): string[] {
  const taken: string[] = [];
  while (!allocator.full) taken.push(allocator.take());
  return taken;
}

describe('AddressAllocator', () => {
  it('gives every host address but the excluded, once, then says that the subnet is full', () => {
    const allocator = new AddressAllocator(small, { reserved: [gateway] });
    expect(takeAll(allocator)).toEqual([
      '172.16.0.2',
      '172.16.0.3',
      '172.16.0.4',
      '172.16.0.5',
      '172.16.0.6',
    ]);
    expect(codeOf(() => allocator.take())).toBe('ESUBNETFULL');
    expect(() => allocator.take()).toThrow(/subnet full.*172\.16\.0\.0\/29/);
  });

  it('goes on beyond the lowest where it is told to, past what is taken or excluded, and back when there is nothing more', () => {
    const subnet = parseSubnet('172.16.0.0/24');
    const exclude = [{ family: 4 as const, first: '172.16.0.12', last: '172.16.0.19' }];
    const allocator = new AddressAllocator(subnet, { reserved: [gateway], exclude, taken: ['172.16.0.20'] });
    expect(allocator.take()).toBe('172.16.0.2');
    expect(allocator.takeBeyond(8)).toBe('172.16.0.10');
    expect(allocator.takeBeyond(8)).toBe('172.16.0.11');
    expect(allocator.takeBeyond(8)).toBe('172.16.0.21');
    expect(allocator.take()).toBe('172.16.0.3'); // the lowest is still the lowest
    expect(allocator.takeBeyond(1_000)).toBe('172.16.0.4');
    const rest = takeAll(allocator);
    expect(new Set(rest).size).toBe(rest.length);
    expect(rest).toHaveLength(253 - 8 - 1 - 6);
    expect(codeOf(() => allocator.takeBeyond(3))).toBe('ESUBNETFULL');
  });

  it('gives 253 addresses of a /24', () => {
    const addresses = takeAll(new AddressAllocator(parseSubnet('172.16.0.0/24'), { reserved: [gateway] }));
    expect(new Set(addresses).size).toBe(253);
    expect(addresses.at(-1)).toBe('172.16.0.254');
  });

  it('leaves out what is taken already, and ignores what lies outside', () => {
    const taken = ['172.16.0.2', '172.16.0.4', '10.0.0.1', 'fd00::1', 'nonsense'];
    const allocator = new AddressAllocator(small, { reserved: [gateway], taken });
    expect(takeAll(allocator)).toEqual(['172.16.0.3', '172.16.0.5', '172.16.0.6']);
  });

  it('gives a released address only after all that were never used, the longest released first', () => {
    const allocator = new AddressAllocator(small, { reserved: [gateway] });
    for (let i = 0; i < 3; i++) allocator.take();
    allocator.release('172.16.0.4');
    allocator.release('172.16.0.2');
    expect(takeAll(allocator)).toEqual(['172.16.0.5', '172.16.0.6', '172.16.0.4', '172.16.0.2']);
  });

  it('gives an address released ahead of its turn after all others', () => {
    const allocator = new AddressAllocator(small, { reserved: [gateway] });
    allocator.take('172.16.0.2');
    allocator.release('172.16.0.2');
    expect(allocator.take()).toBe('172.16.0.3');
    expect(takeAll(allocator).at(-1)).toBe('172.16.0.2');
  });

  it('counts the rest from the last release of an address', () => {
    const allocator = new AddressAllocator(small, { reserved: [gateway] });
    takeAll(allocator);
    allocator.release('172.16.0.2');
    allocator.release('172.16.0.3');
    allocator.take('172.16.0.2');
    allocator.release('172.16.0.2');
    expect(takeAll(allocator)).toEqual(['172.16.0.3', '172.16.0.2']);
  });

  it('gives a wanted address if it is free', () => {
    const allocator = new AddressAllocator(small, { reserved: [gateway] });
    expect(allocator.take('172.16.0.5')).toBe('172.16.0.5');
    expect(codeOf(() => allocator.take('172.16.0.5'))).toBe('EADDRTAKEN');
    expect(codeOf(() => allocator.take(gateway))).toBe('EADDRTAKEN');
    expect(takeAll(allocator)).not.toContain('172.16.0.5');
  });

  it.each(['172.16.0.0', '172.16.0.7', '172.16.1.1', 'fd00::1', '', '172.16.0.2/29'])(
    'refuses %j as wanted',
    (wanted) => {
      const allocator = new AddressAllocator(small);
      expect(() => allocator.take(wanted)).toThrow(RangeError);
      expect(allocator.free).toBe(6);
    },
  );

  it('notes an address that somebody else took, also while it rests', () => {
    const allocator = new AddressAllocator(small, { reserved: [gateway] });
    allocator.markTaken('172.16.0.2');
    allocator.take();
    allocator.release('172.16.0.3');
    allocator.markTaken('172.16.0.3');
    expect(takeAll(allocator)).toEqual(['172.16.0.4', '172.16.0.5', '172.16.0.6']);
  });

  it('does not free what was not taken: the gateway, a free address, one outside, one twice', () => {
    const allocator = new AddressAllocator(small, { reserved: [gateway] });
    const address = allocator.take();
    for (const released of [
      gateway,
      '172.16.0.0',
      '172.16.0.7',
      '172.16.0.6',
      '10.0.0.1',
      address,
      address,
    ]) {
      allocator.release(released);
    }
    expect(allocator.free).toBe(5);
    expect(new Set(takeAll(allocator)).size).toBe(5);
  });

  it('takes the kernel’s word for what is taken, and rests what another process released', () => {
    const allocator = new AddressAllocator(small, {
      reserved: [gateway],
      taken: ['172.16.0.2', '172.16.0.3'],
    });
    allocator.resync(['172.16.0.3', '172.16.0.5', gateway, '10.0.0.1']);
    expect(takeAll(allocator)).toEqual(['172.16.0.4', '172.16.0.6', '172.16.0.2']);
  });

  it('agrees with a plain model over any sequence of calls', () => {
    const step = fc.tuple(
      fc.constantFrom('take', 'wanted', 'release', 'mark', 'resync'),
      fc.integer({ min: 0, max: 7 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const allocator = new AddressAllocator(small, { reserved: [gateway] });
        let fresh = [2, 3, 4, 5, 6];
        let rested: number[] = [];
        const take = (offset: number) => {
          fresh = fresh.filter((other) => other !== offset);
          rested = rested.filter((other) => other !== offset);
        };
        const isTaken = (offset: number) =>
          offset >= 2 && offset <= 6 && !fresh.includes(offset) && !rested.includes(offset);
        for (const [verb, offset] of steps) {
          const address = addressAt(small, offset);
          if (verb === 'take') {
            const expected = fresh[0] ?? rested[0];
            if (expected === undefined) expect(codeOf(() => allocator.take())).toBe('ESUBNETFULL');
            else expect(allocator.take()).toBe(addressAt(small, expected));
            if (expected !== undefined) take(expected);
          } else if (verb === 'wanted' && offset >= 1 && offset <= 6) {
            const taken = offset === 1 || isTaken(offset);
            expect(codeOf(() => allocator.take(address))).toBe(taken ? 'EADDRTAKEN' : undefined);
            take(offset);
          } else if (verb === 'mark') {
            allocator.markTaken(address);
            take(offset);
          } else if (verb === 'release') {
            allocator.release(address);
            if (isTaken(offset)) rested.push(offset);
          } else if (verb === 'resync') {
            allocator.resync([address]);
            take(offset);
            rested.push(...[2, 3, 4, 5, 6].filter((other) => other !== offset && isTaken(other)));
          }
          expect(allocator.free).toBe(fresh.length + rested.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('cost, in steps', () => {
  const wide = parseSubnet('172.16.0.0/16');
  const numbered = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => addressAt(wide, from + i));

  it('is constant per address in a /16 with 1,000 taken and 10,000 excluded', () => {
    const allocator = new AddressAllocator(wide, {
      taken: numbered(2, 1000),
      reserved: [gateway],
      exclude: numbered(1002, 10_000).map((address) => ({ first: address, last: address })),
    });
    expect(allocator.take()).toBe(addressAt(wide, 11_002));
    expect(allocator.steps).toBeLessThanOrEqual(11_003 / 32 + 1);
    const before = allocator.steps;
    for (let i = 0; i < 10_000; i++) allocator.take();
    expect(allocator.steps - before).toBeLessThanOrEqual(10_000 * 1.1);
  });

  it('stays constant when every other address is taken', () => {
    const taken = numbered(2, 10_000).filter((_, i) => i % 2 === 0);
    const allocator = new AddressAllocator(wide, { taken });
    for (let i = 0; i < 5_000; i++) allocator.take();
    expect(allocator.steps).toBeLessThanOrEqual(5_000 * 1.1);
  });

  it('stays constant over many takes and releases in a nearly full subnet', () => {
    const allocator = new AddressAllocator(parseSubnet('172.16.0.0/22'), { reserved: [gateway] });
    const taken = takeAll(allocator);
    const before = allocator.steps;
    for (let i = 0; i < 20_000; i++) {
      allocator.release(taken.shift() ?? '');
      taken.push(allocator.take());
    }
    expect(allocator.steps - before).toBeLessThanOrEqual(20_000 * 3);
  });

  it('stays constant when one wanted address is taken and released over and over', () => {
    const allocator = new AddressAllocator(wide);
    for (let i = 0; i < 10_000; i++) {
      allocator.take('172.16.0.9');
      allocator.release('172.16.0.9');
    }
    expect(allocator.steps).toBeLessThanOrEqual(10_000 * 3);
    expect(allocator.free).toBe(65_534);
  });
});
