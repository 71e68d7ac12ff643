// What an attach costs in system calls, counted by strace(1) from outside: processes started, sends, and on which thread.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { attempt, command } from '../support/command.js';
import { createHost, namedNamespaces } from '../support/host.js';
import { stagePath } from '../support/stage.js';
import { uniqueName } from '../support/unique-name.js';

interface Call {
  readonly thread: number;
  readonly name: string;
  readonly line: string;
  /** Between which marks of the stage it was made: the last one before it. */
  readonly during: string;
}

/** The calls of a trace in order; one that another thread interrupts is whole again, and counted where it begins. */
function parseTrace(text: string): Call[] {
  let during = 'start';
  return wholeLines(text).flatMap((line) => {
    const [, thread, name] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (name === undefined) return [];
    const mark = /"\/mark\/(\w+)"/.exec(line)?.[1];
    if (mark === undefined) return [{ thread: Number(thread), name, line, during }];
    during = mark;
    return [{ thread: Number(thread), name: 'mark', line, during }];
  });
}

/** strace cuts a call in two where another thread's line comes between. */
function wholeLines(text: string): string[] {
  const lines: string[] = [];
  const begun = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [thread = ''] = line.split(' ', 1);
    const rest = /<\.\.\. \w+ resumed>(.*)$/.exec(line)?.[1];
    const at = begun.get(thread);
    if (rest !== undefined && at !== undefined) {
      lines[at] = `${lines[at]}${rest}`;
      begun.delete(thread);
    } else if (line.endsWith(' <unfinished ...>')) {
      begun.set(thread, lines.length);
      lines.push(line.slice(0, -' <unfinished ...>'.length));
    } else lines.push(line);
  }
  return lines;
}

const count = 50;

/** Runs the stage under strace; the trace goes with the test. */
function trace(nat: 'iptables' | 'none'): Call[] {
  const host = createHost('traced');
  const prefix = uniqueName('c');
  const directory = mkdtempSync(join(tmpdir(), 'netplumb-trace-'));
  const file = join(directory, 'trace');
  try {
    const which = 'execve,sendmsg,sendto,setns,unshare,access,faccessat,faccessat2';
    const options = ['-f', '-qq', '-s', '16', '-e', `trace=${which}`, '-e', 'signal=none', '-o', file];
    const stage = [process.execPath, stagePath('attach-detach'), host.name, nat, prefix, String(count)];
    command('strace', [...options, ...stage], { timeoutMs: 55_000 });
    return parseTrace(readFileSync(file, 'utf8'));
  } finally {
    rmSync(directory, { recursive: true });
    for (const left of namedNamespaces().filter((name) => name.startsWith(prefix))) {
      attempt('ip', ['netns', 'del', left]);
    }
  }
}

const isSend = ({ name, line }: Call) => /^send/.test(name) && line.includes('AF_NETLINK');
const isStart = ({ name, line }: Call) => name === 'execve' && /= 0$/.test(line);

/** The calls after each mark of that name, up to the next mark. */
function each(calls: readonly Call[], mark: string): Call[][] {
  const parts: Call[][] = [];
  for (const call of calls) {
    if (call.during !== mark) continue;
    if (call.name === 'mark') parts.push([]);
    else parts.at(-1)?.push(call);
  }
  return parts;
}

describe('fifty attaches and detaches', () => {
  let calls: Call[] = [];
  beforeAll(() => {
    calls = trace('none');
  });

  it('start no process', () => {
    expect(calls.filter(isStart)).toHaveLength(1); // Node itself
  });

  it('send twice for each attach: once in the host, once in the container', () => {
    const sends = each(calls, 'attach').map((attach) => attach.filter(isSend).length);
    expect(sends).toHaveLength(count);
    expect(sends.slice(1)).toEqual(Array(count - 1).fill(2));
  });

  it('make one namespace for each attach, and enter it once more, for its one setting', () => {
    const attaches = each(calls, 'attach').slice(1);
    for (const attach of attaches) {
      expect(attach.filter(({ name }) => name === 'unshare')).toHaveLength(1);
      expect(attach.filter(({ name }) => name === 'setns')).toHaveLength(3); // the way home, there and back
    }
  });

  it('make one trip to one executor thread each', () => {
    for (const attach of each(calls, 'attach').slice(1)) {
      expect(new Set(attach.filter(isSend).map(({ thread }) => thread)).size).toBe(1);
    }
  });

  it('leave the JS thread to encoding and decoding', () => {
    const main = calls[0]?.thread;
    const work = calls.filter(({ name }) => /^(send|setns|unshare)/.test(name));
    expect(work.length).toBeGreaterThan(4 * count);
    expect(work.filter(({ thread }) => thread === main)).toEqual([]);
  });
});

describe('fifty attaches and detaches with NAT', () => {
  let calls: Call[] = [];
  beforeAll(() => {
    calls = trace('iptables');
  });

  it('start one iptables-restore', () => {
    const [, ...started] = calls.filter(isStart);
    expect(started).toHaveLength(1);
    expect(started[0]?.line).toMatch(/execve\("[^"]*iptables[^"]*-restore/);
  });

  it('send nothing more for it', () => {
    const sends = each(calls, 'attach').map((attach) => attach.filter(isSend).length);
    expect(sends.slice(1)).toEqual(Array(count - 1).fill(2));
  });
});
