// Owns what is to be believed after iptables-restore went away with an exchange unanswered.
// Pure. Must not know processes or queues: it judges what they saw.
import { NatError } from '../nat-error.js';
import { debianPackage } from './program.js';

/** What was seen of an exchange that got no answer. */
export interface Failure {
  /** What ended it: the process by itself, our timeout, our bound on its output, or it never started. */
  readonly reason: 'ended' | 'timeout' | 'overflow' | 'spawn';
  readonly program: string;
  /** A read, or the first greeting: nothing was asked to change. */
  readonly harmless: boolean;
  /** The blocks sent, and how many were acknowledged. */
  readonly blocks: readonly string[];
  readonly acknowledged: number;
  /** False where not one byte reached the process. */
  readonly delivered: boolean;
  /** Number of the first line of the exchange, counted since the process started; the acknowledgement after each block is one line. */
  readonly firstLine: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
  readonly timeoutMs: number;
  readonly cause?: unknown;
}

const lockHeld = /xtables lock|Resource temporarily unavailable/;
const notAllowed = /Permission denied|Operation not permitted|must be root/;

/** The error of a failed exchange. */
export function judge(failure: Failure): NatError {
  const named = namedLine(failure);
  const code = codeOf(failure);
  const sentence = `${failure.program}: ${code}: ${sentenceOf(failure, code)}`;
  return new NatError(named === undefined ? sentence : `${sentence} (${named.line})`, {
    code,
    exitCode: failure.exitCode,
    stderr: failure.stderr,
    line: named?.line,
    applied: appliedOf(failure, named?.block, code),
    cause: failure.cause,
  });
}

function codeOf({ reason, exitCode, stderr, cause }: Failure): string {
  if (reason === 'timeout') return 'ETIMEDOUT';
  if (reason === 'overflow') return 'EOVERFLOW';
  if (reason === 'spawn') return (cause as NodeJS.ErrnoException | undefined)?.code ?? 'EPIPE';
  if (exitCode === null || exitCode === 0) return 'EPIPE';
  if (lockHeld.test(stderr)) return 'EAGAIN';
  if (notAllowed.test(stderr)) return 'EPERM';
  return stderr === '' ? 'EPIPE' : 'EIPTABLES';
}

/**
 * A block stands or falls as a whole, in order. The first unacknowledged one is the one that failed, but only its own word makes
 * that certain: without it the process may have died between COMMIT and the acknowledgement.
 */
function appliedOf(failure: Failure, block: number | undefined, code: string): false | 'unknown' {
  if (failure.harmless || !failure.delivered || failure.reason === 'spawn') return false;
  if (failure.acknowledged > 0) return 'unknown';
  const refused = code === 'EIPTABLES' && block === 0;
  return refused || code === 'EAGAIN' || code === 'EPERM' ? false : 'unknown';
}

function sentenceOf(failure: Failure, code: string): string {
  if (code === 'ENOENT') return `not found; Debian's package ${debianPackage} has it`;
  if (code === 'ETIMEDOUT') return `no answer in ${failure.timeoutMs} ms`;
  if (code === 'EOVERFLOW') return 'more output than a read may have';
  if (failure.reason === 'spawn')
    return failure.cause instanceof Error ? failure.cause.message : 'cannot be started';
  const ending = failure.signal === null ? `exit ${failure.exitCode}` : `killed by ${failure.signal}`;
  return (
    saidBy(failure.stderr) ??
    (code === 'EIPTABLES' ? `refused (${ending})` : `ended without an answer (${ending})`)
  );
}

/** Its own sentence, without its name, its count of lines and its advice to read its help. */
function saidBy(stderr: string): string | undefined {
  return stderr
    .split('\n')
    .map((line) =>
      line
        .replace(/^\S*tables\S*(?: v\S+ \(\w+\))?: ?/, '')
        .replace(/^line \d+ failed(?:: |$)/, '')
        .trim(),
    )
    .find((line) => line !== '' && !line.startsWith('Try `') && !/^Error occurred at line/.test(line));
}

/** The line that stderr names, by the number it counts since its start. COMMIT itself is a line that can be named. */
function namedLine({ blocks, firstLine, stderr }: Failure): { line: string; block: number } | undefined {
  for (const [, number] of stderr.matchAll(/\bline:? (\d+)\b/g)) {
    let start = firstLine;
    for (const [block, text] of blocks.entries()) {
      const lines = text.split('\n');
      const line = lines[Number(number) - start];
      if (line !== undefined && line !== '') return { line, block };
      start += lines.length; // the text ends in a newline: its empty last piece stands for the acknowledgement
    }
  }
  return undefined;
}
