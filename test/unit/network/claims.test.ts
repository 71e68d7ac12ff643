import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressClaim,
  containerClaim,
  MAX_CLAIM_BYTES,
  parseClaim,
} from '../../../src/network/formats/claims.js';
import { address, containerName, linkName } from './arbitraries.js';

describe('claims', () => {
  it('are written as documented', () => {
    expect(addressClaim('br0', '172.16.0.2')).toBe('np1:br0:172.16.0.2');
    expect(addressClaim('br0', 'fd00::2')).toBe('np1:br0:fd00::2');
    expect(containerClaim('br0', 'container1')).toBe('np1:br0:c:container1');
  });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(linkName, address, containerName, (network, ip, container) => {
        expect(parseClaim(addressClaim(network, ip))).toEqual({ kind: 'address', network, address: ip });
        expect(parseClaim(containerClaim(network, container))).toEqual({
          kind: 'container',
          network,
          container,
        });
      }),
    );
  });

  it('fit an altname, and never say two things', () => {
    fc.assert(
      fc.property(linkName, address, containerName, (network, ip, container) => {
        const claims = [addressClaim(network, ip), containerClaim(network, container)];
        expect(new Set(claims).size).toBe(2);
        for (const claim of claims) expect(Buffer.byteLength(claim)).toBeLessThanOrEqual(MAX_CLAIM_BYTES);
      }),
    );
    expect(containerClaim('n'.repeat(15), 'c'.repeat(100)).length).toBeLessThanOrEqual(MAX_CLAIM_BYTES);
  });

  it('tell an address that begins like a container claim from one', () => {
    expect(parseClaim('np1:br0:c:1:2:3:4:5:6:7')).toMatchObject({
      kind: 'address',
      address: 'c:1:2:3:4:5:6:7',
    });
    expect(parseClaim('np1:br0:c::1')).toMatchObject({ kind: 'address', address: 'c::1' });
    expect(parseClaim('np1:br0:c:1')).toMatchObject({ kind: 'container', container: '1' });
    expect(parseClaim('np1:br0:c:172.16.0.2')).toMatchObject({ kind: 'container', container: '172.16.0.2' });
  });

  it('refuse to be cut short', () => {
    expect(() => containerClaim('br0', 'c'.repeat(128))).toThrow(/at most 127/);
  });

  it.each([
    '',
    'web',
    'np1',
    'np1:',
    'np1:br0',
    'np1:br0:',
    'np1:br0:c:',
    'np1::172.16.0.2',
    'np2:br0:172.16.0.2',
    'np1:a b:172.16.0.2',
    'np1:br0:172.16.0.2/24',
    'np1:br0:172.16.00.2',
    'np1:br0:FD00::2',
    'np1:br0:fd00:0:0:0:0:0:0:2',
    'np1:br0:c:a/b',
    'np1:br0:c:..',
    'np1:br0:172.16.0.2\n',
    ' np1:br0:172.16.0.2',
    'enp1s0',
  ])('are not what %j is', (altName) => {
    expect(parseClaim(altName)).toBeUndefined();
  });

  it('are not found in garbage, and nothing throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (rest) => {
        const claim = parseClaim(`np1:br0:${rest}`);
        if (claim?.kind === 'address') expect(addressClaim('br0', claim.address)).toBe(`np1:br0:${rest}`);
        if (claim?.kind === 'container')
          expect(containerClaim('br0', claim.container)).toBe(`np1:br0:${rest}`);
      }),
    );
  });
});
