import { describe, expect, it } from 'vitest';
import { checkInterfaceName } from '../../../src/interface-name.js';
import { newHostLinkName } from '../../../src/network/formats/host-link.js';
import { lockPath } from '../../../src/network/formats/lock.js';

describe('a host link name', () => {
  it('is np and 12 characters of base32, and may be a link’s', () => {
    for (let i = 0; i < 200; i++) {
      expect(newHostLinkName()).toMatch(/^np[a-z2-7]{12}$/);
      expect(checkInterfaceName(newHostLinkName())).toBeDefined();
    }
  });

  it('does not repeat, and uses the whole alphabet', () => {
    const names = Array.from({ length: 2000 }, newHostLinkName);
    expect(new Set(names).size).toBe(2000);
    expect(new Set(names.join('').replaceAll('np', '')).size).toBe(32);
  });
});

describe('the lock file', () => {
  it('is named by the inode of the host namespace', () => {
    expect(lockPath(4026531840n)).toBe('/run/netplumb/4026531840.lock');
  });
});
