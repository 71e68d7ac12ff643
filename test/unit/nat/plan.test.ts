import { describe, expect, it } from 'vitest';
import { networkIntent, plainSettings, type WantedNat } from '../../../src/nat/intent.js';
import { explain } from '../../../src/nat/iptables/explain.js';
import { planDisable, planReconcile } from '../../../src/nat/iptables/plan.js';
import { foreignRules, noRules, type ParsedRules, parseRules } from '../../../src/nat/iptables/standing.js';
import { checkPort } from '../../../src/nat/ports.js';
import { applied, empty, filter, nat, texts } from './model.js';

const wanted = (network: string, subnet: string, rules = plainSettings): WantedNat => ({
  network: networkIntent(network, [subnet], rules),
  containers: [],
});
const br0 = wanted('br0', '172.16.0.0/24');
const br1 = wanted('br1', '172.17.0.0/24');
const web = {
  container: 'web',
  addresses: ['172.16.0.2'],
  ports: [
    checkPort({ hostPort: 8080, containerPort: 80 }),
    checkPort({ hostPort: 53, containerPort: 53, protocol: 'udp', hostAddress: '192.0.2.2' }),
    checkPort({ hostPort: 30_000, containerPort: 40_000, range: 1_000 }),
    checkPort({ hostPort: 5_000, containerPort: 5_000, range: 10, hostAddress: '127.0.0.1' }),
  ],
};
const published: WantedNat = { ...br0, containers: [web] };

const stands = (...all: WantedNat[]) =>
  all.reduce((current, one) => applied(current, planReconcile(one, current)), empty);

