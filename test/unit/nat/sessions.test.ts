import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RestoreSessions } from '../../../src/nat/iptables/sessions.js';
import { detectVariant } from '../../../src/nat/iptables/variant.js';
import { block, fake } from './fake.js';

const program = '/fake/iptables-restore';

describe('sessions', () => {
  it('are shared by host and family, and closed with the last share', async () => {
    const { spawn, children } = fake();
    const all = new RestoreSessions();
    const one = all.acquire({ inode: 1n, spawn, program });
    const two = all.acquire({ inode: 1n, spawn, program });
    const six = all.acquire({ inode: 1n, family: 6, spawn, program });
    const other = all.acquire({ inode: 2n, spawn, program });
    expect(two.session).toBe(one.session);
    expect(new Set([one.session, six.session, other.session]).size).toBe(3);
    expect(all.size).toBe(3);
    await Promise.all([one, two].map(({ session }) => session.transaction(block('-A X'))));
    expect(one.session.started).toBe(1);
    await one.release();
    await one.release();
    await two.session.transaction(block('-A X'));
    await two.release();
    expect(children.map((child) => child.exitCode)).toEqual([0]);
    expect(two.session.closed).toBe(true);
    const again = all.acquire({ inode: 1n, spawn, program });
    expect(again.session).not.toBe(one.session);
    await Promise.all([again, six, other].map((lease) => lease.release()));
    expect(all.size).toBe(0);
  });

  it('start a process by the way in of somebody who still holds the host', async () => {
    const { spawn, children } = fake();
    const all = new RestoreSessions();
    const closed = () => {
      throw Object.assign(new Error('closed'), { code: 'EBADF' });
    };
    let open = true;
    const first = all.acquire({
      inode: 1n,
      program,
      spawn: (...given) => (open ? spawn(...given) : closed()),
    });
    const second = all.acquire({ inode: 1n, program, spawn });
    await first.session.transaction(block('-A X'));
    await first.release();
    open = false;
    await expect(second.session.transaction(block('!exit 1 line {line} failed'))).rejects.toThrow();
    await second.session.transaction(block('-A Y'));
    expect(children).toHaveLength(2);
    await second.release();
  });
});

describe('the variant', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netplumb-variant-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['xtables-nft-multi', 'nf_tables'],
    ['xtables-legacy-multi', 'legacy'],
    ['xtables-multi', 'legacy'],
  ])('is what iptables-restore links to through any number of links: %s', (binary, variant) => {
    writeFileSync(join(folder, binary), '');
    symlinkSync(binary, join(folder, 'alternative'));
    symlinkSync(join(folder, 'alternative'), join(folder, 'iptables-restore'));
    const found = join(folder, 'iptables-restore');
    expect(detectVariant(found)).toEqual({ variant, program: found });
  });

  it('is undefined where nothing is known of the binary', () => {
    writeFileSync(join(folder, 'iptables-restore'), '');
    expect(detectVariant(join(folder, 'iptables-restore'))).toBeUndefined();
    expect(detectVariant(join(folder, 'absent'))).toBeUndefined();
  });
});
