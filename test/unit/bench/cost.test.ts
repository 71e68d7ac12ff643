// Owns: proof that what strace counted is read right.
import { describe, expect, it } from 'vitest';
import { readCounts } from '../../../scripts/bench/scenarios/cost.mjs';

// strace 6.1 -f -c -S name -U name,calls,errors -o FILE env true
const counted = `syscall              calls    errors
---------------- --------- ---------
access                   2         2
brk                      6
close                    4
execve                   9         7
mmap                    16
---------------- --------- ---------
total                   37         9
`;

describe('readCounts', () => {
  it('takes every call, and as processes those that a search in PATH found', () => {
    expect(readCounts(counted)).toEqual({ calls: 37, processes: 2 });
  });

  it('does not take a cut-off table for one without calls', () => {
    expect(readCounts(counted.slice(0, 150)).calls).toBeNaN();
  });
});
