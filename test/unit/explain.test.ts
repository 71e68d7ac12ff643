// The lines that plans explain themselves by: against the commands of the golden captures, which are the same requests, and
// where those say nothing. Needs no kernel; that ip takes the lines is the kernel test's.

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { links } from '../../scripts/fixtures/scene.mjs';
import { explainSteps } from '../../src/explain.js';
import { Plan } from '../../src/plan.js';
import { setLink, setLinkGroup } from '../../src/rtnl/link-requests.js';
import type { Operation } from '../../src/rtnl/operation.js';
import { type NamespaceTarget, Slots } from '../../src/rtnl/references.js';
import { allGolden, type Golden } from '../support/golden.js';
import { operationOf } from '../support/golden-call.js';

const here: NamespaceTarget = { handle: undefined, name: 'here' };
const other: NamespaceTarget = { handle: undefined, name: 'other' };

function linesOf(operation: Operation<unknown>): readonly string[] {
  const slots = new Slots();
  const step = operation.step(slots.of(here), slots);
  return explainSteps([step], slots.targets, here);
}

function lines(describePlan: (plan: Plan) => void): readonly string[] {
  const plan = new Plan({ undo: false });
  describePlan(plan);
  return plan.explain(here);
}

const names = new Map(Object.entries(links).map(([name, index]) => [`if${index}`, name]));

/** The line of a capture's call, with names where the call, as ip, sends indexes. */
function explained(golden: Golden): string {
  return linesOf(operationOf(golden))
    .join('\n')
    .replace(/\bif\d+\b/g, (word) => names.get(word) ?? word);
}

/** In any order; without the words ip lets a person leave out, and the length of a single address. */
function wordsOf(line: string): string[] {
  return line
    .split(' ')
    .filter((word) => word !== 'dev' && word !== 'name')
    .map((word) => word.replace(/\/(32|128)$/, ''))
    .sort();
}

/** Gets and dumps do nothing to be explained. */
function isChange(golden: Golden): boolean {
  const step = golden.call === undefined ? undefined : operationOf(golden).step(0, new Slots());
  return step?.do === 'request' && step.verb !== 'get' && step.verb !== 'list';
}
const golden = allGolden().filter(isChange);

describe('an explained request', () => {
  it.each(golden.map((one) => [one.command, one] as const))('is %s', (command, one) => {
    const line = explained(one);
    if (one.explained === undefined) expect(wordsOf(line)).toEqual(wordsOf(command));
    else expect(line).toBe(one.explained);
  });

  it('is compared with many', () => {
    expect(golden.length).toBeGreaterThan(280);
  });
});

describe('links', () => {
  it('say every switch, in the order given', () => {
    const switches = { arp: false, trailers: false, multicast: false, allMulticast: true } as const;
    expect(linesOf(setLink('eth0', { ...switches, promiscuous: true, dynamic: false, up: false }))).toEqual([
      'ip link set dev eth0 arp off trailers off multicast off allmulticast on promisc on dynamic off down',
    ]);
  });

  it('say the switches of a peer too', () => {
    const line = lines((plan) =>
      plan.on(here).links.add({
        kind: 'veth',
        name: 'veth0',
        up: true,
        peer: { name: 'eth0', mtu: 1400, arp: false, namespace: other },
      }),
    );
    expect(line).toEqual(['ip link add veth0 up type veth peer name eth0 mtu 1400 netns other arp off']);
  });

  it('are found by group where many are meant', () => {
    expect(linesOf(setLinkGroup(7, { up: false, mtu: 1400 }))).toEqual(['ip link set group 7 mtu 1400 down']);
  });

  it('are called what an earlier step calls them', () => {
    const seen = lines((plan) => {
      const { links, addresses } = plan.on(here);
      const pair = links.add({ kind: 'veth', name: 'veth0', peer: { name: 'veth1' } });
      const nameless = links.add({ kind: 'bridge' });
      links.set(pair, { master: nameless });
      addresses.add({ link: pair.otherEnd, address: '10.0.0.1/24' });
    });
    expect(seen.slice(2)).toEqual([
      'ip link set dev veth0 master LINK1',
      'ip address add 10.0.0.1/24 dev veth1',
    ]);
  });

  it('are named as such where ip could take the name for an option', () => {
    const nameOf = (name: string) =>
      lines((plan) => plan.on(here).links.add({ kind: 'bridge', name })).join();
    expect(nameOf('up')).toBe('ip link add name up type bridge');
    expect(nameOf('add')).toBe('ip link add name add type bridge');
    expect(nameOf('br0')).toBe('ip link add br0 type bridge');
  });

  it('take a line for each part that ip takes by itself', () => {
    expect(
      linesOf(
        setLink('br0', {
          mtu: 1400,
          afSpec: { inet6: { addressGenerationMode: 'eui64', token: '::5' } },
          kind: 'bridge',
          data: { vlanFiltering: true },
          portKind: 'bridge',
          portData: { isolated: true, cost: 9 },
        }),
      ),
    ).toEqual([
      'ip link set dev br0 mtu 1400 addrgenmode eui64 type bridge vlan_filtering 1',
      'ip link set dev br0 type bridge_slave isolated on cost 9',
      'ip token set ::5 dev br0',
    ]);
  });
});

