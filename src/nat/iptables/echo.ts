// Owns the comments that acknowledge: what is sent after each block, and finding them again in what is printed.
// Must not know processes. Chunks may be cut anywhere, and somebody else's rules may print anything.
import { randomBytes } from 'node:crypto';

// A stdout that is not flushed after each comment still is once its 4,096 bytes are full.
const padding = '.'.repeat(4_200);
// Longer than any mark without its padding: what could be the beginning of one is looked at again.
const markBytes = 64;
// More than a few padded marks.
const leftoverBytes = 65_536;

export class Echo {
  // Somebody else's comment may hold a newline and then anything: nobody can guess this.
  readonly #name = `#netplumb-${randomBytes(8).toString('hex')}-`;
  readonly #leftover = new RegExp(`^(?:(?:${this.#name}\\d+;)?\\.*\\n)+`);
  #pad = '';
  #sent = 0;
  #next = 0;
  #awaited = 0;
  #keep = false;
  #parts: string[] = [];
  #held = '';
  #answers: string[] = [];
  /** Bytes kept for the block that is being answered. */
  kept = 0;

  /** What each block printed, so far. */
  get answers(): string[] {
    return this.#answers;
  }

  /** Adds a mark after each block, and begins with no answers. `keep`: whether what the blocks print is wanted. */
  ask(blocks: readonly string[], keep: boolean): string {
    this.#awaited = blocks.length;
    this.#keep = keep;
    this.#parts = [];
    this.#answers = [];
    this.kept = 0;
    return blocks.map((block) => block + this.#mark(this.#sent++)).join('');
  }

  /** The mark that is awaited once more, padded as all are from now on. */
  insist(): string {
    this.#pad = padding;
    return this.#mark(this.#next);
  }

  /** Takes a piece of output; true once every block was acknowledged. A mark heard twice counts once. */
  hear(chunk: string): boolean {
    if (this.#answers.length === this.#awaited) {
      // Nothing was asked: the rest of a mark, or one heard twice. Where it is cut, its end comes with the next answer.
      this.#held = (this.#held + chunk).slice(-leftoverBytes);
      return false;
    }
    const heard = this.#held + chunk;
    let from = 0;
    while (this.#answers.length < this.#awaited) {
      const mark = `${this.#name}${this.#next};`;
      const at = heard.indexOf(mark, from);
      if (at < 0) break;
      this.#answers.push(this.#keep ? this.#answer(heard.slice(from, at)) : '');
      from = at + mark.length;
      this.#next++;
    }
    if (this.#answers.length === this.#awaited) {
      this.#held = heard.slice(from);
      return true;
    }
    const looked = Math.max(from, heard.length - markBytes);
    if (this.#keep) {
      this.#parts.push(heard.slice(from, looked));
      this.kept += looked - from;
    }
    this.#held = heard.slice(looked);
    return false;
  }

  #answer(last: string): string {
    const answer = [...this.#parts, last].join('');
    this.#parts = [];
    this.kept = 0;
    return answer.replace(this.#leftover, ''); // the rest of the last mark's line comes first
  }

  #mark(number: number): string {
    return `${this.#name}${number};${this.#pad}\n`;
  }
}
