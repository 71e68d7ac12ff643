// The command with many containers. Their names are plain (container1), so it runs on a host of its own with a /run of its own.
import { describe, expect, it } from 'vitest';
import { COMMAND, run } from '../support/cli-stage.js';

const UP = 'up br0 --nat none --subnet 172.16.0.0/28';

/** Command lines one after the other; how each ended. */
async function inTurn(...lines: readonly string[]) {
  const script = lines
    .map((line) => `"$@" ${line} 2>/run/err; echo "$?"; cat /run/err; echo '###'`)
    .join('\n');
  const prepared = `mount -t tmpfs none /run && ip link set lo up\n${script}`;
  const words = ['--net', '--mount', 'sh', '-c', prepared, 'sh', process.execPath, COMMAND];
  const { stdout, stderr } = await run('unshare', ...words);
  expect(stderr).toBe('');
  return stdout
    .split('###\n')
    .slice(0, -1)
    .map((text) => {
      const [, out = '', code = '', err = ''] = /^((?:.*\n)*?)(\d+)\n((?:netplumb: .*\n)*)$/.exec(text) ?? [];
      return { out, code: Number(code), err };
    });
}

const counted = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => `container${first + i}`);

describe('netplumb with many containers', () => {
  it('up counts them, and attaches what is missing', async () => {
    const [first, again, list, down, left] = await inTurn(
      `${UP} --count 5 web`,
      `${UP} --count 6 --json`,
      'ls br0 --json',
      'down br0',
      'ls --json',
    );
    expect(first).toMatchObject({ code: 0, err: '' });
    const names = first?.out
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[0]);
    expect(names).toEqual(['network', 'web', ...counted(1, 5)]);
    const attached = JSON.parse(again?.out ?? '').containers.filter(
      (one: { attached: boolean }) => one.attached,
    );
    expect(attached.map(({ name }: { name: string }) => name)).toEqual(['container6']);
    const listed: { name: string; addresses: string[] }[] = JSON.parse(list?.out ?? '')[0].containers;
    expect(listed.map(({ name }) => name).sort()).toEqual(['web', ...counted(1, 6)].sort());
    expect(new Set(listed.flatMap(({ addresses }) => addresses)).size).toBe(7);
    expect(down?.code).toBe(0);
    expect(left?.out).toBe('[]\n');
  });

  it('attach takes several: each that fails is told, and the others stay', async () => {
    const [, attach, list, shared] = await inTurn(
      `${UP} container1`,
      `attach br0 ${counted(1, 15).join(' ')} --json`,
      'ls br0 --json',
      'attach br0 a b --address 172.16.0.9',
    );
    expect(attach?.code).toBe(1);
    const errors = attach?.err.trim().split('\n') ?? [];
    expect(errors).toHaveLength(3); // 13 addresses, and one that was attached
    expect(errors.filter((line) => line.includes('subnet full'))).toHaveLength(2);
    expect(errors.filter((line) => line.includes('container1 is attached'))).toHaveLength(1);
    expect(JSON.parse(attach?.out ?? '').map(({ name }: { name: string }) => name)).toEqual(counted(2, 13));
    expect(JSON.parse(list?.out ?? '')[0].containers).toHaveLength(13);
    expect(shared).toMatchObject({ code: 2, out: '' });
  });

  it('a bar is shown on a terminal, and taken away again', async () => {
    const line = `"$@" ${UP} --count 6`;
    const script = `mount -t tmpfs none /run && ip link set lo up && script -qec '${line}' /dev/null`;
    const command = `${process.execPath} ${COMMAND}`;
    const { stdout } = await run('unshare', '--net', '--mount', 'sh', '-c', script.replace('"$@"', command));
    expect(stdout).toContain('attaching');
    expect(stdout).toContain('6/6');
    expect(stdout).toMatch(/container6 attached: 172\.16\.0\.\d+\/28/);
  });
});
