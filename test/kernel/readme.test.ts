// README.md is what newcomers type: every block of code and shell in it is run here, each on a host of its own that reaches
// an internet, and with a /run of its own, so that the plain names in it (container1, br0) meet nobody else's.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND } from '../support/cli-stage.js';
import { attempt, type Ended } from '../support/command.js';
import { createTopology, type Host } from '../support/host.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'README.md'), 'utf8');

/** The fenced blocks of one language, in order. */
function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, code]) => code ?? '',
  );
}

/** Setting up and installing are other tests'. */
const scripts = blocks('sh').filter((script) => !script.startsWith('npm '));
const programs = blocks('js');
const [dryRun] = blocks('text').filter((block) => block.startsWith('ip link add'));

/** Blocks with a title each for it.each: which one of how many. */
function numbered(all: readonly string[]): { title: string; block: string }[] {
  return all.map((block, index) => ({ title: `${index + 1} of ${all.length}`, block }));
}

/** Lines that do something. */
function lines(block: string): number {
  return block.split('\n').filter((line) => line.trim() !== '').length;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netplumb-readme-'));
  writeFileSync(join(folder, 'netplumb'), `#!/bin/sh\nexec ${process.execPath} ${COMMAND} "$@"\n`);
  chmodSync(join(folder, 'netplumb'), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program on the host, in the project's folder, with `netplumb` in its PATH and nothing in its /run. */
function onHost(host: Host, ...words: string[]): Ended {
  const enter = 'mount -t tmpfs tmpfs /run && cd "$1" && PATH=$2:$PATH && shift 2 && exec "$@"';
  return attempt('nsenter', [
    `--net=${host.path}`,
    'unshare',
    '--mount',
    'sh',
    '-c',
    enter,
    'sh',
    root,
    folder,
    ...words,
  ]);
}

/** What a network could leave behind on a host. */
function traces(host: Host): unknown {
  return {
    links: host.links().map(({ ifname }) => ifname),
    rules: host.iptables().filter((line) => line.startsWith('-A') || line.endsWith(' -')),
    forwarding: host.sysctl('net.ipv4.ip_forward'),
  };
}

describe('README.md', () => {
  it('tells the story in ten lines of code and ten of shell', () => {
    expect(programs[0]).toContain("ping('1.1.1.1')");
    expect(scripts[0]).toContain('netplumb ping container1 1.1.1.1');
    expect(lines(programs[0] ?? '')).toBeLessThanOrEqual(10);
    expect(lines(scripts[0] ?? '')).toBeLessThanOrEqual(10);
  });

  it.each(numbered(programs))(
    'has code that runs, prints what it says, and leaves nothing ($title)',
    ({ block }) => {
      const { host } = createTopology();
      const before = traces(host);
      const ended = onHost(host, process.execPath, '--input-type=module', '--eval', block);
      expect(ended).toMatchObject({ status: 0, stderr: '' });
      for (const [, printed] of block.matchAll(/\/\/ prints (.*)$/gm))
        expect(ended.stdout).toContain(printed);
      if (block.includes('1.1.1.1')) expect(ended.stdout).toContain("from: '1.1.1.1'");
      expect(traces(host)).toEqual(before);
    },
  );

  it.each(numbered(scripts))('has shell lines that run and leave nothing ($title)', ({ block }) => {
    const { host } = createTopology();
    const before = traces(host);
    const ended = onHost(host, 'sh', '-eu', '-c', block);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    if (block.includes('1.1.1.1')) expect(ended.stdout).toContain('1.1.1.1 answered');
    expect(traces(host)).toEqual(before);
  });

  it('shows the dry run that the command prints, but for the host link, which is random', () => {
    const command = /\(`(netplumb up [^`]*--dry-run)`\)/.exec(text)?.[1] ?? '';
    const { host } = createTopology();
    const { status, stdout } = onHost(host, 'sh', '-c', command);
    const anyLink = (printed: string) => printed.replaceAll(/\bnp[a-z2-7]{12}\b/g, 'npLINK');
    expect(status).toBe(0);
    expect(anyLink(stdout)).toBe(anyLink(dryRun ?? ''));
  });
});
