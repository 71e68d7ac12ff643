// What a person reads when something goes wrong: one line, the reason, a hint; and the exit code.
import { describe, expect, it } from 'vitest';
import { exitCodeOf, failureLine, UsageError } from '../../../src/cli/failure.js';

function failure(message: string, fields: Record<string, unknown>): Error {
  return Object.assign(new Error(message), fields);
}

describe('exit codes', () => {
  it.each([
    [new TypeError('name must be a string'), 2],
    [new RangeError('subnet is not an IPv4 CIDR'), 2],
    [new UsageError('exec: no command given'), 2],
    [failure('link.add br0: EEXIST: File exists', { code: 'EEXIST' }), 1],
    ['not even an error', 1],
  ])('%s ends with %i', (error, exitCode) => {
    expect(exitCodeOf(error)).toBe(exitCode);
  });
});

describe('failure lines', () => {
  it("adds the kernel's sentence where the message lacks it", () => {
    const error = failure('link.add br0: EINVAL: Invalid argument', {
      code: 'EINVAL',
      kernelMessage: 'Device is a loopback',
    });
    expect(failureLine(error)).toBe('link.add br0: EINVAL: Invalid argument; Device is a loopback');
  });

  it("does not repeat the kernel's sentence", () => {
    const error = failure('link.add br0: EINVAL: Device is a loopback', {
      kernelMessage: 'Device is a loopback',
    });
    expect(failureLine(error)).toBe('link.add br0: EINVAL: Device is a loopback');
  });

  it('lists what differs', () => {
    const error = failure('network br0 stands and differs', {
      code: 'ENETWORKDIFFERS',
      differences: ['subnets: 10.0.0.0/24', 'nat: none'],
    });
    expect(failureLine(error)).toContain('; subnets: 10.0.0.0/24; nat: none (nothing was changed');
  });

  it('says what iptables said, and about which rule', () => {
    const error = failure('iptables-restore: EIPTABLES', {
      code: 'EIPTABLES',
      stderr: 'line 3 failed\n',
      line: '-A X -j Y',
    });
    expect(failureLine(error)).toBe('iptables-restore: EIPTABLES; line 3 failed; rule: -A X -j Y');
  });

  it('hints at privileges', () => {
    expect(failureLine(failure('link.add br0: EPERM: Operation not permitted', { code: 'EPERM' }))).toContain(
      '(needs root, or',
    );
  });

  it('does not hint at privileges where a command cannot be executed', () => {
    const error = failure('spawn /etc/passwd EACCES', { code: 'EACCES', syscall: 'spawn /etc/passwd' });
    expect(failureLine(error)).toBe('spawn /etc/passwd EACCES');
  });

  it('names the package of a missing iptables-restore', () => {
    const error = failure('iptables-restore: ENOENT: not installed', { code: 'ENOENT' });
    expect(failureLine(error)).toContain('Debian package: iptables');
  });

  it('does not suggest iptables where a namespace is missing', () => {
    expect(failureLine(failure('namespace.open nobody: ENOENT', { code: 'ENOENT' }))).toBe(
      'namespace.open nobody: ENOENT',
    );
  });

  it('stays one line, and lets no control character through to the terminal', () => {
    const line = failureLine(failure('name \u001b[2J\u0007bad\r\nsecond', {}));
    expect(line).toBe('name \\x1b[2J\\x07bad second');
  });
});
