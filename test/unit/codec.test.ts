// The codec against the tables: whatever they describe is encoded as the kernel's headers lay it out and read back as it was.
// New tables are covered by themselves. Knows nothing of verbs.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binding } from '../../src/binding.js';
import { allGolden, hex } from '../support/golden.js';
import { type Mode, type Sample, Samples } from '../support/table-samples.js';

const description = binding.describe();
const objects = description.objects.map(({ name }) => name);
// The same runs every time, so that "every row came up" does not depend on luck; NETPLUMB_CODEC_SEED=N for others.
const runs = { numRuns: 300, seed: Number(process.env.NETPLUMB_CODEC_SEED ?? 20_260_101) };
const NLMSG_HDRLEN = 16;

const behindHeader = (message: Uint8Array) => hex(message.subarray(NLMSG_HDRLEN));
const message = (payload: Uint8Array) => Buffer.concat([Buffer.alloc(NLMSG_HDRLEN), payload]);
const decode = (object: string, payload: Uint8Array) => binding.decode(object, message(payload));
const encode = (object: string, { value }: Sample) =>
  binding.encode(object, 'set', value as Readonly<Record<string, unknown>>);

/** What is drawn from: two objects of the same tables are one. */
const distinct = description.objects.filter(
  ({ header, attributes }, i, all) =>
    all.findIndex((one) => one.header === header && one.attributes === attributes) === i,
);

/** Every object, and what each kind keeps about a link, so that no row is left to luck.
 * @returns the rows that came up, as `Table.row` */
function sweep(mode: Mode, check: (object: string, sample: Sample) => void): ReadonlySet<string> {
  const samples = new Samples(description, mode);
  const draw = (object: string, sample: fc.Arbitrary<Sample>, numRuns: number) =>
    fc.assert(
      fc.property(sample, (drawn) => check(object, drawn)),
      { ...runs, numRuns },
    );
  for (const { name } of distinct) draw(name, samples.object(name), 500);
  for (const kind of description.kinds) draw('link', samples.linkOfKind(kind), 20);
  return samples.seen;
}

/** The rows that a mode has and that never came up; tables that only the other mode reaches are left to the last sweep. */
function missed(mode: Mode, seen: ReadonlySet<string>): string[] {
  const samples = new Samples(description, mode);
  return description.tables.flatMap((table) => {
    const rows = samples.rowsOf(table).map((row) => `${table.name}.${row.name}`);
    return rows.some((row) => seen.has(row)) ? rows.filter((row) => !seen.has(row)) : [];
  });
}

describe('every table', () => {
  const everSeen = new Set<string>();
  const tell = (mode: Mode, seen: ReadonlySet<string>, said: string) => {
    console.log(`codec: ${seen.size} ${said} with seed ${runs.seed}`);
    expect(missed(mode, seen)).toEqual([]);
    for (const row of seen) everSeen.add(row);
  };

  it('is encoded as the kernel lays it out, and read back as it was', () => {
    const seen = sweep('request', (object, sample) => {
      const encoded = encode(object, sample);
      expect(behindHeader(encoded)).toBe(hex(sample.bytes));
      expect(binding.decode(object, encoded)).toEqual(sample.read);
    });
    tell('request', seen, 'writable rows encoded and decoded');
  }, 120_000);

  it('is read as the kernel lays it out, what only the kernel says and unknown attributes included', () => {
    const seen = sweep('reading', (object, sample) => {
      expect(decode(object, sample.bytes)).toEqual(sample.read);
    });
    tell('reading', seen, 'readable rows decoded');
  }, 120_000);

  it('came up in the one or the other, row by row', () => {
    const rows = description.tables.flatMap((table) => table.rows.map(({ name }) => `${table.name}.${name}`));
    expect(rows.filter((row) => !everSeen.has(row))).toEqual([]);
    expect(rows.length).toBeGreaterThan(350);
  });

  it("stands in a veth's peer as in a link", () => {
    const samples = new Samples(description, 'request');
    fc.assert(
      fc.property(samples.object('link'), (peer) => {
        const value = { linkInfo: { kind: 'veth', data: { peer: peer.value } } };
        const read = binding.decode('link', binding.encode('link', 'add', value));
        const [raw] = (read.linkInfo as { data: { unknown: [{ data: Uint8Array }] } }).data.unknown;
        expect(decode('link', raw.data)).toEqual(peer.read);
      }),
      runs,
    );
  });
});

describe('64-bit values', () => {
  const exact = [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];

  it.each(exact)('%s is exact in a request', (interval) => {
    const value = { linkInfo: { kind: 'bridge', data: { mcastQueryInterval: interval } } };
    expect(binding.decode('link', binding.encode('link', 'set', value))).toMatchObject(value);
  });

  it.each(exact)('%s is exact in a counter', (bytes) => {
    const attribute = Buffer.alloc(4 + 200);
    attribute.writeUInt16LE(attribute.length, 0);
    attribute.writeUInt16LE(23, 2); // IFLA_STATS64
    attribute.writeBigUInt64LE(bytes, 4 + 2 * 8);
    const read = decode('link', Buffer.concat([Buffer.alloc(16), attribute]));
    expect(read).toMatchObject({ stats64: { rxBytes: bytes, txBytes: 0n } });
  });
});

