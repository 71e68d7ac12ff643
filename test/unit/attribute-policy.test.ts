// The kernel's limits in words, and in the message of the error that carries them.
import { expect, it } from 'vitest';
import { type AttributePolicy, policyInWords } from '../../src/attribute-policy.js';
import { NetlinkError } from '../../src/errors.js';

it.each<[AttributePolicy, string | undefined]>([
  [{ type: 'u16', minimum: 1, maximum: 4094 }, 'must be 1 to 4094'],
  [{ type: 'u32', minimum: 321, maximum: 4_294_967_295 }, 'must be at least 321'],
  [{ type: 'u8', minimum: 0, maximum: 2 }, 'must be at most 2'],
  [{ type: 'u8', minimum: 3, maximum: 3 }, 'must be 3'],
  [{ type: 'u8', minimum: 0, maximum: 255 }, undefined],
  [{ type: 's32', minimum: -2_147_483_648, maximum: 2_147_483_647 }, undefined],
  [{ type: 's8', minimum: -1, maximum: 127 }, 'must be at least -1'],
  [{ type: 'u64', minimum: 1n, maximum: 18_446_744_073_709_551_615n }, 'must be at least 1'],
  [{ type: 'sint', minimum: -9_223_372_036_854_775_808n, maximum: 0n }, 'must be at most 0'],
  [{ type: 'text', maximumLength: 15 }, 'must be at most 15 bytes long'],
  [{ type: 'bytes', minimumLength: 4, maximumLength: 16 }, 'must be 4 to 16 bytes long'],
  [{ type: 'bytes', minimumLength: 16, maximumLength: 16 }, 'must be 16 bytes long'],
  [{ type: 'u32', mask: 0x7 }, 'must be of the bits 0x7 only'],
  [{ type: 'u64', mask: 0x1_0000_0000n }, 'must be of the bits 0x100000000 only'],
  [{ type: 'flag' }, undefined],
  [{ type: 'nested' }, undefined],
])('puts %o into words', (policy, words) => expect(policyInWords(policy)).toBe(words));

const refused = {
  errno: 34,
  code: 'ERANGE',
  reason: 'Numerical result out of range',
  operation: 'link.add',
  target: 'vlan9',
  attribute: 'linkInfo.data.id',
};

it('says in the message what the kernel would have taken, and keeps it as data', () => {
  const policy = { type: 'u16', minimum: 1, maximum: 4094 };
  const error = new NetlinkError({ ...refused, kernelMessage: 'integer out of range', policy });
  expect(error.message).toBe(
    'link.add vlan9: ERANGE: Numerical result out of range (integer out of range; linkInfo.data.id must be 1 to 4094)',
  );
  expect(error.policy).toEqual(policy);
});

it('says which attribute is missing', () => {
  const error = new NetlinkError({ ...refused, missing: true });
  expect(error.message).toMatch(/ \(linkInfo\.data\.id is missing\)$/);
  expect(error.missing).toBe(true);
});

it('points at the attribute where the policy says nothing, and says what it can where nothing is pointed at', () => {
  const { attribute: _, ...nowhere } = refused;
  const all = { type: 'u8', minimum: 0, maximum: 255 };
  expect(new NetlinkError({ ...refused, policy: all }).message).toMatch(/ \(at linkInfo\.data\.id\)$/);
  expect(new NetlinkError({ ...nowhere, policy: { ...all, maximum: 2 } }).message).toMatch(
    / \(must be at most 2\)$/,
  );
  const plain = new NetlinkError(nowhere);
  expect(Object.keys(plain)).not.toContain('policy');
  expect(Object.keys(plain)).not.toContain('missing');
});
