// Owns --explain and --dry-run: showing the shell lines of an operation before it, or instead of it.
// The lines come from the operation's own plan; none is made up here.

import { shellWord } from '../shell-word.js';
import type { CommonOptions } from './options.js';
import type { Output } from './output.js';

/** Shows each operation's shell lines when asked to, and holds operations back under `--dry-run`. */
export class Explainer {
  readonly dryRun: boolean;
  /** Whether lines are shown at all. */
  readonly wanted: boolean;
  readonly #output: Output;
  readonly #lines: string[] = [];

  constructor(output: Output, options: CommonOptions) {
    this.dryRun = options.dryRun === true;
    this.wanted = this.dryRun || options.explain === true;
    this.#output = output;
    // the lines are meant to be typed in the host namespace, which need not be the reader's
    if (this.wanted && options.host !== undefined) this.#show([enterHost(options.host)]);
  }

  /** Explains, then runs `work` unless this is a dry run; `undefined` means it was held back. */
  async step<T>(
    lines: () => Promise<readonly string[]> | readonly string[],
    work: () => Promise<T>,
  ): Promise<T | undefined> {
    if (this.wanted) this.#show(await lines());
    return this.dryRun ? undefined : await work();
  }

  /** Under `--dry-run --json` the lines are the data. */
  finish(): void {
    if (this.dryRun) this.#output.data(this.#lines);
  }

  #show(lines: readonly string[]): void {
    this.#lines.push(...lines);
    if (this.dryRun && this.#output.json) return;
    for (const line of lines) this.#output.note(this.#output.color.dim(line));
  }
}

function enterHost(host: string): string {
  return `# in: nsenter --net=${shellWord(host.includes('/') ? host : `/run/netns/${host}`)}`;
}
