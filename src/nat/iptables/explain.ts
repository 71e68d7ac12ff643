// Owns the shell lines that would do what a transaction does.
// Must not know what the transaction is for: it reads the text that will be sent, so it cannot say anything else.
import { shellWord } from '../../shell-word.js';
import type { Family } from '../family.js';
import { splitWords } from './words.js';

/**
 * One `iptables` (`ip6tables`) line for each line of a transaction, each fit for a shell. Table filter is left unsaid, as a
 * person would.
 *
 * `explain(planEnable(spec, noRules))` begins with `iptables -t nat -N NETPLUMB-br0`.
 */
export function explain(transaction: string, family: Family = 4): string[] {
  const program = family === 4 ? 'iptables' : 'ip6tables';
  const lines: string[] = [];
  let table: string[] = [];
  for (const words of splitWords(transaction)) {
    const first = words[0] as string;
    if (first === 'COMMIT') continue;
    if (first.startsWith('*')) {
      table = first === '*filter' ? [] : ['-t', first.slice(1)];
      continue;
    }
    const said = first.startsWith(':') ? ['-N', first.slice(1)] : words;
    lines.push([program, ...table, ...said.map(word)].join(' '));
  }
  return lines;
}

function word(text: string): string {
  const quoted = shellWord(text);
  if (text === '!') return text;
  // Double quotes, as iptables prints them, where a shell does not look into them.
  return quoted !== text && !/["$`\\!]/.test(text) ? `"${text}"` : quoted;
}
