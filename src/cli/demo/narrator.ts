// Owns how the story is told: each step with its shell lines, its time and what came of it; or all of it as JSON.
// Knows nothing of networks.
import type { Output } from '../output.js';
import { type Places, type ShellLine, typed } from './shell-lines.js';

/** One step of the story as `--json` prints it. */
export interface StepData {
  readonly title: string;
  readonly shell: readonly string[];
  readonly ms: number;
  readonly result: readonly string[];
}

export interface Step {
  readonly title: string;
  readonly shell: readonly ShellLine[];
  /** How many of the shell lines are worth a reader's time; the rest are only counted. Default: all. */
  readonly show?: number;
}

/** Lines beginning with these say at a glance how something ended. */
export const ANSWERED = '✔';
export const SILENT = '✘';

const MOST_COLUMNS = 100;

export class Narrator {
  readonly steps: StepData[] = [];
  /** Milliseconds of the steps that a process would otherwise have done; pings and their waiting are left out. */
  plumbingMs = 0;
  readonly #output: Output;
  readonly #signal: AbortSignal;

  constructor(output: Output, signal: AbortSignal) {
    this.#output = output;
    this.#signal = signal;
  }

  /** Does one step, times it and tells it. Throws before it begins once the reader has had enough. */
  async step(
    places: Places,
    { title, shell, show = shell.length }: Step,
    work: () => Promise<readonly string[]>,
  ): Promise<void> {
    this.#signal.throwIfAborted();
    const started = performance.now();
    const result = await work();
    const ms = performance.now() - started;
    if (shell.some((line) => line.printedOnly !== true)) this.plumbingMs += ms;
    const lines = shell.map((line) => typed(line, places));
    this.steps.push({ title, shell: lines, ms: rounded(ms), result });
    this.#tell(title, lines, show, ms, result);
  }

  #tell(title: string, shell: readonly string[], show: number, ms: number, result: readonly string[]): void {
    const { color } = this.#output;
    const width = Math.min(this.#output.width, MOST_COLUMNS);
    const number = `${this.steps.length}`.padStart(2);
    const time = `${ms.toFixed(1)} ms`;
    const gap = Math.max(2, width - number.length - 1 - title.length - time.length);
    this.#output.line(`${color.cyan(number)} ${color.bold(title)}${' '.repeat(gap)}${color.dim(time)}`);
    const hidden = shell.length - show;
    for (const [index, line] of shell.slice(0, show).entries()) {
      const more = index === show - 1 && hidden > 0 ? `   and ${hidden} more` : '';
      this.#output.line(color.dim(clip(`   $ ${line}`, width - more.length) + more));
    }
    for (const line of result) this.#output.line(`   ${this.#marked(clip(line, width - 3))}`);
  }

  #marked(line: string): string {
    const { color } = this.#output;
    return line.replaceAll(ANSWERED, color.green(ANSWERED)).replaceAll(SILENT, color.red(SILENT));
  }
}

/** Times are told to the microsecond: more digits would only pretend. */
export function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
