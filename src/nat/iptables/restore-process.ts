// Owns one running iptables-restore: its pipes, its end. One exchange at a time.
// Must not know queues, restarts or what is asked. Runs on the JS thread; every wait is an event of the pipes.
import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { Echo } from './echo.js';
import type { Failure } from './verdict.js';

/** How one exchange is made. */
export interface ExchangeOptions {
  /** Whether what is printed is wanted. */
  readonly keep: boolean;
  readonly timeoutMs: number;
}

/** What an exchange that got no answer rejects with; `judge` makes an error of it. */
export type Unanswered = Omit<Failure, 'program' | 'harmless'>;

interface Exchange extends ExchangeOptions {
  readonly blocks: readonly string[];
  readonly firstLine: number;
  reason: Failure['reason'];
  delivered: boolean;
  settle(failure?: Unanswered): void;
}

const stderrBytes = 16_384;
const answerBytes = 64 * 1024 * 1024;
const greetingMs = 300;
// One skb of a stream socket: written whole or, to a process that is gone, not at all (unix_stream_sendmsg).
const atOnceBytes = 16_384;

export class RestoreProcess {
  readonly #child: ChildProcess;
  readonly #pipes: readonly Socket[];
  readonly #echo = new Echo();
  #linesSent = 0;
  #stderr = '';
  #pending: Exchange | undefined;
  #gone = false;
  #spawnError: Error | undefined;
  /** Fulfils once the process is gone and what it said was read. */
  readonly ended: Promise<void>;

  constructor(child: ChildProcess) {
    this.#child = child;
    // All three are sockets, for Node makes socket pairs; where descriptors ran out there are none.
    this.#pipes = [child.stdin, child.stdout, child.stderr].filter(
      (pipe) => pipe != null,
    ) as unknown as Socket[];
    for (const pipe of this.#pipes) pipe.on('error', () => {}); // the write's own callback, or the end, tells
    child.stdout?.setEncoding('latin1').on('data', (chunk: string) => this.#hear(chunk));
    child.stderr?.setEncoding('latin1').on('data', (chunk: string) => {
      this.#stderr = (this.#stderr + chunk).slice(-stderrBytes);
    });
    this.ended = this.#watch().then(() => {
      this.#gone = true;
      this.#give();
    });
  }

  /** Undefined where it is gone. */
  get pid(): number | undefined {
    return this.alive ? this.#child.pid : undefined;
  }

  get alive(): boolean {
    return !this.#gone && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Whether it keeps the event loop alive. `child.unref()` alone would not let go: the three pipes hold it too. */
  hold(held: boolean): void {
    for (const handle of [this.#child, ...this.#pipes]) {
      if (held) handle.ref();
      else handle.unref();
    }
  }

  /** Waits until it echoes; where nothing comes in time its stdout is not flushed, and comments are padded from then on. */
  async greet(timeoutMs: number): Promise<void> {
    const timer = setTimeout(() => this.#write(this.#echo.insist(), () => {}), greetingMs);
    try {
      await this.exchange([''], { keep: false, timeoutMs });
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Sends blocks in one write, because the legacy variant holds its lock from `*table` to COMMIT; fulfils with what each printed.
   * Rejects with {@link Unanswered} once the process is gone.
   */
  exchange(blocks: readonly string[], options: ExchangeOptions): Promise<string[]> {
    return new Promise((fulfil, reject) => {
      const timer = setTimeout(() => this.#abandon(exchange, 'timeout', 0), options.timeoutMs);
      const exchange: Exchange = {
        ...options,
        blocks,
        firstLine: this.#linesSent + 1,
        reason: 'ended',
        delivered: !this.#gone,
        settle: (failure) => {
          clearTimeout(timer);
          this.#pending = undefined;
          if (failure === undefined) fulfil(this.#echo.answers);
          else reject(failure);
        },
      };
      this.#pending = exchange;
      if (this.#gone) return this.#give();
      this.#stderr = '';
      const text = this.#echo.ask(blocks, options.keep);
      this.#write(text, (error) => {
        if (!error) return;
        exchange.delivered = text.length > atOnceBytes && blocks.length > 1;
        this.#abandon(exchange, 'ended', 250); // an exit that is under way says why
      });
    });
  }

  /** Ends it by ending its input; kills it where that does not help within a second, and waits two more at most. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    const kill = setTimeout(() => this.kill(), 1_000).unref();
    let leave: NodeJS.Timeout | undefined;
    const left = new Promise<void>((fulfil) => {
      leave = setTimeout(fulfil, 3_000).unref();
    });
    await Promise.race([this.ended, left]);
    clearTimeout(kill);
    clearTimeout(leave);
  }

  /** Kills its process group: its own, for it was started detached. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || !this.alive) return; // the number may be somebody else's by now
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.#child.kill('SIGKILL'); // whoever started it gave it no group of its own
    }
  }

  async #watch(): Promise<void> {
    const child = this.#child;
    await new Promise<void>((fulfil) => {
      child.on('error', (error) => {
        if (child.pid !== undefined) return;
        this.#spawnError = error;
        fulfil();
      });
      child.once('close', () => fulfil());
      // Whatever inherited its pipes may keep them open for ever.
      child.once('exit', () => setTimeout(fulfil, 200).unref());
    });
  }

  #write(text: string, done: (error?: Error | null) => void): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#linesSent++;
    this.#child.stdin?.write(text, 'latin1', done);
  }

  #hear(chunk: string): void {
    const answered = this.#echo.hear(chunk);
    const pending = this.#pending;
    if (pending === undefined) return;
    if (answered) pending.settle();
    else if (this.#echo.kept > answerBytes) this.#abandon(pending, 'overflow', 0);
  }

  /** Gives an exchange up. It is settled when the process is gone, so that reading back afterwards sees the last of it. */
  #abandon(exchange: Exchange, reason: Failure['reason'], graceMs: number): void {
    if (this.#pending !== exchange) return;
    exchange.reason = reason;
    setTimeout(() => this.kill(), graceMs);
    // In the kernel for good: not even SIGKILL ends that.
    setTimeout(() => this.#pending === exchange && this.#give(), graceMs + 2_000).unref();
  }

  #give(): void {
    const pending = this.#pending;
    pending?.settle({
      reason: this.#spawnError === undefined ? pending.reason : 'spawn',
      blocks: pending.blocks,
      acknowledged: this.#echo.answers.length,
      delivered: pending.delivered,
      firstLine: pending.firstLine,
      exitCode: this.#child.exitCode,
      signal: this.#child.signalCode,
      stderr: this.#stderr,
      timeoutMs: pending.timeoutMs,
      cause: this.#spawnError,
    });
  }
}
