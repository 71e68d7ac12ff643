import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RestoreSession } from '../../../src/nat/iptables/session.js';
import { NatError } from '../../../src/nat/nat-error.js';
import { block, fake, session } from './fake.js';

describe('a healthy session', () => {
  it('starts one process for 200 transactions, and none before the first', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    expect(nat.started).toBe(0);
    expect(nat.pid).toBeUndefined();
    await Promise.all(Array.from({ length: 200 }, (_, i) => nat.transaction(block(`-A X${i}`))));
    expect(nat.started).toBe(1);
    // One at once, and all that waited meanwhile together.
    expect(applied()).toHaveLength(2);
    expect(linesOf(applied())).toEqual(Array.from({ length: 200 }, (_, i) => `-A X${i}`));
  });

  it('starts none for empty text', async () => {
    const nat = session({ spawn: fake().spawn });
    await nat.transaction('');
    expect(nat.started).toBe(0);
  });

  it('applies in the order of the calls, reads between them seeing just what came before', async () => {
    const nat = session({ spawn: fake().spawn });
    const [, first, , second] = await Promise.all([
      nat.transaction(block('-A ONE')),
      nat.read('nat'),
      nat.transaction(block('-A TWO', '!log')),
      nat.readRules(),
    ]);
    expect(first).toBe('-N NAT\n');
    expect(second).toEqual({ nat: '-N NAT\n', filter: '-N FILTER\n' });
  });

  it('gives the process a group, a session and a directory of its own, three pipes, and a fixed environment', async () => {
    const { spawn } = fake();
    process.env.XTABLES_LIBDIR = '/nowhere';
    process.env.LD_DEBUG_OUTPUT = '/nowhere';
    process.env.XTABLES_LOCKFILE = '/nowhere';
    const nat = session({ spawn, waitSeconds: 7 });
    const told = await tell(nat);
    expect(told.group).toBe(told.pid);
    expect(told.session).toBe(told.pid);
    expect(told.group).not.toBe(groupOf(process.pid));
    expect(told.cwd).toBe('/');
    expect(told.arguments).toEqual(['-w', '7', '--noflush', '-v']);
    expect(told.environment.sort()).toEqual(['LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
    for (const fd of ['0', '1', '2']) expect(told.descriptors.get(fd)).toMatch(/^(socket|pipe):/);
    expect(nat.pid).toBe(told.pid);
  });

  it('understands answers that come in pieces of a byte, and marks that come twice', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('-A X', '!odd'));
    await nat.transaction(block('-A Y', '!twice'));
    expect(await nat.readRules()).toEqual({ nat: '-N NAT\n', filter: '-N FILTER\n' });
    expect(await nat.read('filter')).toBe('-N FILTER\n');
    await nat.transaction(block('-A Z'));
    expect(applied()).toEqual(['nat: -A X', 'nat: -A Y', 'nat: -A Z']);
    expect(nat.started).toBe(1);
  });

  it('is not told that a block was applied by a line that only looks like a mark', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('-A X'));
    const said = nat.transaction(block('!say #netplumb-0123456789abcdef-2;', '!exit 1'));
    await expect(said).rejects.toMatchObject({ code: 'EPIPE', applied: 'unknown' });
    expect(applied()).toEqual(['nat: -A X']);
  });

  it('pads its marks where stdout is not flushed, reads included', async () => {
    const nat = session({ spawn: fake({ buffered: true }).spawn });
    await nat.transaction(block('-A X'));
    expect(await nat.readRules()).toEqual({ nat: '-N NAT\n', filter: '-N FILTER\n' });
    expect(await nat.read('nat')).toBe('-N NAT\n');
    await nat.transaction(block('!say more', '-A Y'));
    expect(await nat.read('nat')).toBe('-N NAT\n');
    expect(nat.started).toBe(1);
  });

  it('waits for a process that is slow to start', async () => {
    const nat = session({ spawn: fake({ greetMs: 600 }).spawn });
    expect(await nat.read('nat')).toBe('-N NAT\n');
    expect(await nat.read('nat')).toBe('-N NAT\n');
    expect(nat.started).toBe(1);
  });

  it('sends a transaction larger than every buffer, and survives megabytes of answer', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('!megabytes 3', ...Array.from({ length: 40_000 }, (_, i) => `-A X${i}`)));
    expect(applied()[0]).toMatch(/-A X39999$/);
    await nat.transaction(block('!grumble 200', '-A Y'));
    expect(await nat.read('nat')).toBe('-N NAT\n');
  });
});

