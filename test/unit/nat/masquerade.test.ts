import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/nat/iptables/explain.js';
import { planDisable, planEnable } from '../../../src/nat/iptables/masquerade.js';
import { foreignRules, noRules, type ParsedRules, parseRules } from '../../../src/nat/iptables/standing.js';
import { splitWords } from '../../../src/nat/iptables/words.js';

const br0 = { network: 'br0', subnet: '172.16.0.0/24', bridge: 'br0' };

const nat = `-P PREROUTING ACCEPT
-P INPUT ACCEPT
-P OUTPUT ACCEPT
-P POSTROUTING ACCEPT
`;
const filter = `-P INPUT ACCEPT
-P FORWARD ACCEPT
-P OUTPUT ACCEPT
`;
const ownNat = `-N NETPLUMB-br0
-A POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A NETPLUMB-br0 ! -o br0 -j MASQUERADE
`;
const ownFilter = `-N NETPLUMB-br0
-A FORWARD -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A FORWARD -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A NETPLUMB-br0 -s 172.16.0.0/24 -i br0 -j ACCEPT
-A NETPLUMB-br0 -d 172.16.0.0/24 -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
`;
const empty = parseRules({ nat, filter });
const enabled = parseRules({ nat: nat + ownNat, filter: filter + ownFilter });

describe('enabling', () => {
  it('writes the format that docs/formats.md promises', () => {
    expect(planEnable(br0, empty)).toBe(`*nat
:NETPLUMB-br0 - [0:0]
-A NETPLUMB-br0 ! -o br0 -j MASQUERADE
-A POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
COMMIT
*filter
:NETPLUMB-br0 - [0:0]
-A NETPLUMB-br0 -s 172.16.0.0/24 -i br0 -j ACCEPT
-A NETPLUMB-br0 -d 172.16.0.0/24 -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-I FORWARD 1 -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-I FORWARD 1 -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
COMMIT
`);
    expect(planEnable(br0, noRules)).toBe(planEnable(br0, empty));
  });

  it('does nothing where all of it stands, wherever in FORWARD', () => {
    expect(planEnable(br0, enabled)).toBe('');
    const later = filter + ownFilter.replace('-A FORWARD -i', '-A FORWARD -j X\n-A FORWARD -i');
    expect(planEnable(br0, parseRules({ nat: nat + ownNat, filter: later }))).toBe('');
  });

  it('puts back just what is missing', () => {
    const broken = parseRules({
      nat: nat + ownNat,
      filter: filter + ownFilter.replace(/-A FORWARD -o.*\n/, ''),
    });
    expect(planEnable(br0, broken)).toBe(`*filter
-I FORWARD 1 -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
COMMIT
`);
  });

  it('fills its own chain anew where somebody changed it', () => {
    const broken = parseRules({
      nat: nat + ownNat.replace('! -o br0 -j MASQUERADE', '-j RETURN'),
      filter: filter + ownFilter,
    });
    expect(planEnable(br0, broken)).toBe(`*nat
-F NETPLUMB-br0
-A NETPLUMB-br0 ! -o br0 -j MASQUERADE
COMMIT
`);
  });

  it('replaces what stands for another range, and second copies, in the same transaction', () => {
    const jump = /-A POSTROUTING.*\n/.exec(ownNat)?.[0] as string;
    const other = jump.replace('172.16.0.0', '172.16.9.0');
    const current = parseRules({ nat: nat + ownNat + jump + other, filter: filter + ownFilter });
    expect(planEnable(br0, current)).toBe(
      `*nat\n${jump.replace('-A', '-D')}${other.replace('-A', '-D')}COMMIT\n`,
    );
  });

  it("leaves another network's rules alone", () => {
    const other = { network: 'br00', subnet: '172.17.0.0/24', bridge: 'br00' };
    for (const plan of [planEnable(other, enabled), planDisable(br0, enabled)]) {
      expect(plan).not.toBe('');
    }
    expect(planEnable(other, enabled)).not.toMatch(/br0\b/);
    const both = applied(enabled, planEnable(other, enabled));
    expect(planDisable(other, both)).not.toMatch(/br0\b/);
    expect(planDisable(br0, both)).not.toMatch(/br00/);
  });

  it.each([
    [{ ...br0, network: 'br 0' }],
    [{ ...br0, network: 'USER' }],
    [{ ...br0, bridge: 'br+' }],
    [{ ...br0, subnet: '172.16.0.1/24' }],
    [{ ...br0, subnet: '172.16.0.0/24 -j ACCEPT' }],
    [{ ...br0, subnet: 'fd00::/64' }],
  ])('refuses %j', (spec) => {
    expect(() => planEnable(spec, empty)).toThrow(RangeError);
  });
});

