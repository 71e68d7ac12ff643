// nf_tables without a kernel: elements there and back, ranges cut into pieces, comments that stay comments, plans.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkIntent, plainSettings } from '../../../src/nat/intent.js';
import { type RawElement, standingElements } from '../../../src/nat/nftables/decoding.js';
import {
  alignedPieces,
  type Element,
  portElements,
  wantedElements,
} from '../../../src/nat/nftables/elements.js';
import { elementText, encodeElement } from '../../../src/nat/nftables/encoding.js';
import { linesOf, messagesOf } from '../../../src/nat/nftables/messages.js';
import { commentBytes, commentOf, ownerIn, readComment } from '../../../src/nat/nftables/names.js';
import { identityOfWanted, planDisable, planReconcile } from '../../../src/nat/nftables/plan.js';
import { expressions, sameRule } from '../../../src/nat/nftables/rules.js';
import { chains, setNamed, sets } from '../../../src/nat/nftables/skeleton.js';
import type { Standing } from '../../../src/nat/nftables/standing.js';
import type { PortIntent } from '../../../src/nat/ports.js';

const name = fc
  .stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,13}$/)
  .filter((text) => !/^(USER|INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)$/.test(text));
const port: fc.Arbitrary<PortIntent> = fc
  .record({
    protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
    hostPort: fc.integer({ min: 1, max: 65_535 }),
    containerPort: fc.integer({ min: 1, max: 65_535 }),
    wish: fc.integer({ min: 1, max: 3_000 }),
    hostAddress: fc.option(fc.constantFrom('192.0.2.2', '127.0.0.1', '2001:db8::2', '0.0.0.0', '::'), {
      nil: undefined,
    }),
  })
  .map(({ wish, hostAddress, ...rest }) => ({
    ...rest,
    range: Math.min(wish, 65_536 - rest.hostPort, 65_536 - rest.containerPort),
    ...(hostAddress !== undefined && { hostAddress }),
  })) as fc.Arbitrary<PortIntent>;

const settings = fc.record({
  sourceAddresses: fc.constantFrom([], ['203.0.113.7'], ['2001:db8::7']),
  exclude: fc.constantFrom([], ['10.0.0.0/8', 'fd77::/16']),
  randomFully: fc.boolean(),
  internal: fc.boolean(),
  open: fc.record({
    routed: fc.boolean(),
    anyDestination: fc.boolean(),
    from: fc.constantFrom([], ['br7', 'br8']),
  }),
});
const wanted = fc
  .record({
    network: name,
    settings,
    isolation: fc.constantFrom(undefined, { bridgedSeen: true }),
    container: name,
    ports: fc.array(port, { maxLength: 5 }),
  })
  .map(({ network, settings: chosen, isolation, container, ports }) => ({
    network: networkIntent(
      network,
      ['172.16.0.0/24', '10.9.255.0/24', '255.255.255.0/24', 'fd00:1::/64'],
      { ...plainSettings, ...chosen },
      isolation,
    ),
    containers: [{ container, addresses: ['172.16.0.2', 'fd00:1::2'], ports }],
  }));

/** As the kernel would list them. */
function stands(elements: readonly Element[]): Standing {
  const raw = new Map<string, RawElement[]>();
  for (const element of elements)
    raw.set(element.set, [
      ...(raw.get(element.set) ?? []),
      ...(encodeElement(element) as readonly RawElement[]),
    ]);
  return {
    generation: 1,
    chains: [],
    own: {
      dormant: false,
      chains: new Map(
        chains.map(({ name: chain, base }) => [
          chain,
          {
            family: 'inet',
            table: 'netplumb',
            name: chain,
            ...(base && { type: base.type, hook: { number: base.hook } }),
          },
        ]),
      ),
      rules: new Map(
        chains.map(({ name: chain, rules }) => [
          chain,
          rules.map((rule) => ({ chain, expressions: expressions(rule) })),
        ]),
      ),
      sets: new Map(
        sets.map(({ name: set }) => [
          set,
          { name: set, keyLength: Number(encoded(set).keyLength), flags: encoded(set).flags as string[] },
        ]),
      ),
      elements: [...raw].flatMap(([set, list]) => standingElements(setNamed(set), list.reverse())),
    },
  };
}
function encoded(set: string): Readonly<Record<string, unknown>> {
  const [message] = messagesOf([{ kind: 'set', verb: 'add', shape: { name: set } }]);
  return message?.value ?? {};
}

