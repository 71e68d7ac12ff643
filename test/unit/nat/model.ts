// A model of iptables-restore --noflush, which fails as it does: what stands, and what stands after a transaction.
// Must not know what any rule is for.
import { type ParsedRules, parseRules } from '../../../src/nat/iptables/standing.js';
import { splitWords } from '../../../src/nat/iptables/words.js';

/** Tables as `-S` prints a host without rules. */
export const nat = `-P PREROUTING ACCEPT
-P INPUT ACCEPT
-P OUTPUT ACCEPT
-P POSTROUTING ACCEPT
`;
export const filter = `-P INPUT ACCEPT
-P FORWARD ACCEPT
-P OUTPUT ACCEPT
`;
export const empty = parseRules({ nat, filter });

/** What stands after a transaction. */
export function applied(current: ParsedRules, text: string): ParsedRules {
  const lines = new Map(Object.entries(texts(current)));
  let table = '';
  for (const words of splitWords(text)) {
    const [verb = '', chain = '', ...rest] = words;
    if (verb.startsWith('*')) table = verb.slice(1);
    else if (verb !== 'COMMIT') lines.set(table, change(lines.get(table) as string[], verb, chain, rest));
  }
  return parseRules({
    nat: (lines.get('nat') as string[]).join('\n'),
    filter: (lines.get('filter') as string[]).join('\n'),
  });
}

function change(standing: string[], verb: string, chain: string, rest: string[]): string[] {
  const rule = (words: string[]) => `-A ${chain} ${words.map((word) => JSON.stringify(word)).join(' ')}`;
  const inChain = (line: string) => line.startsWith(`-A ${chain} `);
  const exists = (name: string) =>
    standing.some((line) => line === `-N ${name}` || line.startsWith(`-P ${name} `));
  const target = rest[rest.indexOf('-j') + 1] ?? '';
  if (verb.startsWith(':')) {
    const made = verb.slice(1);
    if (!exists(made)) return [...standing, `-N ${made}`];
    return standing.filter((line) => !line.startsWith(`-A ${made} `));
  }
  if (verb === '-N') {
    if (exists(chain)) throw new Error(`Chain already exists: ${chain}`);
    return [...standing, `-N ${chain}`];
  }
  if (!exists(chain)) throw new Error(`no chain ${chain}`);
  if ((verb === '-A' || verb === '-I') && target.startsWith('NETPLUMB') && !exists(target))
    throw new Error(`no chain ${target}`);
  if (verb === '-A') return [...standing, rule(rest)];
  if (verb === '-I') {
    const [position, ...words] = rest;
    const places = standing.flatMap((line, i) => (inChain(line) ? [i] : []));
    const before = Number(position) - 1;
    if (before > places.length) throw new Error(`position ${position} in ${chain} is too big`);
    const at = places[before] ?? standing.length;
    return [...standing.slice(0, at), rule(words), ...standing.slice(at)];
  }
  if (verb === '-F') return standing.filter((line) => !inChain(line));
  const gone = verb === '-X' ? `-N ${chain}` : rule(rest);
  const at = standing.indexOf(gone);
  if (at < 0) throw new Error(`absent: ${gone}`);
  if (verb === '-X' && standing.some((line) => inChain(line) || line.includes(`"${chain}"`)))
    throw new Error(`in use: ${chain}`);
  return standing.filter((_, i) => i !== at);
}

/** The lines of both tables, every word in quotes. */
export function texts({ nat, filter }: ParsedRules): { nat: string[]; filter: string[] } {
  const text = (table: ParsedRules['nat']) => [
    ...[...table.policies].map(([chain, policy]) => `-P ${chain} ${policy}`),
    ...[...table.chains].map((chain) => `-N ${chain}`),
    ...table.rules.map(
      (rule) => `-A ${rule.chain} ${rule.words.map((word) => JSON.stringify(word)).join(' ')}`,
    ),
  ];
  return { nat: text(nat), filter: text(filter) };
}
