// What the command line refuses before anything is done, and what it answers by itself.
import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram } from '../../../src/cli/program.js';

let printed = '';
let complained = '';

beforeEach(() => {
  printed = '';
  complained = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complained += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function parse(...words: string[]): Promise<unknown> {
  const settle = () => {
    throw new Error('a command ran');
  };
  return createProgram(settle)
    .parseAsync(words, { from: 'user' })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

describe('usage errors', () => {
  it.each([
    ['an unknown command', ['upp', 'br0']],
    ['an unknown option', ['up', 'br0', '--subnet', '172.16.0.0/24', '--fast']],
    ['a missing subnet', ['up', 'br0']],
    ['a missing network', ['up', '--subnet', '172.16.0.0/24']],
    ['an option without its value', ['up', 'br0', '--subnet']],
    ['an unknown NAT backend', ['up', 'br0', '--subnet', '172.16.0.0/24', '--nat', 'pf']],
    ['an empty host', ['ls', '--host', '']],
    ['too many arguments', ['down', 'br0', 'br1']],
    ['a count of nothing', ['ping', 'container1', '1.1.1.1', '--count', '0']],
    ['a count that is no number', ['ping', 'container1', '1.1.1.1', '--count', '1e1']],
    ['a timeout below zero', ['ping', 'container1', '1.1.1.1', '--timeout=-1']],
    ['exec without a command', ['exec', 'container1']],
    ['a host for the demo', ['demo', '--host', 'h']],
    ['a host in front of the demo', ['--host', 'h', 'demo']],
    ['a host for ping', ['ping', '--host', 'h', 'container1', '1.1.1.1']],
    ['a host in front of ping', ['--host', 'h', 'ping', 'container1', '1.1.1.1']],
    ['a host for exec', ['exec', '--host', 'h', 'container1', 'true']],
    ['a host in front of exec', ['--host', 'h', 'exec', 'container1', 'true']],
  ])('%s is refused in one line', async (_, words) => {
    const error = await parse(...words);
    expect(error).toBeInstanceOf(CommanderError);
    expect((error as CommanderError).exitCode).not.toBe(0);
    expect(complained).toMatch(/^netplumb: [^\n]+\n$/);
    expect(printed).toBe('');
  });

  it('suggests the command that was meant', async () => {
    await parse('dwon', 'br0');
    expect(complained).toContain('Did you mean down?');
  });
});

describe('answers of its own', () => {
  it('prints the version', async () => {
    const error = await parse('--version');
    expect((error as CommanderError).exitCode).toBe(0);
    expect(printed).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(['up', 'attach', 'detach', 'down', 'ls', 'exec', 'ping', 'monitor', 'doctor', 'demo'])(
    'lists %s in its help',
    async (name) => {
      const error = await parse('--help');
      expect((error as CommanderError).exitCode).toBe(0);
      expect(printed).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    },
  );
});
