// What a request refuses before anything is sent: every writable row of every table against values it cannot have, and the
// verbs against options that are not theirs. The error names the option's path.

import { describe, expect, it } from 'vitest';
import { binding, type TableDescription } from '../../src/binding.js';
import { addAddress, listAddresses } from '../../src/rtnl/addresses.js';
import {
  addAltNames,
  addLink,
  getLink,
  listLinks,
  setLink,
  setLinkGroup,
} from '../../src/rtnl/link-requests.js';
import type { Operation } from '../../src/rtnl/operation.js';
import { Slots } from '../../src/rtnl/references.js';
import { addRoute, listRoutes, removeRoute } from '../../src/rtnl/routes.js';
import { type Place, places } from '../support/places.js';

type Row = TableDescription['rows'][number];
type Refusal = readonly [value: unknown, error: typeof TypeError | typeof RangeError];

const description = binding.describe();
const widths: Readonly<Record<string, number>> = {
  U8: 8,
  S8: 8,
  S16: 16,
  U16: 16,
  Be16: 16,
  U32: 32,
  S32: 32,
  Be32: 32,
};
const others = [null, Symbol('x'), () => 1];

const outOfRange = (...values: readonly unknown[]) => values.map((value): Refusal => [value, RangeError]);

function integers(row: Row): Refusal[] {
  const bits = { LinkIndex: 31, NamespaceFd: 32 }[row.type] ?? widths[row.type] ?? 0;
  const signed = row.type.startsWith('S');
  const low = row.minimum ?? (signed ? -(2 ** (bits - 1)) : 0);
  const high = row.maximum ?? 2 ** (signed ? bits - 1 : bits) - 1;
  const numbers = [low - 1, high + 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, -(2 ** 60)];
  const text: Refusal[] =
    row.names !== undefined
      ? [['no such name', RangeError]]
      : row.type === 'LinkIndex'
        ? outOfRange('', 'a\0b', 'x'.repeat(128))
        : [['1', TypeError]];
  const list: Refusal[] = row.bits
    ? [
        [['no such name'], RangeError],
        [[{}], TypeError],
      ]
    : [[[1], TypeError]];
  return [
    ...numbers.map((number): Refusal => [number, RangeError]),
    ...text,
    ...list,
    [1n, TypeError],
    [{}, TypeError],
  ];
}

/** What a row cannot be. */
function refusals(row: Row): Refusal[] {
  const notObjects: Refusal[] = [5, 'x', [], true].map((value) => [value, TypeError]);
  switch (row.type) {
    case 'Flag':
    case 'Bool':
      return [0, 1, 'true', {}].map((value) => [value, TypeError]);
    case 'U64':
    case 'Be64':
    case 'S64':
      return [
        [1, TypeError],
        ['1', TypeError],
        [2n ** 64n, RangeError],
        [-(2n ** 63n) - 1n, RangeError],
      ];
    case 'Text':
      return [
        [5, TypeError],
        [['x'], TypeError],
        ['a\0b', RangeError],
        ['x'.repeat((row.maximum ?? 65_530) + 1), RangeError],
        // Bytes count, not characters.
        ['€'.repeat(Math.ceil(((row.maximum ?? 65_530) + 1) / 3)), RangeError],
      ];
    case 'Mac':
      return [
        [5, TypeError],
        ...outOfRange('', '02:00:', 'zz:00', '02-00', '02:00:00\0', `${'00:'.repeat(32)}00`),
      ];
    case 'Ip':
      return [
        [5, TypeError],
        ...outOfRange('', '1.2.3', '1.2.3.4/8', '1.2.3.4\0', '::g', 'fe80::1%eth0', ' 1.2.3.4'),
      ];
    case 'Via':
      return [
        [5, TypeError],
        [[1], TypeError],
        ...outOfRange('', 'fe80::1%eth0', '1.2.3.4/8', '02:00:00:00:00:01'),
      ];
    case 'Ipv4':
      return [
        [5, TypeError],
        ...outOfRange('', '1.2.3', '1.2.3.4/8', '1.2.3.4\0', 'fd00::1', '::1.2.3.4', ' 1.2.3.4'),
      ];
    case 'Ipv6':
      return [[5, TypeError], ...outOfRange('', '1.2.3.4', 'fd00::1/64', '::g', 'fe80::1%eth0', ' ::1')];
    case 'Bytes':
    case 'Encap':
      return [
        ['x', TypeError],
        [[1], TypeError],
        [new Uint16Array(2), TypeError],
        [new ArrayBuffer(2), TypeError],
        [new Uint8Array(65_532), RangeError],
      ];
    case 'Nested':
    case 'Struct':
    case 'PeerInfo':
      return notObjects;
    case 'TcHandle':
      return [[5, TypeError], ...outOfRange('', ':', 'x:1', '12345:', '1', '1:2:3', 'egress', '1:\0')];
    case 'U32Array':
      return [
        [[1], TypeError],
        [new Uint8Array(4), TypeError],
        [new Uint32Array(16_383), RangeError],
      ];
    case 'Choice':
      return [['x', TypeError]];
    case 'List':
    case 'Repeated':
    case 'NextHops':
    case 'Structs':
      return [
        [5, TypeError],
        [{}, TypeError],
        [[5], TypeError],
      ];
    case 'LinkData':
    case 'PortData':
      return [[{ x: 1 }, TypeError]];
    default:
      return integers(row);
  }
}

