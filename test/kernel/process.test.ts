// Processes started in a namespace: where they run, and what they see below /etc.
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import type { NamespaceSpawnOptions } from '../../src/process.js';
import { command } from '../support/command.js';
import { namespaceName, rejection, removeNamedAfterEach, thrown } from './surroundings.js';

removeNamedAfterEach();

let ns: Namespace;
let folder: string;
beforeEach(async () => {
  const name = namespaceName('inside');
  ns = await Namespace.create(name);
  folder = `/etc/netns/${name}`;
});
afterEach(() => {
  ns.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Files that stand in the place of those in /etc. */
function etc(files: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(`${folder}/${name}`, content);
}

async function printed(words: readonly string[], options: NamespaceSpawnOptions = {}): Promise<string> {
  const [program = '', ...args] = words;
  const child = ns.spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout as NodeJS.ReadableStream), once(child, 'close')]);
  return output;
}

describe('a process in a namespace', () => {
  it('is told by exec with what it printed', async () => {
    expect(await ns.exec('readlink', ['/proc/self/ns/net'])).toEqual({
      stdout: `net:[${ns.inode}]\n`,
      stderr: '',
    });
    expect(await rejection(ns.exec('sh', ['-c', 'echo out; echo err >&2; exit 3']))).toMatchObject({
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(await rejection(ns.exec('/no/such/program'))).toMatchObject({ code: 'ENOENT' });
  });

  it('sees /etc as ip netns exec shows it, and nobody else does', async () => {
    etc({ hosts: '192.0.2.7 elsewhere\n', 'resolv.conf': 'nameserver 192.0.2.53\n' });
    const files = ['/etc/hosts', '/etc/resolv.conf'];
    const theirs = command('ip', ['netns', 'exec', ns.name ?? '', 'cat', ...files]);
    expect(theirs).toBe('192.0.2.7 elsewhere\nnameserver 192.0.2.53\n');
    expect((await ns.exec('cat', files)).stdout).toBe(theirs);
    expect(await printed(['cat', ...files])).toBe(theirs);
    expect(readFileSync('/etc/hosts', 'utf8')).not.toContain('elsewhere');
    expect(await printed(['readlink', '/proc/self/ns/net'])).toBe(`net:[${ns.inode}]\n`);
  });

  it('sees the machine’s /etc with etc: false, and where the namespace was not opened by name', async () => {
    etc({ hosts: '192.0.2.7 elsewhere\n' });
    const machines = readFileSync('/etc/hosts', 'utf8');
    expect(await printed(['cat', '/etc/hosts'], { etc: false })).toBe(machines);
    const byPath = await Namespace.open({ path: `/run/netns/${ns.name}` });
    expect((await byPath.exec('cat', ['/etc/hosts'])).stdout).toBe(machines);
    byPath.close();
  });

  it('gets its words unchanged, its shell, and its own process number behind the mounts', async () => {
    etc({ hosts: '192.0.2.7 elsewhere\n' });
    const words = ['two words', '$HOME', "quote'", '*', ''];
    expect(await printed(['printf', '%s|', ...words])).toBe("two words|$HOME|quote'|*||");
    expect(await printed(['echo', '$((1 + 2)); cat /etc/hosts'], { shell: true })).toBe(
      '3\n192.0.2.7 elsewhere\n',
    );
    const child = ns.spawn('sh', ['-c', 'echo $$'], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout as NodeJS.ReadableStream)).toBe(`${child.pid}\n`);
  });

  it('is refused for another user where files would have to be mounted', () => {
    etc({ hosts: '192.0.2.7 elsewhere\n' });
    expect(String(thrown(() => ns.spawn('true', [], { uid: 65_534 })))).toMatch(
      /^TypeError: spawn: uid and gid/,
    );
  });
});
