// Owns the names of host ends of veth pairs: random, and without meaning. What a host link is, its label and claims say.
// Must not know networks or containers.

import { randomBytes } from 'node:crypto';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new host link name: `np` and 12 random characters of base32, 60 bits. The kernel refuses one that is taken with EEXIST. */
export function newHostLinkName(): string {
  let name = 'np';
  for (const byte of randomBytes(12)) name += base32[byte & 31];
  return name;
}