describe('a refused transaction', () => {
  it.each([
    ['parse error', 2, 'Error occurred at line: {line}', 'EIPTABLES'],
    ['missing rule', 1, 'iptables-restore: line {line} failed: Bad rule.', 'EIPTABLES'],
    ['kernel refusal', 4, 'line {line}: RULE_APPEND failed (Invalid argument): rule in chain X', 'EIPTABLES'],
    ['lock', 4, 'Another app is currently holding the xtables lock. Stopped waiting after 1s.', 'EAGAIN'],
    ['no right', 4, "Fatal: can't open lock file /run/xtables.lock: Permission denied", 'EPERM'],
  ])('is not applied, and the next has a fresh process: %s', async (_, exit, stderr, code) => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('-A BEFORE'));
    const bad = `!exit ${exit} ${stderr}`;
    const [failed, next] = await Promise.allSettled([
      nat.transaction(block('-A GOOD', bad)),
      nat.transaction(block('-A AFTER')),
    ]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { code, exitCode: exit, applied: false } });
    const error = (failed as PromiseRejectedResult).reason as NatError;
    expect(error).toBeInstanceOf(NatError);
    expect(error.line).toBe(code === 'EIPTABLES' ? bad : undefined);
    expect(error.stderr).not.toBe('');
    expect(error.message).toContain(`iptables-restore: ${code}: `);
    // They went together. What is wrong with one does not sink the other; the lock, or the rights, they share.
    if (code === 'EIPTABLES') expect(next.status).toBe('fulfilled');
    else expect(next).toMatchObject({ status: 'rejected', reason: { code, applied: false } });
    await nat.transaction(block('-A LATER'));
    expect(linesOf(applied())).toEqual(
      ['-A BEFORE', '-A AFTER', '-A LATER'].filter((line) => code === 'EIPTABLES' || line !== '-A AFTER'),
    );
  });

  it('maps the line back wherever in the life of the process it comes', async () => {
    const nat = session({ spawn: fake().spawn });
    for (let i = 0; i < 5; i++) await nat.transaction(block(...Array.from({ length: i + 1 }, () => '-A X')));
    await nat.readRules();
    const failed = nat.transaction(
      block('-A ONE') + block('-A TWO', '-A THREE', '!exit 1 line {line} failed', '-A FOUR'),
    );
    await expect(failed).rejects.toMatchObject({
      code: 'EIPTABLES',
      line: '!exit 1 line {line} failed',
      applied: 'unknown',
    });
  });

  it('is of unknown effect where an earlier block of it was applied', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    const failed = nat.transaction(block('-A ONE') + block('!exit 1 line {line} failed'));
    await expect(failed).rejects.toMatchObject({ code: 'EIPTABLES', applied: 'unknown' });
    expect(applied()).toEqual(['nat: -A ONE']);
    const locked = nat.transaction(block('-A TWO') + block('!exit 4 holding the xtables lock'));
    await expect(locked).rejects.toMatchObject({ code: 'EAGAIN', applied: 'unknown' });
    expect(applied()).toEqual(['nat: -A ONE', 'nat: -A TWO']);
  });

  it('keeps only the end of what the process had to say', async () => {
    const nat = session({ spawn: fake().spawn });
    const error = await failureOf(nat.transaction(block('!grumble 1024', '!exit 1 line {line} failed')));
    expect(error.code).toBe('EIPTABLES');
    expect(error.stderr.length).toBeLessThanOrEqual(16_384);
  });
});