describe('elements', () => {
  it('are read back as what they were made of, whatever is wanted', () => {
    fc.assert(
      fc.property(wanted, (one) => {
        const elements = wantedElements(one);
        const read = stands(elements).own?.elements ?? [];
        const said = (list: readonly Element[]) =>
          [...new Set(list.map((element) => `${element.set} ${elementText(element)}`))].sort();
        expect(said(read)).toEqual(said(elements));
        expect([...new Set(read.map(({ identity }) => identity))].sort()).toEqual(
          [...new Set(elements.map(identityOfWanted))].sort(),
        );
        for (const { owner } of read) expect(owner?.network).toBe(one.network.network);
      }),
      { numRuns: 300 },
    );
  });

  it('are all that a plan has to do with where the rest stands; nothing where they do', () => {
    fc.assert(
      fc.property(wanted, wanted, (one, other) => {
        const standing = stands(wantedElements(one));
        expect(planReconcile(one, standing)).toEqual([]);
        for (const change of planReconcile(other, standing)) expect(change.kind).toBe('elements');
        const gone = planDisable(one.network.network, standing);
        expect(gone).toEqual([{ kind: 'table', verb: 'remove' }]);
        if (other.network.network !== one.network.network)
          expect(planDisable(other.network.network, standing)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('of a port are one for each family, wherever it is published', () => {
    const network = networkIntent('br0', ['172.16.0.0/24', 'fd00::/64']);
    const web = { container: 'web', addresses: ['172.16.0.2', 'fd00::2'] };
    const plain = { protocol: 'tcp', hostPort: 8080, containerPort: 80, range: 1 } as const;
    expect(portElements(network, web, [plain]).map(elementText)).toEqual([
      'tcp . 8080 comment "netplumb/1 br0 web" : 172.16.0.2 . 80',
      'tcp . 8080 comment "netplumb/1 br0 web" : fd00::2 . 80',
    ]);
    expect(portElements(network, web, [{ ...plain, hostAddress: '127.0.0.1' }])).toHaveLength(1);
    expect(portElements(network, web, [{ ...plain, hostPort: 30_000, range: 1_000 }])).toHaveLength(2);
  });
});

describe('a range', () => {
  it('is cut into pieces that cover it, each of a length that divides its first port', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }), (first, wish) => {
        const count = Math.min(wish, 65_536 - first);
        let next = first;
        for (const piece of alignedPieces(first, count)) {
          expect(piece.first).toBe(next);
          expect(piece.first % piece.count).toBe(0); // what the kernel takes the remainder of
          next += piece.count;
        }
        expect(next).toBe(first + count);
      }),
      { numRuns: 2_000 },
    );
    expect(alignedPieces(30_000, 1_000)).toHaveLength(1);
    expect(alignedPieces(8_000, 10)).toHaveLength(1);
    expect(alignedPieces(10_000, 10_001)).toHaveLength(2);
    expect(alignedPieces(30_000, 2_768)).toHaveLength(3);
  });
});

describe('a comment', () => {
  it('says whose an element is, and nothing else gets into it', () => {
    fc.assert(
      fc.property(
        fc.oneof(name, fc.string({ unit: 'binary', maxLength: 40 })),
        fc.string({ unit: 'binary', maxLength: 40 }),
        (network, container) => {
          let comment: string;
          try {
            comment = commentOf({ network, container });
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            return;
          }
          expect(ownerIn(comment)).toEqual({ network, container });
          expect(readComment(commentBytes(comment))).toBe(comment);
          expect(comment).toMatch(/^[\x20-\x7e]{1,126}$/);
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('is found in whatever bytes stand there, and nothing throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const comment = readComment(bytes);
        expect(comment === undefined || typeof comment === 'string').toBe(true);
        ownerIn(comment);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(['a"b', 'x\ny', '; flush ruleset', '$(id)', '-j', '#c', '', 'x'.repeat(300)])(
    'refuses the container %j',
    (container) => {
      expect(() => commentOf({ network: 'br0', container })).toThrow(RangeError);
    },
  );
});

describe('rules', () => {
  it('are told apart from any other of the table, whatever the kernel adds', () => {
    const all = chains.flatMap(({ rules }) => rules.map(expressions));
    for (const [i, one] of all.entries()) {
      const told = one.map(({ kind, data }) => ({ kind, data: { ...data, unknown: [] } }));
      expect(sameRule(one, told)).toBe(true);
      expect(sameRule(one, told.slice(1))).toBe(false);
      const twin = all.findIndex((other, at) => at !== i && sameRule(other, told));
      if (twin >= 0) expect(all[twin]).toEqual(one);
    }
  });

  it('are written in lines that no shell takes apart', () => {
    const lines = linesOf(chains.map((chain) => ({ kind: 'rules', chain })));
    for (const line of lines) expect(line).toMatch(/^nft add rule inet netplumb [\w'!@.,:/ -]+$/);
  });
});