describe('namespaces', () => {
  const forward = (target: NamespaceTarget | ((plan: Plan) => NamespaceTarget)) =>
    lines((plan) => {
      const at = plan.on(typeof target === 'function' ? target(plan) : target);
      at.links.set('lo', { up: true });
      at.sysctl.set('net.ipv4.ip_forward', 1);
    });

  it('are left out where the reader stands in them', () => {
    expect(forward(here)).toEqual(['ip link set dev lo up', 'sysctl -w net.ipv4.ip_forward=1']);
  });

  it('are called by name, file or process', () => {
    const entered = (file: string) => [
      `nsenter --net=${file} ip link set dev lo up`,
      `nsenter --net=${file} sysctl -w net.ipv4.ip_forward=1`,
    ];
    expect(forward(other)).toEqual([
      'ip -n other link set dev lo up',
      'nsenter --net=/run/netns/other sysctl -w net.ipv4.ip_forward=1',
    ]);
    expect(forward((plan) => plan.openNamespace({ pid: 42 }))).toEqual(entered('/proc/42/ns/net'));
    expect(forward((plan) => plan.openNamespace({ path: '/run/x y' }))).toEqual([
      "nsenter '--net=/run/x y' ip link set dev lo up",
      "nsenter '--net=/run/x y' sysctl -w net.ipv4.ip_forward=1",
    ]);
    expect(forward((plan) => plan.createNamespace())).toEqual([
      'unshare --net',
      ...entered('/proc/PID/ns/net'),
    ]);
    expect(forward((plan) => plan.createNamespace('42'))[1]).toBe('ip -n 42 link set dev lo up');
    expect(forward((plan) => plan.createNamespace('42'))[2]).toMatch(/^nsenter --net=\/run\/netns\/42 /);
  });
});

describe('a line for a shell', () => {
  const words = (line: string) =>
    execFileSync('sh', ['-c', `for w in ${line}; do printf '%s\\0' "$w"; done`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);

  it.each(['$(reboot)', "it's; `id`", 'a b\nc', '*', '~', '=ls', '#', '', '&', '{a,b}', '\\', '"'])(
    'carries %j as one word',
    (alias) => {
      const [line = ''] = linesOf(setLink('eth0', { alias }));
      expect(words(line)).toEqual(['ip', 'link', 'set', 'dev', 'eth0', 'alias', alias]);
    },
  );

  it('carries any alternative names', () => {
    const name = fc
      .string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 })
      .filter((one) => !/\0/.test(one));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const [line = ''] = lines((plan) => plan.on(here).links.addAltNames('eth0', names));
        expect(words(line).slice(6)).toEqual(names.flatMap((one) => ['altname', one]));
      }),
      { numRuns: 30 },
    );
  });
});
