// The real iptables-restore, both variants, each in a host namespace of its own; read back through iptables-save.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { checkNatOptions, networkIntent, type WantedNat } from '../../../src/nat/intent.js';
import { bring, readRules } from '../../../src/nat/iptables/apply.js';
import { explain } from '../../../src/nat/iptables/explain.js';
import { planDisable, planReconcile } from '../../../src/nat/iptables/plan.js';
import type { RestoreSession } from '../../../src/nat/iptables/session.js';
import { foreignRules, noRules, parseTable } from '../../../src/nat/iptables/standing.js';
import { printTransaction } from '../../../src/nat/iptables/transaction.js';
import { createHost, createTopology } from '../../support/host.js';
import { needsIptables } from '../../support/probe.js';
import { NatHost, variants } from './host.js';

const br0 = wanted('br0', '172.16.0.0/24');
const br1 = wanted('br1', '172.17.0.0/24');

// One of each chain; test/unit/nat/plan.test.ts has them all.
const ours = [
  '-A POSTROUTING -m comment --comment "netplumb/1" -j NETPLUMB-POSTROUTING',
  '-A NETPLUMB-POSTROUTING -s 172.16.0.0/24 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
  '-A NETPLUMB-br0 -s 172.16.0.0/24 -j MASQUERADE',
  '-A FORWARD -m comment --comment "netplumb/1" -j NETPLUMB-FORWARD',
  '-A NETPLUMB-FORWARD -j NETPLUMB-USER',
  '-A NETPLUMB-FORWARD -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0',
  '-A NETPLUMB-br0 -s 172.16.0.0/24 -j ACCEPT',
  '-A NETPLUMB-br0/in -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-A NETPLUMB-br0/in -j DROP',
];

function wanted(network: string, subnet: string): WantedNat {
  return { network: networkIntent(network, [subnet]), containers: [] };
}

function enableNat(session: RestoreSession, one: WantedNat): Promise<string> {
  return bring(session, (current) => planReconcile(one, current));
}

function disableNat(session: RestoreSession, { network }: WantedNat): Promise<string> {
  return bring(session, (current) => planDisable(network.network, current));
}

// 200 rules of somebody else, with all that is awkward to read: chains, quotes, negation, lists, ports, goto.
const foreign = `*nat
:SOMEBODY - [0:0]
${repeat(50, (i) => `-A POSTROUTING -s 10.${i}.0.0/16 ! -o eth${i} -m comment --comment "it's \\"${i}\\" \\\\ $x" -j SNAT --to-source 192.0.2.${i}`)}
${repeat(50, (i) => `-A SOMEBODY -p tcp -m addrtype --dst-type LOCAL -m tcp --dport ${1000 + i} -j DNAT --to-destination 10.0.0.${i}:80`)}
COMMIT
*filter
:ELSE - [0:0]
:FORWARD DROP [0:0]
${repeat(50, (i) => `-A FORWARD -i lxc${i} -p udp -m multiport --dports 53,${i + 1} -m comment --comment netplumb -j ACCEPT`)}
${repeat(49, (i) => `-A ELSE -d 10.9.${i}.0/24 -m conntrack --ctstate NEW -m limit --limit 5/min -j RETURN`)}
-A INPUT -p icmp -g ELSE
COMMIT
`;

