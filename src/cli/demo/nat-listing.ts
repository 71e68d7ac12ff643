// Owns how a NAT table is shown to a person: the rules as `iptables -S` writes them, laid out as `iptables -L -n -v` would.
// Pure; who read the rules is not known here.
import { parseTable, type StandingRule } from '../../nat/iptables/standing.js';

interface Row {
  readonly target: string;
  readonly protocol: string;
  readonly in: string;
  readonly out: string;
  readonly source: string;
  readonly destination: string;
  readonly rest: string;
}

const HEAD: Row = {
  target: 'target',
  protocol: 'prot',
  in: 'in',
  out: 'out',
  source: 'source',
  destination: 'destination',
  rest: '',
};

/** Columns and the options that fill them. */
const FIELDS: Readonly<Record<string, Exclude<keyof Row, 'rest'>>> = {
  '-j': 'target',
  '-g': 'target',
  '-p': 'protocol',
  '-i': 'in',
  '-o': 'out',
  '-s': 'source',
  '-d': 'destination',
};

/**
 * Chains that hold a rule or that somebody made, each with a head and its rules in columns. No line at all without any rule.
 * @param hook only what a packet there may come through
 */
export function natListing(text: string, hook?: string): string[] {
  const { policies, chains, rules } = parseTable(text);
  const onTheWay = hook === undefined ? undefined : wayFrom(hook, rules);
  const shown = (chain: string) => onTheWay?.has(chain) !== false;
  const rows = rules.map((rule) => ({ chain: rule.chain, row: readRow(rule) }));
  const list = (chain: string, note: string) => {
    const own = rows.filter((entry) => entry.chain === chain).map(({ row }) => row);
    return [`Chain ${chain} (${note})`, ...columns([HEAD, ...own])];
  };
  const used = [...policies].filter(([chain]) => shown(chain) && rules.some((rule) => rule.chain === chain));
  return [
    ...used.flatMap(([chain, policy]) => list(chain, `policy ${policy}`)),
    ...[...chains]
      .filter(shown)
      .flatMap((chain) => list(chain, references(rows.filter(({ row }) => row.target === chain).length))),
  ];
}

function wayFrom(hook: string, rules: readonly StandingRule[]): ReadonlySet<string> {
  const way = new Set([hook]);
  // A set yields what is added to it while it is walked through.
  for (const chain of way) for (const rule of rules) if (rule.chain === chain) way.add(readRow(rule).target);
  return way;
}

function references(count: number): string {
  return `${count} reference${count === 1 ? '' : 's'}`;
}

function readRow({ words }: StandingRule): Row {
  const row = {
    target: '',
    protocol: 'all',
    in: '*',
    out: '*',
    source: '0.0.0.0/0',
    destination: '0.0.0.0/0',
  };
  const rest: string[] = [];
  let not = '';
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '!') {
      not = '!';
      continue;
    }
    const field = FIELDS[word];
    if (field !== undefined) row[field] = not + (words[++at] ?? '');
    else if (word === '--comment') rest.push(`/* ${words[++at] ?? ''} */`);
    else if (word === '-m') at++;
    else rest.push(not + word);
    not = '';
  }
  return { ...row, rest: rest.join(' ') };
}

function columns(rows: readonly Row[]): string[] {
  const keys: readonly (keyof Row)[] = ['target', 'protocol', 'in', 'out', 'source', 'destination', 'rest'];
  const widths = keys.map((key) => Math.max(...rows.map((row) => row[key].length)));
  return rows.map((row) =>
    keys
      .map((key, index) => row[key].padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
