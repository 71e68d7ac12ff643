// Owns what reaches stdout: JSON, a table, or tab-separated lines, and whether there is colour.
// Knows nothing of networks; commands hand it rows and values.
import { EventEmitter, once } from 'node:events';
import pc from 'picocolors';

type Colors = ReturnType<typeof pc.createColors>;

/** The part of a stream that decides how to write to it. */
export interface Sink {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly writableNeedDrain?: boolean;
  write(text: string): unknown;
}

export interface OutputOptions {
  /** Data is printed as JSON, and nothing else is printed on the sink. */
  readonly json?: boolean | undefined;
  readonly sink?: Sink;
  /** Where lines go that must not mix with JSON. */
  readonly aside?: Sink;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Prints for whoever is there: a person on a terminal, a pipe, or a program that asked for JSON. */
export class Output {
  readonly json: boolean;
  /** True on a terminal: tables and (without NO_COLOR) colour. */
  readonly terminal: boolean;
  readonly color: Colors;
  readonly #sink: Sink;
  readonly #aside: Sink;

  constructor({
    json = false,
    sink = process.stdout,
    aside = process.stderr,
    environment = process.env,
  }: OutputOptions = {}) {
    this.json = json;
    this.#sink = sink;
    this.#aside = aside;
    this.terminal = sink.isTTY === true && !json;
    this.color = pc.createColors(this.terminal && !environment.NO_COLOR && environment.TERM !== 'dumb');
  }

  /** Whether somebody watches stderr, where progress is shown. */
  get watched(): boolean {
    return this.#aside.isTTY === true;
  }

  /** A line on stderr about something that failed while the rest went on. */
  complain(text: string): void {
    this.#aside.write(`netplumb: ${text}\n`);
  }

  /** Columns a line may take; unlimited where nobody looks at it. */
  get width(): number {
    return this.terminal ? (this.#sink.columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  /** A line for people; swallowed under `--json`. */
  line(text = ''): void {
    if (!this.json) this.#sink.write(`${text}\n`);
  }

  /** The value as JSON, when JSON was asked for. */
  data(value: unknown): void {
    if (this.json) this.#sink.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** The value as JSON on one line, when JSON was asked for: for results that come bit by bit. */
  record(value: unknown): void {
    if (this.json) this.#sink.write(`${JSON.stringify(value, plain)}\n`);
  }

  /** Resolves when the sink takes more without keeping it in memory. */
  async drained(): Promise<void> {
    const sink = this.#sink;
    if (sink instanceof EventEmitter && sink.writableNeedDrain)
      await once(sink, 'drain').catch(() => undefined); // whoever read has left
  }

  /** A line that accompanies the result: on stderr under `--json`, so that stdout stays parseable. */
  note(text: string): void {
    (this.json ? this.#aside : this.#sink).write(`${text}\n`);
  }

  /** Rows as a table with a head on a terminal, else tab-separated without one; an empty cell is `-`. */
  async table(head: readonly string[], rows: readonly (readonly string[])[]): Promise<void> {
    if (this.json) return;
    const cells = rows.map((row) => row.map((cell) => (cell === '' ? '-' : cell)));
    if (!this.terminal) {
      for (const row of cells) this.line(row.join('\t'));
      return;
    }
    const { default: Table } = await import('cli-table3');
    const table = new Table({
      head: head.map((title) => this.color.bold(title)),
      style: { head: [], border: [], compact: true },
      chars: PLAIN_TABLE,
    });
    table.push(...cells.map((row) => [...row]));
    this.line(table.toString());
  }
}

/** What JSON has no words for: large whole numbers, lists of numbers, bytes. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<number | bigint>);
  return value;
}

/** Columns by spaces alone: lines around cells add nothing to read, and break when copied. */
const PLAIN_TABLE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