describe.each(variants)('iptables-%s-restore', (variant) => {
  let host: NatHost;
  beforeEach((context) => {
    needsIptables(context, variant);
    host = new NatHost(variant);
    return () => host.close();
  });

  it('masquerades a network as iptables-save shows, and a second time changes nothing', async () => {
    const nat = host.session();
    expect(await enableNat(nat, br0)).not.toBe('');
    const saved = host.save();
    expect(saved).toEqual(expect.arrayContaining(ours));
    expect(await enableNat(nat, br0)).toBe('');
    expect(host.save()).toEqual(saved);
    expect(nat.started).toBe(1);
  });

  it.each([
    ['masquerade', {}, 'MASQUERADE --random-fully'],
    ['an address', { sourceAddresses: ['192.0.2.7'] }, 'SNAT --to-source 192.0.2.7 --random-fully'],
  ])(
    'takes ports at random where told to, for %s, and a second time changes nothing',
    async (_, how, target) => {
      const rules = checkNatOptions({ ...how, randomFully: true }, 'rules', String);
      const one: WantedNat = { network: networkIntent('br0', ['172.16.0.0/24'], rules), containers: [] };
      const nat = host.session();
      await enableNat(nat, one);
      expect(host.save()).toContain(`-A NETPLUMB-br0 -s 172.16.0.0/24 -j ${target}`);
      expect(await enableNat(nat, one)).toBe('');
    },
  );

  it('leaves nothing of ours, and 200 foreign rules and their policies as they were', async () => {
    host.restore(foreign);
    const before = host.save();
    expect(before.filter((line) => line.startsWith('-A'))).toHaveLength(200);
    const nat = host.session();
    await enableNat(nat, br0);
    await enableNat(nat, br1);
    const both = host.save();
    expect(both.filter((line) => !/NETPLUMB/.test(line))).toEqual(before);
    await disableNat(nat, br0);
    expect(host.save()).toEqual(both.filter((line) => !/NETPLUMB-br0/.test(line)));
    await disableNat(nat, br1);
    expect(host.save()).toEqual(before);
    expect(await disableNat(nat, br1)).toBe('');
    expect(nat.started).toBe(1);
  });

  it('stands first in FORWARD, and does not move what somebody puts before it later', async () => {
    host.iptables('-A', 'FORWARD', '-j', 'DROP');
    const nat = host.session();
    await enableNat(nat, br0);
    const forward = () => host.save().filter((line) => line.startsWith('-A FORWARD'));
    expect(forward()).toEqual([ours[3], '-A FORWARD -j DROP']);
    host.iptables('-I', 'FORWARD', '-j', 'RETURN');
    await enableNat(nat, br0);
    expect(forward()).toEqual(['-A FORWARD -j RETURN', ours[3], '-A FORWARD -j DROP']);
  });

  it('mends its own rules where somebody broke them, and follows a changed range', async () => {
    const nat = host.session();
    await enableNat(nat, br0);
    const whole = host.save();
    host.iptables('-F', 'FORWARD');
    host.iptables('-t', 'nat', '-F');
    host.iptables('-A', 'NETPLUMB-br0', '-j', 'DROP');
    expect(await enableNat(nat, br0)).not.toBe('');
    expect(host.save()).toEqual(whole);
    await enableNat(nat, wanted('br0', '172.16.9.0/24'));
    // What is replaced in a chain that all networks share comes last there.
    expect(host.save().sort()).toEqual(
      whole.map((line) => line.replaceAll('172.16.0.0/24', '172.16.9.0/24')).sort(),
    );
  });

  it('tells whether anybody else relies on forwarding', async () => {
    const nat = host.session();
    await enableNat(nat, br0);
    expect(foreignRules(await readRules(nat))).toEqual([]);
    host.iptables('-t', 'nat', '-A', 'POSTROUTING', '-s', '10.0.0.0/8', '-j', 'MASQUERADE');
    host.iptables('-P', 'FORWARD', 'DROP');
    expect(foreignRules(await readRules(nat))).toEqual([
      '-t nat -A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE',
      '-P FORWARD DROP',
    ]);
  });

  it('leaves what stood before when a transaction is refused, names the line, and goes on', async () => {
    const nat = host.session();
    await enableNat(nat, br0);
    const before = host.save();
    const good = '-A NETPLUMB-br0 -s 10.0.0.0/8 -j ACCEPT';
    for (const bad of [
      '-A NOWHERE -j ACCEPT',
      '-D FORWARD -s 192.0.2.0/24 -j ACCEPT',
      '-A FORWARD --nonsense',
      '-X NETPLUMB-br0',
      '-N NETPLUMB-br0',
      '-A INPUT -p tcp -j MASQUERADE',
    ]) {
      const failed = nat.transaction(`*filter\n${good}\n${bad}\nCOMMIT\n`);
      const next = nat.read('filter');
      const error = await failed.catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'NatError', code: 'EIPTABLES', applied: false });
      // What the kernel refuses is refused at COMMIT, and legacy then names no other line.
      expect([bad, 'COMMIT']).toContain((error as { line?: string }).line);
      await next;
      expect(host.save()).toEqual(before);
    }
    expect(nat.started).toBe(7);
  });

  it('says that an earlier block stands when a later one is refused', async () => {
    const nat = host.session();
    const text = '*nat\n:NETPLUMB-x - [0:0]\nCOMMIT\n*filter\n-X NETPLUMB-x\nCOMMIT\n';
    await expect(nat.transaction(text)).rejects.toMatchObject({ code: 'EIPTABLES', applied: 'unknown' });
    expect(parseTable(await nat.read('nat')).chains).toEqual(new Set(['NETPLUMB-x']));
  });

  it('plans anew when somebody takes a rule away between its read and its transaction', async () => {
    const nat = host.session();
    await enableNat(nat, br0);
    const plain = nat.transaction.bind(nat);
    let stolen = 0;
    nat.transaction = (text) => {
      if (stolen++ === 0) host.iptables('-F', 'FORWARD');
      return plain(text);
    };
    expect(await disableNat(nat, br0)).not.toBe('');
    expect(stolen).toBe(2);
    expect(host.save().join()).not.toMatch(/NETPLUMB/);
  });

  it('reads a table, or single chains of it, as a process of its own would', async () => {
    host.restore(foreign);
    const nat = host.session();
    const { policies, chains, rules } = parseTable(await nat.read('nat'));
    expect(policies.get('POSTROUTING')).toBe('ACCEPT');
    expect(chains).toEqual(new Set(['SOMEBODY']));
    expect(rules).toHaveLength(100);
    expect(await nat.read('nat')).toBe(host.iptables('-t', 'nat', '-S'));
    expect(await nat.read('filter', ['ELSE'])).toBe(host.iptables('-S', 'ELSE'));
    await expect(nat.read('filter', ['NOWHERE'])).rejects.toMatchObject({
      code: 'EIPTABLES',
      applied: false,
    });
  });

  it('takes every printable comment and gives it back unchanged, and can delete by it', async () => {
    const nat = host.session();
    const comments = [
      `it's "quoted" \\ and $(not) \`run\` # *nat COMMIT -j DROP`,
      '!',
      '-j',
      '--',
      '#',
      '"',
      '\\',
      ' ',
      '*nat',
      ':X - [0:0]',
      'x'.repeat(255),
      '"\\'.repeat(127),
      Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join(''),
    ];
    const rules = comments.map((comment) => ({
      chain: 'INPUT',
      comment,
      target: { kind: 'accept' } as const,
    }));
    const before = host.save();
    const changes = rules.map((rule) => ({ kind: 'append' as const, rule }));
    await nat.transaction(printTransaction([{ table: 'filter', changes }]));
    const standing = parseTable(await nat.read('filter')).rules;
    expect(standing.map((rule) => rule.words[3])).toEqual(comments);
    const deletions = standing.map((rule) => ({ kind: 'delete' as const, rule }));
    await nat.transaction(printTransaction([{ table: 'filter', changes: deletions }]));
    expect(host.save().filter((line) => line.startsWith('-A'))).toEqual([]);
    expect(before.filter((line) => line.startsWith('-A'))).toEqual([]);
  });

  it("is not fooled by a newline in somebody else's comment", async () => {
    const forged = 'a\n-A FORWARD -i br0 -m comment --comment "netplumb/1 br0" -j NETPLUMB-br0';
    host.iptables('-A', 'FORWARD', '-m', 'comment', '--comment', forged, '-j', 'ACCEPT');
    const nat = host.session();
    expect(planDisable('br0', await readRules(nat))).toBe('');
    expect(foreignRules(await readRules(nat))).toHaveLength(1);
  });

  it('runs in the namespace it is given, in a group of its own, with none of our descriptors', async () => {
    const kept = openSync(fileURLToPath(import.meta.url), 'r');
    const nat = host.session();
    await enableNat(nat, br0);
    const pid = nat.pid as number;
    const of = (process: number | 'self') => readlinkSync(`/proc/${process}/ns/net`);
    expect(of(pid)).not.toBe(of('self'));
    expect(host.host.run('readlink', '/proc/self/ns/net').trim()).toBe(of(pid));
    expect(statOf(pid).slice(2, 4)).toEqual([String(pid), String(pid)]);
    const open = (process: number | 'self') =>
      readdirSync(`/proc/${process}/fd`).map((fd) => linkOf(`/proc/${process}/fd/${fd}`));
    expect(open('self')).toContain(fileURLToPath(import.meta.url));
    expect(open(pid)).not.toContain(fileURLToPath(import.meta.url));
    closeSync(kept);
  });

  it('does by its explanation what it does by its transaction', async () => {
    const nat = host.session();
    await enableNat(nat, br0);
    const direct = host.save();
    await disableNat(nat, br0);
    const lines = explain(planReconcile(br0, noRules)).map((line) =>
      line.replace(/^iptables/, `iptables-${variant}`),
    );
    const shell = spawn('nsenter', [`--net=${host.host.path}`, 'sh', '-ec', lines.join('\n')], {
      stdio: 'inherit',
    });
    expect(await exitOf(shell)).toBe(0);
    expect(host.save()).toEqual(direct);
  });
});