describe('transactions that wait', () => {
  it('each get their own verdict, whichever of them are bad', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    const bad = new Set([3, 4, 11, 19]);
    const verdicts = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        nat.transaction(block(`-A X${i}`, ...(bad.has(i) ? ['!exit 1 line {line} failed'] : []))),
      ),
    );
    for (const [i, verdict] of verdicts.entries()) {
      if (!bad.has(i)) expect(verdict.status).toBe('fulfilled');
      else expect(verdict).toMatchObject({ reason: { code: 'EIPTABLES', applied: false } });
    }
    const good = Array.from({ length: 20 }, (_, i) => i).filter((i) => !bad.has(i));
    expect(linesOf(applied())).toEqual(good.map((i) => `-A X${i}`));
  });

  it('are of unknown effect all, where the process dies between COMMIT and the acknowledgement', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('-A BEFORE'));
    const verdicts = await Promise.allSettled([
      nat.transaction(block('-A ONE')),
      nat.transaction(block('-A TWO', '!commit-then kill')),
      nat.transaction(block('-A THREE')),
    ]);
    for (const verdict of verdicts)
      expect(verdict).toMatchObject({ status: 'rejected', reason: { code: 'EPIPE', applied: 'unknown' } });
    expect(linesOf(applied())).toEqual(['-A BEFORE', '-A ONE', '-A TWO', '-A THREE']);
  });

  it('wait for a read between them, and never go together with one of another table, or of two', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    const filter = (line: string) => block(line).replace('*nat', '*filter');
    await Promise.all([
      nat.transaction(block('-A FIRST')),
      nat.transaction(block('-A ONE')),
      nat.transaction(block('-A TWO')),
      nat.transaction(filter('-A THREE')),
      nat.transaction(filter('-A FOUR')),
      nat.transaction(block('-A FIVE') + filter('-A SIX')),
      nat.transaction(block('-A SEVEN')),
      nat.read('nat'),
      nat.transaction(block('-A EIGHT')),
    ]);
    expect(applied()).toEqual([
      'nat: -A FIRST',
      'nat: -A ONE; -A TWO',
      'filter: -A THREE; -A FOUR',
      'nat: -A FIVE',
      'filter: -A SIX',
      'nat: -A SEVEN',
      'nat: -A EIGHT',
    ]);
  });
});

describe('a process that goes wrong', () => {
  it('leaves the effect unknown when it dies between COMMIT and the acknowledgement', async () => {
    const { spawn, applied } = fake();
    const nat = session({ spawn });
    for (const death of ['exit 1', 'exit 0', 'kill']) {
      const failed = nat.transaction(block('-A X', `!commit-then ${death}`));
      await expect(failed).rejects.toMatchObject({ code: 'EPIPE', applied: 'unknown' });
    }
    expect(applied()).toEqual(['nat: -A X', 'nat: -A X', 'nat: -A X']);
    await nat.transaction(block('-A Y'));
    expect(nat.started).toBe(4);
  });

  it('is killed when it hangs, with an error of our own and its effect unknown', async () => {
    const { spawn, children } = fake();
    const nat = session({ spawn, timeoutMs: 1_500 });
    await nat.transaction(block('-A X'));
    const error = await failureOf(nat.transaction(block('-A Y', '!hang')));
    expect(error).toMatchObject({ code: 'ETIMEDOUT', applied: 'unknown', exitCode: null });
    expect(children[0]?.signalCode).toBe('SIGKILL');
    await nat.transaction(block('-A Z'));
    expect(nat.started).toBe(2);
  });

  it('has had no effect when it never answered the greeting', async () => {
    const { spawn, applied } = fake({ mute: true });
    const nat = session({ spawn, timeoutMs: 1_500 });
    await expect(nat.transaction(block('-A X'))).rejects.toMatchObject({ code: 'ETIMEDOUT', applied: false });
    expect(applied()).toEqual([]);
    await nat.transaction(block('-A Y'));
  });

  it('is unknown when somebody kills it in the middle, and a read afterwards works', async () => {
    const { spawn, children } = fake();
    const nat = session({ spawn });
    await nat.read('nat');
    const pending = nat.transaction(block('!sleep 10000', '-A X'));
    setTimeout(() => children[0]?.kill('SIGKILL'), 50); // once it was sent
    await expect(pending).rejects.toMatchObject({ code: 'EPIPE', applied: 'unknown', exitCode: null });
    expect(await nat.read('nat')).toBe('-N NAT\n');
  });

  it('is replaced unnoticed when it was killed between transactions', async () => {
    const { spawn, children, applied } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('-A X'));
    children[0]?.kill('SIGKILL');
    // Until the kernel has taken it down, and while this thread has not yet heard of it.
    const { pid } = children[0] as { pid: number };
    while (stateOf(pid) !== 'Z' || readdirSync(`/proc/${pid}/task`).length > 1);
    await nat.transaction(block('-A Y'));
    expect(nat.started).toBe(2);
    expect(applied()).toEqual(['nat: -A X', 'nat: -A Y']);
  });

  it('is killed and replaced when it closed its input, for then nothing reached it', async () => {
    const { spawn, children, applied } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('-A X', '!close-input'));
    await new Promise((fulfil) => setTimeout(fulfil, 50));
    await nat.transaction(block('-A Y') + block('-A Z'));
    expect(children[0]?.signalCode).toBe('SIGKILL');
    expect(nat.started).toBe(2);
    expect(applied()).toEqual(['nat: -A X', 'nat: -A Y', 'nat: -A Z']);
  });

  it('says that iptables is missing and what brings it', async () => {
    const nat = new RestoreSession({ program: '/nowhere/iptables-restore' });
    const error = await failureOf(nat.transaction(block('-A X')));
    expect(error).toMatchObject({ code: 'ENOENT', applied: false });
    expect(error.message).toMatch(/package iptables/);
    expect(nat.started).toBe(0);
    await nat.close();
  });

  it('passes on why a namespace could not be entered', async () => {
    const nat = session({
      spawn: () => {
        throw Object.assign(new Error('setns: gone'), { code: 'EBADF' });
      },
    });
    const error = await failureOf(nat.transaction(block('-A X')));
    expect(error).toMatchObject({ code: 'EBADF', applied: false });
    expect(error.message).toContain('setns: gone');
  });
});