describe('reconciling', () => {
  it('writes the format that docs/formats.md promises', () => {
    expect(planReconcile(br0, empty)).toBe(`*nat
-N NETPLUMB-PREROUTING
-N NETPLUMB-OUTPUT
-N NETPLUMB-POSTROUTING
:NETPLUMB-br0 - [0:0]
:NETPLUMB-br0/in - [0:0]
-A NETPLUMB-br0 -o br0 -m conntrack --ctstate DNAT -j MASQUERADE
-A NETPLUMB-br0 -o br0 -j RETURN
-A NETPLUMB-br0 -s 172.16.0.0/24 -j MASQUERADE
-A NETPLUMB-PREROUTING ! -d 127.0.0.0/8 -m comment --comment "netplumb/1 br0" -m addrtype --dst-type LOCAL -j NETPLUMB-br0/in
-A NETPLUMB-OUTPUT -m comment --comment "netplumb/1 br0" -m addrtype --dst-type LOCAL -j NETPLUMB-br0/in
-A NETPLUMB-POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A NETPLUMB-POSTROUTING -s 127.0.0.0/8 -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A PREROUTING -m comment --comment netplumb/1 -j NETPLUMB-PREROUTING
-A OUTPUT -m comment --comment netplumb/1 -j NETPLUMB-OUTPUT
-A POSTROUTING -m comment --comment netplumb/1 -j NETPLUMB-POSTROUTING
COMMIT
*filter
-N NETPLUMB-INPUT
-N NETPLUMB-FORWARD
-N NETPLUMB-USER
-I NETPLUMB-FORWARD 1 -j NETPLUMB-USER
:NETPLUMB-br0/in - [0:0]
:NETPLUMB-br0 - [0:0]
:NETPLUMB-br0/lo - [0:0]
-A NETPLUMB-br0/in -i br0 -j ACCEPT
-A NETPLUMB-br0/in -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A NETPLUMB-br0/in -m conntrack --ctstate DNAT -j ACCEPT
-A NETPLUMB-br0/in -j DROP
-A NETPLUMB-br0 -s 172.16.0.0/24 -j ACCEPT
-A NETPLUMB-br0/lo -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP
-A NETPLUMB-br0/lo -s 127.0.0.0/8 -j DROP
-A NETPLUMB-INPUT -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0/lo
-A NETPLUMB-FORWARD -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0/in
-A NETPLUMB-FORWARD -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-I INPUT 1 -m comment --comment netplumb/1 -j NETPLUMB-INPUT
-I FORWARD 1 -m comment --comment netplumb/1 -j NETPLUMB-FORWARD
COMMIT
`);
  });

  it('routes nothing back into a network whose containers are kept apart, but what was asked for; what a bridge passes on is its own', () => {
    const inward = (bridgedSeen: boolean) => {
      const network = networkIntent('br0', ['172.16.0.0/24'], plainSettings, { bridgedSeen });
      const { filter: rules } = applied(empty, planReconcile({ network, containers: [] }, empty));
      return rules.rules
        .filter(({ chain }) => chain === 'NETPLUMB-br0/in')
        .map(({ words }) => words.join(' '));
    };
    const routed = [
      '-i br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-i br0 -m conntrack --ctstate DNAT -j ACCEPT',
      '-i br0 -j DROP',
      '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-m conntrack --ctstate DNAT -j ACCEPT',
      '-j DROP',
    ];
    expect(inward(false)).toEqual(routed);
    expect(inward(true)).toEqual(['-i br0 -m physdev --physdev-is-bridged -j ACCEPT', ...routed]);
  });

  it('gives each port or range one rule, in a chain of the container', () => {
    const rules = stands(published).nat.rules.filter(({ chain }) => /^NETPLUMB-[a-z2-7]{16}$/.test(chain));
    expect(rules.map(({ words }) => words.join(' '))).toEqual([
      '! -d 127.0.0.0/8 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.16.0.2:80',
      '-d 192.0.2.2/32 -p udp -m udp --dport 53 -j DNAT --to-destination 172.16.0.2:53',
      '! -d 127.0.0.0/8 -p tcp -m tcp --dport 30000:30999 -j DNAT --to-destination 172.16.0.2:40000-40999/30000',
      '-d 127.0.0.1/32 -p tcp -m tcp --dport 5000:5009 -j DNAT --to-destination 172.16.0.2',
    ]);
  });

  it('writes nothing of a family the network has no range of, and all of it in the other', () => {
    expect(planReconcile(published, empty, 6)).toBe('');
    const six: WantedNat = {
      network: networkIntent('br0', ['fd00::/64']),
      containers: [{ ...web, addresses: ['fd00::2'] }],
    };
    expect(planReconcile(six, empty, 4)).toBe('');
    const text = planReconcile(six, empty, 6);
    expect(text).toContain(
      '-p tcp -m tcp --dport 30000:30999 -j DNAT --to-destination [fd00::2]:40000-40999/30000',
    );
    expect(text).toContain('! -d ::1/128 -p tcp -m tcp --dport 8080 -j DNAT --to-destination [fd00::2]:80');
    expect(text).not.toMatch(/192\.0\.2\.2|127\.0\.0/); // ports of an IPv4 address
  });

  it('masquerades as told: by an address, at random, not towards what is excluded, or not at all', () => {
    const rules = {
      ...plainSettings,
      sourceAddresses: ['192.0.2.9'],
      exclude: ['10.0.0.0/8'],
      randomFully: true,
    };
    expect(planReconcile(wanted('br0', '172.16.0.0/24', rules), empty)).toContain(
      `-A NETPLUMB-br0 -o br0 -j RETURN
-A NETPLUMB-br0 -s 172.16.0.0/24 -d 10.0.0.0/8 -j RETURN
-A NETPLUMB-br0 -s 172.16.0.0/24 -j SNAT --to-source 192.0.2.9 --random-fully
`,
    );
    const plain = networkIntent('br0', ['2001:db8::/64']);
    expect(planReconcile({ network: plain, containers: [] }, empty, 6)).not.toContain(
      '-s 2001:db8::/64 -j MASQ',
    );
  });

  it('puts what drops before what accepts, in whichever order networks come', () => {
    const internal = wanted('br2', '172.18.0.0/24', { ...plainSettings, internal: true });
    const orders = [
      [br0, br1, internal],
      [internal, br1, br0],
      [br1, internal, br0],
    ];
    for (const order of orders) {
      const rules = stands(...order).filter.rules.filter(({ chain }) => chain === 'NETPLUMB-FORWARD');
      const kinds = rules.map(({ words }) => words.join(' ').replace(/br\d/g, 'X'));
      expect(kinds.map((words) => words.replace('-m comment --comment netplumb/1 X ', ''))).toEqual([
        '-j NETPLUMB-USER',
        '-i X ! -o X -j DROP',
        ...Array(3).fill('-o X -j NETPLUMB-X/in'),
        ...Array(2).fill('-i X -j NETPLUMB-X'),
      ]);
    }
  });

  it('opens what it is told to open, and that only', () => {
    const open = (given: object) => {
      const rules = { ...plainSettings, open: { ...plainSettings.open, ...given } };
      return planReconcile(wanted('br0', '172.16.0.0/24', rules), stands(br0)).split('\n');
    };
    expect(open({})).toEqual(['']);
    expect(open({ routed: true })).toContain('-A NETPLUMB-br0/in -j ACCEPT');
    expect(open({ from: ['br1'] })).toContain('-A NETPLUMB-br0/in -i br1 -j ACCEPT');
    expect(open({ anyDestination: true })).toContain(
      '-A NETPLUMB-PREROUTING ! -d 127.0.0.0/8 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0/in',
    );
  });

  it('does nothing where all of it stands, wherever the jump to it in FORWARD', () => {
    const current = stands(published, br1);
    for (const one of [published, br1]) expect(planReconcile(one, current)).toBe('');
    const [last, ...others] = current.filter.rules.filter(({ chain }) => chain === 'FORWARD').reverse();
    expect(others).toEqual([]);
    const pushed = [{ chain: 'FORWARD', words: ['-j', 'X'] }, ...(last === undefined ? [] : [last])];
    const rules = [...current.filter.rules.filter(({ chain }) => chain !== 'FORWARD'), ...pushed];
    expect(planReconcile(published, { ...current, filter: { ...current.filter, rules } })).toBe('');
  });

  it('mends exactly what is broken, whichever rule, chain or jump of its own is gone', () => {
    const whole = stands(published, br1);
    const sorted = (rules: ParsedRules) => JSON.stringify(texts(rules));
    for (const table of ['nat', 'filter'] as const) {
      for (const gone of whole[table].rules) {
        const rules = whole[table].rules.filter((rule) => rule !== gone);
        const broken = { ...whole, [table]: { ...whole[table], rules } };
        const once = applied(broken, planReconcile(published, broken));
        const mended = applied(once, planReconcile(br1, once));
        expect(JSON.parse(sorted(mended))).toEqual(
          Object.fromEntries(
            Object.entries(texts(whole)).map(([name, lines]) => [name, expect.arrayContaining([...lines])]),
          ),
        );
        expect([planReconcile(published, mended), planReconcile(br1, mended)]).toEqual(['', '']);
      }
    }
  });

  it('mends what was flushed, as iptables -F leaves it', () => {
    const whole = stands(published, br1);
    const flushed = { nat: { ...whole.nat, rules: [] }, filter: { ...whole.filter, rules: [] } };
    const once = applied(flushed, planReconcile(published, flushed));
    const mended = applied(once, planReconcile(br1, once));
    expect(texts(mended).nat.sort()).toEqual(texts(whole).nat.sort());
    expect(texts(mended).filter.sort()).toEqual(texts(whole).filter.sort());
  });

  it('replaces what the first version of the format left, and what stands for another range', () => {
    const current = parseRules({
      nat: `${nat}-N NETPLUMB-br0
-A POSTROUTING -s 172.16.9.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A NETPLUMB-br0 ! -o br0 -j MASQUERADE
`,
      filter: `${filter}-N NETPLUMB-br0
-A FORWARD -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A FORWARD -o br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0
-A NETPLUMB-br0 -s 172.16.9.0/24 -i br0 -j ACCEPT
`,
    });
    const after = applied(current, planReconcile(br0, current));
    expect(texts(after).nat.sort()).toEqual(texts(stands(br0)).nat.sort());
    expect(texts(after).filter.sort()).toEqual(texts(stands(br0)).filter.sort());
  });

  it("leaves the administrator's rules, and another network's, as they are", () => {
    const withUser = applied(stands(br0), '*filter\n-A NETPLUMB-USER -s 10.9.9.9/32 -j DROP\nCOMMIT\n');
    expect(planReconcile(br1, withUser)).not.toMatch(/br0|-[FXD] /);
    const both = applied(withUser, planReconcile(br1, withUser));
    expect(planDisable('br1', both)).not.toMatch(/br0|USER/);
    const none = applied(
      applied(both, planDisable('br1', both)),
      planDisable('br0', applied(both, planDisable('br1', both))),
    );
    expect(texts(none)).toEqual({
      nat: texts(empty).nat,
      filter: [...texts(empty).filter, '-N NETPLUMB-USER', '-A NETPLUMB-USER "-s" "10.9.9.9/32" "-j" "DROP"'],
    });
  });

  it.each<[string, WantedNat]>([
    ['a network', { ...br0, network: { ...br0.network, network: 'br 0' } }],
    ['a reserved network', { ...br0, network: { ...br0.network, network: 'FORWARD' } }],
    ['a bridge', { ...br0, network: { ...br0.network, bridge: 'br+' } }],
    ['a subnet', wanted('br0', '172.16.0.0/24 -j ACCEPT')],
    ['a source', wanted('br0', '172.16.0.0/24', { ...plainSettings, sourceAddresses: ['192.0.2.9\n-F'] })],
    ['a container', { ...br0, containers: [{ ...web, container: 'web\n-F' }] }],
    ['an address', { ...br0, containers: [{ ...web, addresses: ['172.16.0.2 -j X'] }] }],
  ])('refuses %s that no intent has', (_, one) => {
    expect(() => planReconcile(one, empty)).toThrow(RangeError);
  });
});

