// Owns the one long-lived iptables-restore of a namespace and family: who is next, when it starts, when it ends.
// Must not know rules, nor how the process is started and talked to.
import type { Family } from '../family.js';
import { NatError } from '../nat-error.js';
import { checkOptions, type Launch, launch, type RestoreSessionOptions } from './launch.js';
import { howMany, mergeBlocks } from './merge.js';
import { programName } from './program.js';
import type { RestoreProcess, Unanswered } from './restore-process.js';
import { printRead, splitBlocks, type Table } from './transaction.js';
import { judge } from './verdict.js';

export type { RestoreSessionOptions, Spawn } from './launch.js';

interface Asked {
  readonly blocks: readonly string[];
  /** Whether what is printed is wanted. */
  readonly keep: boolean;
}

interface Job extends Asked {
  fulfil(answers: string[]): void;
  reject(error: unknown): void;
}

/**
 * Feeds transactions to one `iptables-restore -w SECONDS --noflush -v`, started when first needed and again after an error. They
 * are applied in the order of the calls, those that wait for the same table together, each exchange in one write and acknowledged. Between them no lock is held, and
 * the process keeps neither the event loop nor, once this one is gone, itself alive.
 *
 * @example
 * const session = new RestoreSession();
 * await session.transaction(planEnable(spec, parseRules(await session.readRules())));
 * await session.close();
 */
export class RestoreSession {
  readonly #launch: Launch;
  readonly #queue: Job[] = [];
  #process: RestoreProcess | undefined;
  #retired: RestoreProcess | undefined;
  #running: Promise<void> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  #started = 0;
  #exchanges = 0;

  /** @throws {TypeError | RangeError} naming the option */
  constructor(options: RestoreSessionOptions = {}) {
    this.#launch = checkOptions(options);
  }

  get family(): Family {
    return this.#launch.family;
  }

  /** Processes started so far. */
  get started(): number {
    return this.#started;
  }

  /** Exchanges made so far: one for all transactions that went together. */
  get exchanges(): number {
    return this.#exchanges;
  }

  /** Of the process that runs; undefined where none does. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Applies the blocks of a transaction, each wholly or not at all; empty text is nothing to do.
   * @throws {TypeError} for text that is not whole blocks, before anything is sent
   * @throws {NatError} whose `applied` says whether the change stands
   */
  async transaction(text: string): Promise<void> {
    const blocks = splitBlocks(text);
    if (blocks.length > 0) await this.#submit(blocks, false);
  }

  /**
   * What `iptables -t TABLE -S` prints, or `-S CHAIN` for each chain. A chain that is not there is an error.
   * @throws {NatError}
   */
  async read(table: Table, chains: readonly string[] = []): Promise<string> {
    const [text] = await this.#submit([printRead(table, chains)], true);
    return text as string;
  }

  /**
   * Both tables in one exchange.
   * @throws {NatError}
   */
  async readRules(): Promise<{ nat: string; filter: string }> {
    const [nat, filter] = await this.#submit([printRead('nat'), printRead('filter')], true);
    return { nat: nat as string, filter: filter as string };
  }

  /** Waits for what was asked, then ends the process. Whatever is asked afterwards is refused. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#running;
      clearTimeout(this.#idle);
      await Promise.all([this.#process, this.#retired].map((process) => end(process)));
    })();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #submit(blocks: readonly string[], keep: boolean): Promise<string[]> {
    if (this.closed) {
      const message = `${programName(this.family)}: ESHUTDOWN: the session is closed`;
      return Promise.reject(new NatError(message, { code: 'ESHUTDOWN', applied: false }));
    }
    return new Promise((fulfil, reject) => {
      this.#queue.push({ blocks, keep, fulfil, reject });
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    clearTimeout(this.#idle);
    while (this.#queue.length > 0) await this.#together(this.#queue.splice(0, howMany(this.#queue)));
    this.#running = undefined;
    this.#process?.hold(false);
    this.#idle = setTimeout(() => this.#retire(), this.#launch.idleMs).unref();
  }

  /** Those that waited go as one transaction; where that is refused, one by one, so that a bad one does not sink its neighbours. */
  async #together(jobs: readonly Job[]): Promise<void> {
    const [first, ...more] = jobs;
    if (first === undefined) return;
    if (more.length === 0) return await this.#alone(first);
    try {
      await this.#exchange({
        blocks: [mergeBlocks(jobs.map(({ blocks }) => blocks[0] as string))],
        keep: false,
      });
      for (const job of jobs) job.fulfil(['']);
    } catch (error) {
      if (error instanceof NatError && error.code === 'EIPTABLES' && error.applied === false) {
        for (const job of jobs) await this.#alone(job);
      } else for (const job of jobs) job.reject(error);
    }
  }

  async #alone(job: Job): Promise<void> {
    try {
      job.fulfil(await this.#exchange(job));
    } catch (error) {
      job.reject(error);
    }
  }

  /** One exchange; once more where the process had gone unseen since the last one, for then nothing came of it. */
  async #exchange(job: Asked): Promise<string[]> {
    const reused = this.#process?.alive === true;
    try {
      return await this.#attempt(job);
    } catch (error) {
      const unseen = reused && error instanceof NatError && error.code === 'EPIPE' && error.applied === false;
      if (!unseen) throw error;
      return await this.#attempt(job);
    }
  }

  async #attempt({ blocks, keep }: Asked): Promise<string[]> {
    const { timeoutMs, family } = this.#launch;
    let harmless = true;
    try {
      const process = this.#process?.alive === true ? this.#process : await this.#start();
      process.hold(true);
      harmless = keep;
      this.#exchanges++;
      return await process.exchange(blocks, { keep, timeoutMs });
    } catch (error) {
      this.#process?.hold(false);
      this.#process = undefined;
      if (error instanceof Error) throw error;
      throw judge({ ...(error as Unanswered), program: programName(family), harmless });
    }
  }

  async #start(): Promise<RestoreProcess> {
    const process = launch(this.#launch);
    this.#process = process;
    if (process.pid !== undefined) this.#started++;
    await process.greet(this.#launch.timeoutMs);
    return process;
  }

  #retire(): void {
    this.#retired = this.#process;
    this.#process = undefined;
    void this.#retired?.end();
  }
}

async function end(process: RestoreProcess | undefined): Promise<void> {
  process?.hold(true);
  await process?.end();
}
