// What the doctor makes of a mount table, and how a finding reads.
import { describe, expect, it } from 'vitest';
import { checkLine } from '../../../src/cli/doctor.js';
import { Output } from '../../../src/cli/output.js';
import { directoryFinding } from '../../../src/doctor/findings.js';

const ROOT = '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw';

describe('/run/netns', () => {
  it('need not be prepared', () => {
    expect(directoryFinding(ROOT).ok).toBe(true);
  });

  it('is well when it passes mounts on', () => {
    const mounts = `${ROOT}\n40 22 254:0 /run/netns /run/netns rw,relatime shared:9 - ext4 /dev/root rw`;
    expect(directoryFinding(mounts)).toEqual({ ok: true, found: 'prepared and shared' });
  });

  it.each([
    ['only receives mounts, as below `ip netns exec`', 'master:9'],
    ['is private', ''],
  ])('is not well when it %s', (_, propagation) => {
    const mounts = `${ROOT}\n40 22 254:0 /run/netns /run/netns rw,relatime ${propagation} - ext4 /dev/root rw`;
    expect(directoryFinding(mounts)).toMatchObject({ ok: false, remedy: expect.stringContaining('nsenter') });
  });

  it('is judged by its last mount, which is the one that is seen', () => {
    const shared = '40 22 254:0 /run/netns /run/netns rw,relatime shared:9 - ext4 /dev/root rw';
    const slave = '41 22 254:0 /run/netns /run/netns rw,relatime master:9 - ext4 /dev/root rw';
    expect(directoryFinding(`${ROOT}\n${shared}\n${slave}`).ok).toBe(false);
    expect(directoryFinding(`${ROOT}\n${slave}\n${shared}`).ok).toBe(true);
  });
});

describe('a finding', () => {
  const output = new Output({ sink: { write: () => undefined }, environment: {} });

  it.each([
    [{ name: 'node', ok: true, essential: true, found: '22.1.0' }, '✔ node           22.1.0'],
    [
      { name: 'iptables', ok: false, essential: true, found: 'none', remedy: 'apt-get install iptables' },
      '✘ iptables       none; apt-get install iptables',
    ],
    [{ name: 'CAP_NET_RAW', ok: false, essential: false, found: 'not held' }, '! CAP_NET_RAW    not held'],
  ])('%o reads %s', (check, line) => {
    expect(checkLine(check, output)).toBe(line);
  });
});