describe('disabling', () => {
  it('leaves nothing, and does nothing where nothing stands', () => {
    const current = stands(published);
    expect(texts(applied(current, planDisable('br0', current)))).toEqual(texts(empty));
    expect(planDisable('br0', empty)).toBe('');
    expect(planDisable('br0', noRules)).toBe('');
  });

  it('leaves what the others need, to the last', () => {
    const both = stands(published, br1);
    const one = applied(both, planDisable('br0', both));
    expect(texts(one).nat.sort()).toEqual(texts(stands(br1)).nat.sort());
    expect(texts(applied(one, planDisable('br1', one)))).toEqual(texts(empty));
  });

  it('never deletes what is absent: whatever is left of the rules, it deletes each that stands once', () => {
    const whole = stands(published);
    // A chain stands as long as anything stands in it or leads to it.
    for (let seed = 1; seed < 60; seed++) {
      let bit = seed * 2_654_435_761;
      const keep = () => {
        bit = (bit * 48_271 + 11) % 2_147_483_647;
        return bit % 2 === 0;
      };
      const left = {
        nat: { ...whole.nat, rules: whole.nat.rules.filter(keep) },
        filter: { ...whole.filter, rules: whole.filter.rules.filter(keep) },
      };
      const after = applied(left, planDisable('br0', left));
      expect(JSON.stringify(texts(after))).not.toMatch(/NETPLUMB-[^PIOFU]|netplumb\/1 /);
    }
  });

  it('takes out what leads into its chain, too, for the chain could not go otherwise', () => {
    const current = stands(br0);
    const rules = [
      ...current.filter.rules,
      {
        chain: 'FORWARD',
        words: ['-p', 'tcp', '-m', 'comment', '--comment', `it's "me"`, '-g', 'NETPLUMB-br0'],
      },
    ];
    expect(planDisable('br0', { ...current, filter: { ...current.filter, rules } })).toContain(
      `-D FORWARD -p tcp -m comment --comment "it's \\"me\\"" -g NETPLUMB-br0\n`,
    );
  });

  it('takes a comment that a later version appended to for its own, and a longer name not', () => {
    const rules = (comment: string) =>
      parseRules({ nat: `${nat}-A POSTROUTING -m comment --comment "${comment}" -j X\n`, filter });
    expect(planDisable('br0', rules('netplumb/1 br0 web'))).toContain('-D POSTROUTING');
    expect(planDisable('br0', rules('netplumb/1 br00'))).toBe('');
    expect(planDisable('br0', rules('netplumb/2 br0'))).toBe('');
  });
});

