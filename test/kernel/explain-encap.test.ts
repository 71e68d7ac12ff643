// How a route wraps packets is said in ip's words, where it has some for those bytes: against what ip sends itself.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureBatch, captureRequest } from '../../scripts/fixtures/run.mjs';
import { binding } from '../../src/binding.js';
import { Namespace } from '../../src/namespace.js';
import { Plan, type PlannedVerbs } from '../../src/plan.js';
import { linesOf, print } from '../support/request-lines.js';

describe('how a route wraps packets', () => {
  const description = binding.describe();
  const lines = (message: Buffer) => linesOf(message, 'route', description);
  const linesOfPlan = (plan: (verbs: PlannedVerbs) => void) => {
    const planned = new Plan({ undo: false });
    plan(planned.on(here));
    return planned.explain(here);
  };
  let here: Namespace;
  beforeAll(() => {
    here = Namespace.currentSync();
  });
  afterAll(() => here.close());

  const wrapped = [
    ['mpls', '100'],
    ['mpls', '100/200/1048575 ttl 7'],
    ['ip', 'id 18446744073709551615 dst 10.9.9.9 src 10.9.9.8 ttl 3 tos 0x1c csum key seq'],
    ['ip', 'dst 10.9.9.9 key'],
    ['ip6', 'id 1 dst fd00::9 src fd00::8 hoplimit 9 tc 0x4 csum'],
    ['seg6', 'mode encap segs fd00::9,fd00::8,::'],
    ['seg6', 'mode inline segs fd00::9'],
    ['seg6', 'mode inline segs fd00::9,fd00::8 hmac 77'],
    ['seg6', 'mode l2encap segs fd00::9 hmac 1'],
    ['seg6local', 'action End'],
    ['seg6local', 'action End.X nh6 fd00::9'],
    ['seg6local', 'action End.DX4 nh4 10.9.9.9'],
    ['seg6local', 'action End.DX2 oif veth0'],
    ['seg6local', 'action End.DT6 table 1000'],
    ['seg6local', 'action End.DT46 vrftable 1000'],
    ['seg6local', 'action End.B6 srh segs fd00::9,fd00::8'],
    ['seg6local', 'action End.B6.Encaps srh segs fd00::9,::'],
    ['rpl', 'segs fd00::9,fd00::8'],
  ] as const;
  const encapOf = (message: Buffer) =>
    lines(message).lines.find(({ path }) => path === 'encap')?.bytes ?? Buffer.alloc(0);

  it('is said in words that send it again', () => {
    const command = (type: string, words: string) =>
      `ip route add 10.0.0.0/8 encap ${type} ${words} dev veth2`;
    const sent = captureBatch(wrapped.map(([type, words]) => command(type, words)));
    const said = sent.map((message, place) => {
      const [encapType = 'mpls'] = wrapped[place] ?? [];
      const route = { destination: '10.0.0.0/8', encapType, encap: encapOf(message), link: 5 };
      return linesOfPlan(({ routes }) => routes.add(route)).join('\n');
    });
    for (const [place, again] of captureBatch(
      said.map((line) => line.replaceAll(/if5\b/g, 'veth2')),
    ).entries())
      expect(print(lines(again)), said[place]).toBe(print(lines(sent[place] ?? again)));
    expect(said.join('\n')).not.toContain('bytes:');
  });

  it('is said of a hop and of a next hop too', () => {
    const way = { encapType: 'mpls', encap: Uint8Array.of(8, 0, 1, 0, 0, 6, 65, 0) } as const;
    const multipath = [{ ...way, index: 5, gateway: '172.16.0.2' }, { gateway: '172.16.0.3' }];
    const said = linesOfPlan(({ routes, nextHops }) => {
      routes.add({ destination: '10.0.0.0/8', multipath });
      nextHops.add({ id: 8, gateway: '172.16.0.2', link: 'veth2', ...way });
    });
    expect(said).toEqual([
      'ip route add 10.0.0.0/8 nexthop encap mpls 100 via 172.16.0.2 dev if5 nexthop via 172.16.0.3',
      'ip nexthop add encap mpls 100 via 172.16.0.2 dev veth2 id 8',
    ]);
    for (const message of captureBatch(said.map((line) => line.replace('if5', 'veth2'))))
      expect(message.includes(Buffer.from(way.encap))).toBe(true);
  });

  const word = (...bytes: number[]) => Uint8Array.of(4 + bytes.length, 0, ...bytes);
  it.each([
    ['a stack with a TTL in it', 'mpls', word(1, 0, 0, 6, 65, 9)],
    ['a stack without an end', 'mpls', word(1, 0, 0, 6, 64, 0)],
    ['an attribute beyond its end', 'ip', Uint8Array.of(9, 0, 1, 0, 0, 0, 0, 100)],
    ['an attribute twice', 'mpls', Uint8Array.of(8, 0, 1, 0, 0, 6, 65, 0, 8, 0, 1, 0, 0, 6, 65, 0)],
    ['a flag that ip does not know', 'ip', word(6, 0, 0, 2)],
    [
      'a header with a tag',
      'seg6',
      word(1, 0, 1, 0, 0, 0, 0, 2, 4, 0, 0, 0, 0, 1, ...Array<number>(16).fill(9)),
    ],
    ['nothing', 'seg6', new Uint8Array()],
    ['a program', 'bpf', word(4, 0, 8, 0, 0, 0)],
    ['an identifier locator address', 'ila', word(1, 0, 1, 2, 3, 4, 5, 6, 7, 8)],
    ['a trace', 'ioam6', word(2, 0, 1)],
    ['an interface of IPsec', 'xfrm', word(1, 0, 1, 0, 0, 0)],
    ['a type of tomorrow', 77, word(1, 0, 1, 0, 0, 0)],
  ] as const)('is said as bytes, which ip refuses: %s', (_, encapType, encap) => {
    const [line = ''] = linesOfPlan(({ routes }) =>
      routes.add({ destination: 'fd01::/64', encapType, encap, link: 'veth2' }),
    );
    expect(line).toContain(` encap ${encapType} bytes:${Buffer.from(encap).toString('hex')} dev veth2`);
    expect(() => captureRequest(line)).toThrow(/it sent no request/);
  });
});
