// Owns how a failure is told to a person: one line, the kernel's own reason, a hint where one helps, and the exit code.
// It recognises errors by their shape, not by their class, so that usage mistakes are reported without loading the addon.

/** Exit codes of the command: done, failed, used wrongly. */
export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** What every error of the library may carry; `code` is the only part that decides anything. */
interface Details {
  readonly code?: unknown;
  /** Of Node's own errors: what the caller's command met, not what netplumb may do. */
  readonly syscall?: unknown;
  readonly path?: unknown;
  readonly kernelMessage?: unknown;
  readonly stderr?: unknown;
  readonly line?: unknown;
  readonly differences?: unknown;
}

/** A mistake in how the command was called that commander cannot see. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit code for an error: 2 for wrong arguments (`TypeError`, `RangeError`, `UsageError`), else 1. */
export function exitCodeOf(error: unknown): number {
  const misuse = error instanceof TypeError || error instanceof RangeError || error instanceof UsageError;
  return misuse ? EXIT_USAGE : EXIT_FAILED;
}

/** The error as one printable line without the leading `netplumb: `. */
export function failureLine(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const details = error as Error & Details;
  const parts = [error.message === '' ? error.name : error.message];
  for (const extra of extras(details)) if (!parts[0]?.includes(extra)) parts.push(extra);
  const hint = hintFor(details, parts[0] ?? '');
  return oneLine(parts.join('; ')) + (hint === undefined ? '' : ` (${hint})`);
}

/** What the message may have left out: the kernel's sentence, what differs, what iptables said about which line. */
function* extras(details: Details): Generator<string> {
  if (typeof details.kernelMessage === 'string') yield details.kernelMessage;
  if (Array.isArray(details.differences)) yield* details.differences.map(String);
  if (typeof details.stderr === 'string' && details.stderr.trim() !== '')
    yield oneLine(details.stderr.trim());
  if (typeof details.line === 'string' && details.line !== '') yield `rule: ${details.line}`;
}

/** What to do about it, unless the message says so itself. */
function hintFor({ code, path, syscall }: Details, message: string): string | undefined {
  const aboutIptables = /iptables/.test(`${message} ${String(path ?? '')}`);
  switch (code) {
    case 'EPERM':
    case 'EACCES':
      if (syscall !== undefined) return undefined;
      return /CAP_/.test(message) ? 'run as root' : 'needs root, or CAP_NET_ADMIN and CAP_SYS_ADMIN';
    case 'ENOENT':
      if (!aboutIptables) return undefined;
      return /package/.test(message)
        ? 'see `netplumb doctor`'
        : 'Debian package: iptables; see `netplumb doctor`';
    case 'EOPNOTSUPP':
    case 'EPROTONOSUPPORT':
    case 'EUNSUPPORTED':
      return 'this kernel may lack it; see `netplumb doctor`';
    case 'EROFS':
      return 'it is mounted read-only here';
    case 'ENONETWORK':
      return '`netplumb ls` shows the networks there are';
    case 'ENETWORKDIFFERS':
      return 'nothing was changed; `netplumb down` it first, or ask for what stands';
    default:
      return undefined;
  }
}

/** Names and rules come from outside: what a terminal would obey is shown escaped. */
export function oneLine(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(
      /[\u0000-\u001f\u007f-\u009f]/g,
      (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
}
