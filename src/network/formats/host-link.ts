// Owns the names of host ends of veth pairs: random, and without meaning. What a host link is, its label and claims say.
// Must not know networks or containers.

import { randomBytes } from 'node:crypto';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

const nameBytes = 12;

// Drawn for many names at once: one draw costs 3 to 50 µs, most of it for being one.
let pool = Buffer.alloc(0);
let used = 0;

/** A new host link name: `np` and 12 random characters of base32, 60 bits. The kernel refuses one that is taken with EEXIST. */
export function newHostLinkName(): string {
  if (used === pool.length) {
    pool = randomBytes(nameBytes * 128);
    used = 0;
  }
  let name = 'np';
  for (const byte of pool.subarray(used, used + nameBytes)) name += base32[byte & 31];
  used += nameBytes;
  return name;
}
