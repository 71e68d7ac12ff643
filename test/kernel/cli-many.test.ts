// The command with many containers. Their names are plain (container1), so it runs on a host of its own with a /run of its own.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
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

  it('a thousand are shown coming on a terminal, are drawn, and go without a trace', {
    timeout: 240_000,
  }, async () => {
    const command = `${process.execPath} ${COMMAND}`;
    const script = `mount -t tmpfs none /run && mkdir /run/netns /run/netplumb && ip link set lo up
      script -qec '${command} up br0 --nat none --subnet 172.16.0.0/16 --count 1000' /dev/null; echo '###'
      ${command} graph br0; echo '###'
      ls /run/netns | wc -l; echo '###'
      ${command} down br0; echo '###'
      ip -o link; ip route; ls /run/netns /run/netplumb`;
    const words = ['--net', '--mount', 'sh', '-c', script];
    const { stdout } = await promisify(execFile)('unshare', words, { timeout: 230_000 });
    const [up = '', graph = '', names, down = '', left = ''] = stdout.split('###\n');
    expect(up).toContain('attaching');
    expect(up).toContain(' 1000/1000, 0 failed');
    expect(up).toContain('1000 of 1000 containers attached');
    expect(graph).toMatch(/^host\n└── br0 {2}172\.16\.0\.1\/16 {2}\(bridge, no NAT\)\n/);
    expect(graph).toMatch(/├── container20 {2}172\.16\.0\.\d+\/16 {2}\(np\w+\)\n/);
    expect(graph).toMatch(
      /└── … {2}980 more {2}container21 172\.\S+ to container1000 172\.16\.3\.\d+\/16\n$/,
    );
    expect(names).toBe('1000\n');
    expect(down).toBe('network br0 removed\n1000 namespaces removed\n');
    expect(left).toMatch(/^1: lo: .*\n\/run\/netns:\n\n\/run\/netplumb:\n$/);
  });
});