describe('disabling', () => {
  it('takes out exactly what enabling put in', () => {
    expect(planDisable(br0, enabled)).toBe(`*nat
-D POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-F NETPLUMB-br0
-X NETPLUMB-br0
COMMIT
*filter
-D FORWARD -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-D FORWARD -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-F NETPLUMB-br0
-X NETPLUMB-br0
COMMIT
`);
  });

  it('does nothing where nothing stands', () => {
    expect(planDisable(br0, empty)).toBe('');
    expect(planDisable(br0, noRules)).toBe('');
  });

  it('never deletes what is absent: whatever is left of the rules, it deletes each that stands once', () => {
    const lines = (text: string) => text.split('\n').filter(Boolean);
    for (let mask = 0; mask < 64; mask++) {
      let bit = 0;
      // A chain stands as long as anything stands in it or leads to it.
      const keep = (line: string) => !line.startsWith('-A') || ((mask >> bit++) & 1) === 1;
      const left = parseRules({
        nat: lines(nat + ownNat)
          .filter(keep)
          .join('\n'),
        filter: lines(filter + ownFilter)
          .filter(keep)
          .join('\n'),
      });
      const after = applied(left, planDisable(br0, left));
      expect(JSON.stringify(texts(after))).not.toMatch(/NETPLUMB|netplumb/);
    }
  });

  it('takes out what leads into its chain, too, for the chain could not go otherwise', () => {
    const current = parseRules({
      nat: nat + ownNat,
      filter: `${filter + ownFilter}-A FORWARD -p tcp -m comment --comment "it's \\"me\\"" -g NETPLUMB-br0\n`,
    });
    expect(planDisable(br0, current)).toContain(
      `-D FORWARD -p tcp -m comment --comment "it's \\"me\\"" -g NETPLUMB-br0\n`,
    );
  });

  it('takes a comment that a later version appended to for its own, and a longer name not', () => {
    const rules = (comment: string) =>
      parseRules({ nat: `${nat}-A POSTROUTING -m comment --comment "${comment}" -j X\n`, filter });
    expect(planDisable(br0, rules('netplumb/1 br0 web'))).toContain('-D POSTROUTING');
    expect(planDisable(br0, rules('netplumb/1 br00'))).toBe('');
    expect(planDisable(br0, rules('netplumb/2 br0'))).toBe('');
  });
});

describe('foreign rules', () => {
  it('are none on an empty host, and none where only networks of ours stand', () => {
    expect(foreignRules(noRules)).toEqual([]);
    expect(foreignRules(empty)).toEqual([]);
    expect(foreignRules(enabled)).toEqual([]);
  });

  it('are rules of nat and FORWARD, and a FORWARD policy that drops', () => {
    const current = parseRules({
      nat: `${nat + ownNat}-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE\n`,
      filter: `${filter.replace('FORWARD ACCEPT', 'FORWARD DROP') + ownFilter}-A FORWARD -i lxcbr0 -j ACCEPT\n-A INPUT -j DROP\n`,
    });
    expect(foreignRules(current)).toEqual([
      '-t nat -A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE',
      '-P FORWARD DROP',
      '-A FORWARD -i lxcbr0 -j ACCEPT',
    ]);
  });
});

describe('explaining', () => {
  it('says each line as a person would type it', () => {
    expect(explain(planEnable(br0, empty))).toEqual([
      'iptables -t nat -N NETPLUMB-br0',
      'iptables -t nat -A NETPLUMB-br0 ! -o br0 -j MASQUERADE',
      'iptables -t nat -A POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
      'iptables -N NETPLUMB-br0',
      'iptables -A NETPLUMB-br0 -s 172.16.0.0/24 -i br0 -j ACCEPT',
      'iptables -A NETPLUMB-br0 -d 172.16.0.0/24 -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      'iptables -I FORWARD 1 -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
      'iptables -I FORWARD 1 -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
    ]);
    expect(explain('')).toEqual([]);
    expect(explain('*filter\n-F X\nCOMMIT\n', 6)).toEqual(['ip6tables -F X']);
  });

  it('quotes what a shell would look into', () => {
    expect(explain('*filter\n-D X -m comment --comment "$(reboot) \'`\\"" -j ACCEPT\nCOMMIT\n')).toEqual([
      `iptables -D X -m comment --comment '$(reboot) '\\''\`"' -j ACCEPT`,
    ]);
  });
});

/** What stands after a transaction: a model of iptables-restore, which fails as it does. */
function applied(current: ParsedRules, text: string): ParsedRules {
  const lines = new Map(Object.entries(texts(current)));
  let table = '';
  for (const words of splitWords(text)) {
    const [verb = '', chain = '', ...rest] = words;
    if (verb.startsWith('*')) table = verb.slice(1);
    else if (verb !== 'COMMIT') {
      const standing = lines.get(table) as string[];
      const next = change(standing, verb, chain, rest);
      lines.set(table, next);
    }
  }
  return parseRules({
    nat: (lines.get('nat') as string[]).join('\n'),
    filter: (lines.get('filter') as string[]).join('\n'),
  });
}

function change(standing: string[], verb: string, chain: string, rest: string[]): string[] {
  const rule = (words: string[]) => `-A ${chain} ${words.map((word) => JSON.stringify(word)).join(' ')}`;
  if (verb.startsWith(':')) return [...standing, `-N ${verb.slice(1)}`];
  if (verb === '-A') return [...standing, rule(rest)];
  if (verb === '-I') return [rule(rest.slice(1)), ...standing];
  if (verb === '-F') return standing.filter((line) => !line.startsWith(`-A ${chain} `));
  const gone = verb === '-X' ? `-N ${chain}` : rule(rest);
  const at = standing.indexOf(gone);
  if (at < 0) throw new Error(`absent: ${gone}`);
  return standing.filter((_, i) => i !== at);
}

function texts({ nat, filter }: ParsedRules): { nat: string[]; filter: string[] } {
  const text = (table: ParsedRules['nat']) => [
    ...[...table.policies].map(([chain, policy]) => `-P ${chain} ${policy}`),
    ...[...table.chains].map((chain) => `-N ${chain}`),
    ...table.rules.map(
      (rule) => `-A ${rule.chain} ${rule.words.map((word) => JSON.stringify(word)).join(' ')}`,
    ),
  ];
  return { nat: text(nat), filter: text(filter) };
}