function refused(place: Place, row: string, fields: Readonly<Record<string, unknown>>): unknown {
  try {
    binding.encode(place.object, 'set', place.wrap(fields));
  } catch (error) {
    return error;
  }
  throw new Error(`${place.path} took a bad ${row}`);
}

const reachable = places(description);
const named = reachable.map((place) => [place.table.name, place] as const);
const pathIn = ({ path }: Place, name: string) => (path === '' ? name : `${path}.${name}`);

describe('every writable row', () => {
  it.each(named)('of %s refuses what it cannot be, by its path', (_, place) => {
    for (const row of place.table.rows.filter(({ access }) => access !== 'ReadOnly')) {
      for (const [value, type] of [...refusals(row), ...others.map((other): Refusal => [other, TypeError])]) {
        const error = refused(place, row.name, { [row.name]: value });
        const what = `${pathIn(place, row.name)} = ${String(value).slice(0, 40)}`;
        expect(error, what).toBeInstanceOf(type);
        expect(
          (error as Error).message.startsWith(`encode: ${pathIn(place, row.name)}`),
          `${what}: ${(error as Error).message.slice(0, 200)}`,
        ).toBe(true);
      }
    }
  });

  it('is reached by some path', () => {
    const reached = new Set(reachable.map(({ table }) => table.name));
    const writable = description.tables.filter((table) =>
      table.rows.some(({ access }) => access !== 'ReadOnly'),
    );
    // The element of a list and what is chosen from have no properties of their own.
    const elements = new Set(
      description.tables
        .flatMap(({ rows }) => rows)
        .flatMap(({ type, table }) => (['List', 'Repeated', 'Choice'].includes(type) ? [table] : [])),
    );
    expect(
      writable.map(({ name }) => name).filter((name) => !reached.has(name) && !elements.has(name)),
    ).toEqual([]);
    expect(reached.size).toBeGreaterThan(15);
  });
});

describe('every table', () => {
  it.each(named)('%s refuses keys it does not have, and what can only be read', (_, place) => {
    for (const name of ['nosuch', 'toString', '__proto__x', 'x'.repeat(200), 'Mtu']) {
      const error = refused(place, name, { [name]: 1 });
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toMatch(/ is not an option$/);
    }
    for (const { name } of place.table.rows.filter(({ access }) => access === 'ReadOnly')) {
      const error = refused(place, name, { [name]: 1 });
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe(`encode: ${pathIn(place, name)} can only be read`);
    }
  });

  it.each(named)('%s passes on what a proxy throws, whenever it throws', (_, place) => {
    let asked = 0;
    let allowed = 0;
    const trapped = <Result>(answer: () => Result): Result => {
      if (asked++ >= allowed) throw new Error('trap');
      return answer();
    };
    const proxy = new Proxy({ nosuch: 1 } as Record<string, unknown>, {
      ownKeys: (target) => trapped(() => Reflect.ownKeys(target)),
      getOwnPropertyDescriptor: (target, key) => trapped(() => Reflect.getOwnPropertyDescriptor(target, key)),
      getPrototypeOf: (target) => trapped(() => Reflect.getPrototypeOf(target)),
      get: (target, key) => trapped(() => Reflect.get(target, key)),
    });
    const value = place.path === '' ? proxy : place.wrap(proxy);
    const encode = () => binding.encode(place.object, 'set', value);
    for (; allowed < 100; allowed++, asked = 0) {
      try {
        encode();
      } catch (error) {
        if ((error as Error).message !== 'trap') break;
      }
    }
    expect(allowed).toBeGreaterThan(2);
    asked = 0;
    expect(encode).toThrow(/nosuch is not an option$/);
  });

  it.each(named)('%s refuses what is inherited, by its path', (_, place) => {
    const fields = Object.create({ mtu: 1400 }) as Record<string, unknown>;
    if (place.path === '') {
      expect(() => binding.encode(place.object, 'set', fields)).toThrow('encode: mtu is inherited');
    } else {
      expect(() => binding.encode(place.object, 'set', place.wrap(fields))).toThrow(
        `encode: ${pathIn(place, 'mtu')} is inherited: options must be the object's own`,
      );
    }
  });
});

