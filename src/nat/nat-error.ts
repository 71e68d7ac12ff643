// Owns the error of everything that changes rules, through iptables-restore or nf_tables.
// Must not know sessions or rules: it only carries what they found out.

/** What a {@link NatError} carries beside its message. */
export interface NatErrorFields {
  readonly code: string;
  readonly exitCode?: number | null;
  readonly stderr?: string;
  readonly line?: string | undefined;
  readonly applied: boolean | 'unknown';
  readonly cause?: unknown;
}

/**
 * A NAT or filter change that failed, or a read of the rules that failed.
 *
 * `code` is one of
 * - `EIPTABLES`: iptables-restore refused the transaction; `line` is the generated line it names, where it names one
 * - `ENFTABLES`: the kernel refused the transaction of nf_tables; `line` is what it refused, and the cause has its own code
 * - `EAGAIN`: the xtables lock stayed taken for the whole wait, or the rule set kept changing; trying again makes sense
 * - `ETIMEDOUT`: no answer within the session's own timeout; the process was killed
 * - `EPIPE`: the process ended, or was killed by somebody, without a verdict
 * - `EPERM`: not allowed (CAP_NET_ADMIN in the host's user namespace is needed)
 * - `ENOENT`: iptables-restore is not installed (Debian package `iptables`)
 * - `EOVERFLOW`: more output than a read may have
 * - `ESHUTDOWN`: the session was closed
 * or what starting the process failed with (`EACCES`, `ENOMEM`…).
 */
export class NatError extends Error {
  override readonly name = 'NatError';
  readonly code: string;
  /** Exit code of iptables-restore; null where it did not exit by itself. */
  readonly exitCode: number | null;
  /** What it said, at most the last 16 KiB. */
  readonly stderr: string;
  /** The generated line that was refused. */
  readonly line?: string;
  /** Whether the change stands all the same. `'unknown'`: read back before relying on either. */
  readonly applied: boolean | 'unknown';

  constructor(message: string, fields: NatErrorFields) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.exitCode = fields.exitCode ?? null;
    this.stderr = fields.stderr ?? '';
    if (fields.line !== undefined) this.line = fields.line;
    this.applied = fields.applied;
  }
}
