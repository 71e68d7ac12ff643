// Owns by what a detached link is known until it is gone, and a bridge until it has its label: its group. The range is netplumb's (docs/formats.md); whatever is in
// it is on its way out, whoever put it there, and may be deleted at any time.
// Must not know links.

import { randomInt } from 'node:crypto';

const first = 0x4e50_0000;
const last = 0x4e50_ffff;

/** A group for one batch. Random, for the kernel deletes by group whatever is in it, and another process has batches too. */
export function newReapingGroup(): number {
  return randomInt(first, last + 1);
}

/** Whether a link of this group waits for nothing but its deletion. */
export function isReapingGroup(group: number | undefined): boolean {
  return group !== undefined && group >= first && group <= last;
}

/** The group in which a bridge is created, and which it leaves with the message that labels it. */
export const makingGroup = 0x4e51_0000;