const encoded = (operation: Operation<unknown>) => {
  const step = operation.step(0, new Slots());
  if (step.do !== 'request') throw new Error('not a request');
  return binding.encode(step.object, step.verb, step.value);
};
/** Calls from plain JavaScript, where no compiler stands before. */
const from =
  <Options>(call: (options: Options) => Operation<unknown>, options: unknown) =>
  () =>
    encoded(call(options as Options));

describe('verbs', () => {
  const inherited = Object.create({ up: true }) as object;
  const rows: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['options that are none', from(addLink, null), /^link\.add: options must be an object$/],
    ['a list of options', from(addLink, []), /^link\.add: options must be an object$/],
    ['a link without a kind', from(addLink, { name: 'br0' }), /^link\.add: kind must be/],
    [
      'an inherited switch',
      from(addLink, Object.assign(inherited, { kind: 'bridge' })),
      /^link\.add: up is inherited/,
    ],
    [
      'inherited options of a peer',
      from(addLink, { kind: 'veth', peer: Object.create({ mtu: 5 }) }),
      /^link\.add: peer\.mtu is inherited/,
    ],
    [
      'inherited data',
      from(addLink, { kind: 'bridge', data: Object.create({ priority: 5 }) }),
      /^link\.add: data\.priority is inherited/,
    ],
    ['data that is none', from(addLink, { kind: 'bridge', data: 5 }), /^link\.add: data must be an object$/],
    [
      'data of a kind without',
      from(addLink, { kind: 'dummy', data: { x: 1 } }),
      /linkInfo\.data: this kind of link has none$/,
    ],
    [
      'a peer born up',
      from(addLink, { kind: 'veth', peer: { up: true } }),
      /^link\.add: peer\.up is not an option/,
    ],
    [
      'a peer of what has none',
      from(addLink, { kind: 'bridge', peer: { name: 'x' } }),
      /linkInfo\.data\.peer is not an option$/,
    ],
    [
      'a switch that is no boolean',
      from(addLink, { kind: 'bridge', arp: 1 }),
      /^link\.add: arp must be true or false$/,
    ],
    [
      "a peer's switch that is no boolean",
      from(addLink, { kind: 'veth', peer: { arp: 1 } }),
      /^link\.add: peer\.arp must be/,
    ],
    [
      'raw flags',
      from(addLink, { kind: 'bridge', flags: ['up'] }),
      /^link\.add: flags is not an option; use up/,
    ],
    [
      'a raw linkInfo',
      from(addLink, { kind: 'bridge', linkInfo: { kind: 'veth' } }),
      /^link\.add: linkInfo is not an option/,
    ],
    [
      'an index that is none',
      from(addLink, { kind: 'bridge', index: 'lo' }),
      /^link\.add: index must be a number$/,
    ],
    [
      'an index out of range',
      from(addLink, { kind: 'bridge', index: 0 }),
      /^link\.add: index must be an integer from 1/,
    ],
    [
      'a namespace that is none',
      from(addLink, { kind: 'bridge', namespace: 'x' }),
      /^link\.add: namespace must be a Namespace$/,
    ],
    ['an unknown key', from(addLink, { kind: 'bridge', colour: 'red' }), /: colour is not an option$/],
    [
      'a nested unknown key',
      from(addLink, { kind: 'bridge', data: { colour: 'red' } }),
      /: linkInfo\.data\.colour is not an option$/,
    ],
    ['a name with a template', from(addLink, { kind: 'bridge', name: 'br%d' }), /^name: "br%d" contains "%"/],
    [
      'data without its kind',
      () => encoded(setLink('br0', { data: { priority: 5 } } as never)),
      /linkInfo\.data needs kind beside it/,
    ],
    [
      'port data without its kind',
      () => encoded(setLink('v0', { portData: { cost: 5 } } as never)),
      /linkInfo\.slaveData needs slaveKind/,
    ],
    [
      'a change of index',
      () => encoded(setLink('br0', { index: 5 } as never)),
      /^link\.set: index is not an option/,
    ],
    ['no link at all', () => encoded(setLink('', { mtu: 5 })), /^link\.set: must be a link/],
    ['link 0', () => encoded(getLink(0)), /^link\.get: must be a link/],
    [
      'a name for a whole group',
      () => encoded(setLinkGroup(7, { name: 'x' } as never)),
      /^link\.set: name is not an option/,
    ],
    ['group 0', () => encoded(setLinkGroup(0, {})), /^group: must be an integer from 1/],
    ['an unknown filter of links', from(listLinks, { colour: 'red' }), /: colour is not an option$/],
    ['an empty altname', () => encoded(addAltNames('br0', [''])), /^altNames: each must be/],
    [
      'an address without a link',
      from(addAddress, { address: '10.0.0.1/8' }),
      /^address\.add: link must be given$/,
    ],
    [
      'an address that is none',
      from(addAddress, { link: 1, address: '10.0.0/8' }),
      /^address: "10\.0\.0\/8" is not/,
    ],
    ['a prefix too long', from(addAddress, { link: 1, address: '10.0.0.1/33' }), /^address: /],
    [
      'a peer of another family',
      from(addAddress, { link: 1, address: '10.0.0.1/8', peer: 'fd00::1' }),
      /^peer: /,
    ],
    [
      'a raw local address',
      from(addAddress, { link: 1, address: '10.0.0.1/8', local: '10.0.0.2' }),
      /^address\.add: local is not an option/,
    ],
    [
      'inherited lifetimes',
      from(addAddress, { link: 1, address: '10.0.0.1/8', cacheInfo: Object.create({ valid: 1 }) }),
      /^address\.add: cacheInfo\.valid is inherited/,
    ],
    [
      'a lifetime that is none',
      from(addAddress, { link: 1, address: '10.0.0.1/8', cacheInfo: { valid: -1 } }),
      /: cacheInfo\.valid must be an integer from 0/,
    ],
    [
      'a link without a name',
      from(addAddress, { link: '', address: '10.0.0.1/8' }),
      /^address\.add: link must be a link: /,
    ],
    ['an unknown filter of addresses', from(listAddresses, { colour: 'red' }), /: colour is not an option$/],
    ['a route to nowhere', from(addRoute, {}), /^destination: must be a string/],
    [
      'a destination of the other family',
      from(addRoute, { destination: 'fd00::/8', family: 'inet' }),
      /^destination: fd00::\/8 is not inet$/,
    ],
    [
      'a gateway of the other family',
      from(addRoute, { destination: '10.0.0.0/8', gateway: 'fd00::1' }),
      /^gateway: /,
    ],
    [
      'a source of the other family',
      from(addRoute, { destination: 'fd00::/8', source: '10.0.0.0/8' }),
      /^source: /,
    ],
    [
      'a table without a number',
      from(addRoute, { destination: 'default', table: 'toString' }),
      /^table: must be a number or one of/,
    ],
    [
      'a table out of range',
      from(removeRoute, { destination: 'default', table: -1 }),
      /: table must be an integer from 0/,
    ],
    [
      'a raw header',
      from(addRoute, { destination: 'default', headerTable: 5 }),
      /^route\.add: headerTable is not an option; use table$/,
    ],
    [
      'a metric that is none',
      from(addRoute, { destination: 'default', metrics: { mtu: 'x' } }),
      /: metrics\.mtu must be an integer/,
    ],
    [
      "a hop's bad gateway",
      from(addRoute, { destination: 'default', multipath: [{}, { gateway: 'x' }] }),
      /: multipath\.1\.gateway must be an IP address$/,
    ],
    ['an unknown filter of routes', from(listRoutes, { colour: 'red' }), /: colour is not an option$/],
  ];

  it.each(rows)('refuse %s', (_, call, message) => {
    expect(call).toThrow(message);
    try {
      call();
    } catch (error) {
      expect(error instanceof TypeError || error instanceof RangeError).toBe(true);
    }
  });

  it('send nothing that a polluted prototype says', () => {
    const polluted = Object.prototype as { master?: number };
    const errors: string[] = [];
    // Only for the calls: the test runner has options of its own.
    polluted.master = 2;
    try {
      for (const call of [
        from(addLink, { kind: 'bridge', name: 'br0' }),
        () => binding.encode('link', 'add', { name: 'br0' }),
      ]) {
        try {
          call();
        } catch (error) {
          errors.push((error as Error).message);
        }
      }
    } finally {
      delete polluted.master;
    }
    const why = "master is inherited: options must be the object's own";
    expect(errors).toEqual([`link.add: ${why}`, `encode: ${why}`]);
  });
});
