// Owns random names: those of host ends of veth pairs have no meaning. What a host link is, its label and claims say.
// Must not know networks or containers.

import { randomBytes } from 'node:crypto';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

// Drawn for many names at once: one draw costs 3 to 50 µs, most of it for being one.
let pool = Buffer.alloc(0);
let used = 0;

/** `length` random characters of base32, five bits each. */
export function randomText(length: number): string {
  if (used + length > pool.length) {
    pool = randomBytes(12 * 128);
    used = 0;
  }
  let text = '';
  for (const byte of pool.subarray(used, used + length)) text += base32[byte & 31];
  used += length;
  return text;
}

/** Whether a link's name can be one of ours. It alone proves nothing. */
export function isHostLinkName(text: string): boolean {
  return /^np[a-z2-7]{12}$/.test(text);
}

/** A new host link name: `np` and 12 random characters of base32, 60 bits. The kernel refuses one that is taken with EEXIST. */
export function newHostLinkName(): string {
  return `np${randomText(12)}`;
}
