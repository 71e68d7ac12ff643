// Owns how iptables-restore cuts a line into words, and how a word is written so that it is cut out again unchanged.
// Must not know what any word means. Source: xtables-save's xtables_save_string and restore's add_param_to_argv (xshared.c).

const bare = /^[A-Za-z0-9_.,:/=!@%^+[\]-]+$/;
const printable = /^[\x20-\x7e]+$/;

/**
 * One word as restore text: bare where nothing in it means anything, else in double quotes.
 * @throws {RangeError} for an empty word and for anything but printable ASCII: a newline would begin a rule of its own
 */
export function quoteWord(word: string): string {
  if (!printable.test(word))
    throw new RangeError(`not printable ASCII: ${JSON.stringify(word.slice(0, 64))}`);
  return bare.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}

/**
 * Cuts `-S` output into lines of words. A quoted word may hold anything, a newline too (somebody else's comment), so
 * lines cannot be split off first. Lines that begin with `#` are left out, empty ones too.
 */
export function splitWords(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c === '"') quoted = false;
      else if (c === '\\' && i + 1 < text.length) word += text[++i] as string;
      else word += c;
    } else if (c === '"') {
      quoted = true;
      word ??= '';
    } else if (c === ' ' || c === '\t' || c === '\n') {
      if (word !== undefined) line.push(word);
      word = undefined;
      if (c === '\n') {
        if (line.length > 0) lines.push(line);
        line = [];
      }
    } else if (c === '#' && word === undefined && line.length === 0) {
      const end = text.indexOf('\n', i);
      i = end < 0 ? text.length : end;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (word !== undefined) line.push(word);
  if (line.length > 0) lines.push(line);
  return lines;
}