describe('foreign rules', () => {
  it('are none on an empty host, and none where only networks of ours stand', () => {
    expect(foreignRules(noRules)).toEqual([]);
    expect(foreignRules(empty)).toEqual([]);
    expect(foreignRules(stands(published, br1))).toEqual([]);
  });

  it('are rules of nat and FORWARD, and a FORWARD policy that drops', () => {
    const current = parseRules({
      nat: `${nat}-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE\n`,
      filter: `${filter.replace('FORWARD ACCEPT', 'FORWARD DROP')}-A FORWARD -i lxcbr0 -j ACCEPT\n-A INPUT -j DROP\n`,
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
    const lines = explain(planReconcile(br0, empty));
    expect(lines).toContain('iptables -t nat -N NETPLUMB-br0');
    expect(lines).toContain('iptables -t nat -A NETPLUMB-br0 -s 172.16.0.0/24 -j MASQUERADE');
    expect(lines).toContain(
      'iptables -t nat -A NETPLUMB-POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
    );
    expect(lines).toContain('iptables -A NETPLUMB-br0/in -j DROP');
    expect(explain('')).toEqual([]);
    expect(explain('*filter\n-F X\nCOMMIT\n', 6)).toEqual(['ip6tables -F X']);
  });

  it('quotes what a shell would look into', () => {
    expect(explain('*filter\n-D X -m comment --comment "$(reboot) \'`\\"" -j ACCEPT\nCOMMIT\n')).toEqual([
      `iptables -D X -m comment --comment '$(reboot) '\\''\`"' -j ACCEPT`,
    ]);
  });
});