describe('the end of a session', () => {
  it('ends the process when idle, and starts another for the next transaction', async () => {
    const { spawn, children } = fake();
    const nat = session({ spawn, idleMs: 50 });
    await nat.transaction(block('-A X'));
    await new Promise((fulfil) => children[0]?.once('exit', fulfil));
    expect(children[0]?.exitCode).toBe(0);
    expect(nat.pid).toBeUndefined();
    await nat.transaction(block('-A Y'));
    expect(nat.started).toBe(2);
  });

  it('finishes what was asked, ends the process, and refuses what comes after', async () => {
    const { spawn, children, applied } = fake();
    const nat = session({ spawn });
    const asked = Array.from({ length: 20 }, (_, i) => nat.transaction(block(`-A X${i}`)));
    await nat.close();
    await Promise.all(asked);
    expect(linesOf(applied())).toHaveLength(20);
    expect(children[0]?.exitCode).toBe(0);
    await expect(nat.transaction(block('-A Y'))).rejects.toMatchObject({ code: 'ESHUTDOWN', applied: false });
    await nat.close();
  });

  it('kills a process that does not mind the end of its input', async () => {
    const { spawn, children } = fake();
    const nat = session({ spawn });
    await nat.transaction(block('-A X'));
    children[0]?.kill('SIGSTOP');
    await nat.close();
    expect(children[0]?.signalCode).toBe('SIGKILL');
  });
});

describe('arguments', () => {
  it.each([
    ['*nat\n-A X\n'],
    ['-A X\nCOMMIT\n'],
    ['*nat\n-A X\nCOMMIT'],
    ['*nat\n-A X\nCOMMIT\n-A Y\n'],
    ['#\n*nat\n-A X\nCOMMIT\n'],
  ])('refuses text that is not whole blocks, before anything is started: %j', async (text) => {
    const nat = session({ spawn: fake().spawn });
    await expect(nat.transaction(text)).rejects.toThrow(TypeError);
    expect(nat.started).toBe(0);
  });

  it.each([
    [{ waitSeconds: 0 }, RangeError, /waitSeconds/],
    [{ waitSeconds: 1.5 }, RangeError, /waitSeconds/],
    [{ timeoutMs: 0 }, RangeError, /timeoutMs/],
    [{ idleMs: Number.NaN }, RangeError, /idleMs/],
    [{ idleMs: '5' as unknown as number }, TypeError, /idleMs/],
    [{ family: 5 as unknown as 4 }, RangeError, /family/],
    [{ program: 'iptables-restore' }, TypeError, /program/],
    [{ spawn: 'x' as unknown as never }, TypeError, /spawn/],
  ])('refuses the option %j', (options, kind, message) => {
    expect(() => new RestoreSession(options)).toThrow(kind);
    expect(() => new RestoreSession(options)).toThrow(message);
  });
});

interface Told {
  pid: number;
  group: number;
  session: number;
  cwd: string;
  arguments: string[];
  environment: string[];
  descriptors: Map<string, string>;
}

async function tell(nat: RestoreSession): Promise<Told> {
  // A read sends nothing but `-S`: the fake takes this chain's name as the question.
  const told = JSON.parse(await nat.read('nat', ['TELL']));
  return { ...told, descriptors: new Map(told.descriptors) };
}

async function failureOf(promise: Promise<unknown>): Promise<NatError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NatError);
  return error as NatError;
}

function groupOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[2]);
}

function stateOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[0];
}

/** The lines of all blocks that were applied, in order. */
function linesOf(applied: readonly string[]): string[] {
  return applied.flatMap((block) => block.replace(/^\w+: /, '').split('; '));
}
