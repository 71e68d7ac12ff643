// Owns what a pool is called, and the name under which its owner shows that it is alive: an abstract Unix socket in the host's
// network namespace. The kernel drops it with its owner, so a pool left by a killed process is known without a file that tells so.
// Must not know labels or sockets.

import { randomText } from './host-link.js';

const idBytes = 12;

/** A new pool's id: 12 random characters of base32. */
export function newPoolId(): string {
  return randomText(idBytes);
}

/** Whether text read back from a label can be a pool's id. */
export function isPoolId(text: string): boolean {
  return /^[a-z2-7]{12}$/.test(text);
}

/** The socket's name, without the NUL that makes it abstract. */
export function poolSocketName(id: string): string {
  return `netplumb/1/pool/${id}`;
}