describe.each(variants)('packets under iptables-%s', (variant) => {
  it('of a container reach the internet while its network is masqueraded, through a FORWARD that drops', async (context) => {
    needsIptables(context, variant);
    const { host, internet } = createTopology();
    const container = createHost('container');
    const nat = new NatHost(variant, host);
    const session = nat.session();
    host.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    host.run('ip', 'address', 'add', '172.16.0.1/24', 'dev', 'br0');
    host.run('ip', 'link', 'set', 'br0', 'up');
    host.run('ip', 'link', 'add', 'c1', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', container.name);
    host.run('ip', 'link', 'set', 'c1', 'master', 'br0', 'up');
    container.run('ip', 'address', 'add', '172.16.0.2/24', 'dev', 'eth0');
    container.run('ip', 'link', 'set', 'eth0', 'up');
    container.run('ip', 'route', 'add', 'default', 'via', '172.16.0.1');
    host.setSysctl('net.ipv4.ip_forward', 1);
    nat.iptables('-P', 'FORWARD', 'DROP');
    nat.iptables('-A', 'FORWARD', '-j', 'DROP');
    expect(container.canPing('172.16.0.1')).toBe(true);
    expect(container.canPing('1.1.1.1')).toBe(false);
    await enableNat(session, br0);
    expect(container.canPing('1.1.1.1')).toBe(true);
    await disableNat(session, br0);
    expect(container.canPing('1.1.1.1')).toBe(false);
    // Only what a container began may come back: nobody outside gets in by routing to its address.
    await enableNat(session, br0);
    internet.run('ip', 'route', 'add', '172.16.0.0/24', 'via', '192.0.2.2');
    expect(internet.canPing('172.16.0.2')).toBe(false);
    await nat.close();
  });
});

// The lock is one file for the whole machine, so it is held for as short as can be, and never while another test runs.
describe('the xtables lock', () => {
  it('held by somebody else is waited for to the limit, then an error that invites another try', async (context) => {
    needsIptables(context, 'legacy');
    const host = new NatHost('legacy');
    const nat = host.session({ waitSeconds: 1 });
    await nat.read('nat');
    const holder = spawn('flock', ['/run/xtables.lock', 'sh', '-c', 'echo held; read x'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      await new Promise((fulfil) => holder.stdout.once('data', fulfil));
      await expect(nat.transaction(planReconcile(br0, noRules))).rejects.toMatchObject({
        code: 'EAGAIN',
        exitCode: 4,
        applied: false,
      });
    } finally {
      holder.stdin.end('\n');
      await exitOf(holder);
    }
    await nat.transaction(planReconcile(br0, noRules));
    expect(host.save()).toEqual(expect.arrayContaining(ours));
    await host.close();
  });
});

/** The fields of /proc/PID/stat behind the name: state, parent, group, session… */
function statOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Where a descriptor points; the one that lists the folder is closed by the time it is asked. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((fulfil) => child.once('close', fulfil));
}

function repeat(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}