describe('bytes that are no message', () => {
  const malformed =
    /^(message is shorter than its header|netlink attribute has a bad length|value is cut short|next hop has a bad length|attributes are nested too deeply)$/;

  function survives(object: string, bytes: Uint8Array): boolean {
    try {
      expect(binding.decode(object, bytes)).toBeTypeOf('object');
      return true;
    } catch (error) {
      expect(error).toMatchObject({
        code: 'EBADMSG',
        operation: 'decode',
        explanation: expect.stringMatching(malformed),
      });
      return false;
    }
  }

  it.each(objects)('are read or refused, where a %s was to come', (object) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void survives(object, bytes)),
      { ...runs, numRuns: 2000 },
    );
  });

  const captures = allGolden().map(({ message }) => message);

  it('are read or refused, where a captured request was damaged', () => {
    let [read, refused] = [0, 0];
    const damage = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 3, 4, 0xff))), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...objects),
        fc.constantFrom(...captures),
        damage,
        fc.option(fc.nat(200)),
        (object, capture, changes, cut) => {
          const bytes = Buffer.from(capture);
          for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
          if (survives(object, bytes.subarray(0, cut ?? bytes.length))) read += 1;
          else refused += 1;
        },
      ),
      { ...runs, numRuns: 5000 },
    );
    expect(read).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(500);
  });

  it('are read or refused, where a message with every kind of attribute was damaged', () => {
    const samples = new Samples(description, 'reading');
    for (const object of objects) {
      fc.assert(
        fc.property(samples.object(object), fc.nat(), fc.nat(255), ({ bytes }, at, byte) => {
          const whole = message(bytes);
          whole[NLMSG_HDRLEN + (at % Math.max(1, bytes.length))] = byte;
          survives(object, whole);
        }),
        runs,
      );
    }
  });

  it('do not make an object grow with every attribute repeated', () => {
    const mtu = Buffer.from('0800040078050000', 'hex');
    const data = Buffer.from('04000200', 'hex');
    const many = Buffer.concat([Buffer.alloc(16), ...Array<Buffer>(50_000).fill(mtu)]);
    const read = decode('link', many);
    expect(read.mtu).toBe(1400);
    expect(read.unknown).toHaveLength(49_999);
    expect(Object.keys(read).filter((key) => key === 'mtu')).toHaveLength(1);
    const info = Buffer.concat([Buffer.from([0xfc, 0xff, 18, 0]), ...Array<Buffer>(16_382).fill(data)]);
    expect(decode('link', Buffer.concat([Buffer.alloc(16), info])).linkInfo).toBeTypeOf('object');
  });

  it('are read again whole after a bad one', () => {
    const good = binding.encode('link', 'set', { mtu: 1400 });
    expect(survives('link', good.subarray(0, 20))).toBe(false);
    expect(binding.decode('link', good)).toMatchObject({ mtu: 1400 });
  });
});

describe('reading', () => {
  const attribute = (type: number, payload: string) => {
    const bytes = Buffer.from(payload, 'hex');
    const header = Buffer.from([4 + bytes.length, 0, type & 255, type >> 8]);
    return Buffer.concat([header, bytes, Buffer.alloc(-bytes.length & 3)]);
  };
  const link = (...attributes: Buffer[]) => decode('link', Buffer.concat([Buffer.alloc(16), ...attributes]));

  it('keeps what the tables do not know as bytes, and skips padding', () => {
    const read = link(attribute(0, ''), attribute(999, 'c0ffee'), attribute(4, '78050000'));
    expect(read).toMatchObject({
      mtu: 1400,
      unknown: [{ type: 999, data: Uint8Array.of(0xc0, 0xff, 0xee) }],
    });
  });

  it('keeps the data of a kind it does not know as bytes', () => {
    const info = [attribute(1, '64756d6d79'), attribute(2, '0800010001000000')];
    const read = link(attribute(18, Buffer.concat(info).toString('hex')));
    expect(read.linkInfo).toEqual({
      kind: 'dummy',
      data: new Uint8Array(Buffer.from('0800010001000000', 'hex')),
    });
  });

  it('knows the kind that stands behind its data', () => {
    const info = [attribute(2, '0800040064000000'), attribute(1, '62726964676500')];
    const read = link(attribute(18, Buffer.concat(info).toString('hex')));
    expect(read.linkInfo).toEqual({ kind: 'bridge', data: { ageingTime: 100 } });
  });

  it.each([
    ['', true],
    ['01', true],
    ['00', false],
  ])('takes a flag for what the kernel says of it: %j is %s', (payload, meant) => {
    const info = [
      attribute(1, Buffer.from('vxlan\0').toString('hex')),
      attribute(2, attribute(28, payload).toString('hex')),
    ];
    const read = link(attribute(18, Buffer.concat(info).toString('hex')));
    expect(read.linkInfo).toEqual({ kind: 'vxlan', data: { ttlInherit: meant } });
  });

  it('takes a shorter struct of an older kernel', () => {
    const read = link(attribute(23, 'ff'.repeat(8) + '00'.repeat(8)));
    expect(read.stats64).toEqual({ rxPackets: 2n ** 64n - 1n, txPackets: 0n });
  });
});
