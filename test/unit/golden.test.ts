// Our requests against iproute2's, for the same command: message type, flags, header and attributes, whatever their order.
// Commands, calls and bytes stand in test/fixtures/golden; what may differ is listed in golden/differences.ts. Needs no kernel.

import { describe, expect, it } from 'vitest';
import { binding, type TableDescription } from '../../src/binding.js';
import { close } from '../support/closing.js';
import { allGolden, type Golden, readGolden } from '../support/golden.js';
import { requestOf } from '../support/golden-call.js';
import { linesOf, print } from '../support/request-lines.js';
import { common, differences } from './golden/differences.js';
import { uncaptured } from './golden/uncaptured.js';

const description = binding.describe();
const all = allGolden();
const compared = all.filter(({ call }) => call !== undefined);
const fixtures = [...new Set(all.map(({ fixture }) => fixture))];
const said = (bytes: Buffer, object: string) => print(common(linesOf(bytes, object, description)));

for (const fixture of fixtures) {
  describe(`${fixture}: the same as`, () => {
    it.each(
      compared
        .filter((golden) => golden.fixture === fixture)
        .map((golden) => [golden.command, golden] as const),
    )('%s', (_, golden) => {
      const { object, message } = requestOf(golden);
      expect(said(message, object)).toBe(said(golden.message, object));
    });
  });
}

/** The kinds and the objects that requests were about. */
function subjects(requests: readonly Golden[]) {
  const lines = requests.map((golden) => ({ golden, object: requestOf(golden).object }));
  const kindOf = (text: Buffer | undefined) => text?.toString().replace(/\0$|_slave$|_slave\0$/g, '');
  const kinds = lines.map(({ golden, object }) =>
    kindOf(
      linesOf(golden.message, object, description).lines.find(({ path }) => path === 'linkInfo.kind')?.bytes,
    ),
  );
  const known = description.kinds.map(({ name }) => name).filter((name) => name !== 'tun'); // made by no message
  return {
    objects: [...new Set(lines.map(({ object }) => object))],
    kinds: known.filter((name) => kinds.includes(name)),
    without: known.filter((name) => !kinds.includes(name)),
  };
}

const tables = new Map(description.tables.map((table) => [table.name, table]));
/** A table, or the name of one. */
const tableOf = (table: TableDescription | string | null | undefined) =>
  typeof table === 'string' ? tables.get(table) : (table ?? undefined);
/** What the requests say that netplumb sends for the commands. */
const saidByUs = compared.map((golden) => {
  const { object, message } = requestOf(golden);
  return { object, lines: linesOf(message, object, description).lines };
});
type Said = (typeof saidByUs)[number]['lines'];
const pathsOf = (requests: readonly Said[]) =>
  new Set(requests.flatMap((lines) => lines.map(({ path }) => path)));

/** Rows that can be written and that are in none of the paths, as paths. */
function unsaid(table: TableDescription | undefined, prefix: string, paths: ReadonlySet<string>): string[] {
  const all = [...paths];
  return (table?.rows ?? [])
    .filter(({ access }) => access !== 'ReadOnly')
    .map(({ name }) => `${prefix}${name}`)
    .filter((path) => !all.some((one) => one === path || one.startsWith(`${path}.`)));
}

/** What a kind of link takes and no capture has. */
function uncapturedOfKinds(): readonly string[] {
  const text = (lines: Said, path: string) =>
    lines
      .find((line) => line.path === path)
      ?.bytes.toString()
      .replace(/\0$/, '');
  return description.kinds.flatMap(({ name, data, port }) =>
    (
      [
        ['linkInfo.kind', 'linkInfo.data', data],
        ['linkInfo.slaveKind', 'linkInfo.slaveData', port],
      ] as const
    ).flatMap(([kind, holder, table]) => {
      const about = saidByUs.flatMap(({ lines }) => (text(lines, kind) === name ? [lines] : []));
      return unsaid(tableOf(table), `${holder}.`, pathsOf(about)).map((path) => `${name} ${path}`);
    }),
  );
}

/** What an object takes and no capture has; what stands in the same tables is one object here. */
function uncapturedOfObjects(): readonly string[] {
  const alike = ({ header, attributes }: (typeof description.objects)[number]) =>
    `${tableOf(header)?.name} ${tableOf(attributes)?.name}`;
  return description.objects
    .filter(({ protocol }) => protocol === 'route')
    .filter((object, i, all) => all.findIndex((one) => alike(one) === alike(object)) === i)
    .flatMap((object) => {
      const same = description.objects.filter((one) => alike(one) === alike(object));
      const names = same.map(({ name }) => name);
      const paths = pathsOf(saidByUs.flatMap((said) => (names.includes(said.object) ? [said.lines] : [])));
      return [
        ...unsaid(tableOf(object.header), 'header.', paths),
        ...unsaid(tableOf(object.attributes), '', paths),
      ].map((path) => `${object.name} ${path}`);
    });
}

describe('the comparison', () => {
  const left = all.filter(({ without }) => without !== undefined);
  const { objects, kinds, without } = subjects(compared);

  it('has captures of every kind and every object', () => {
    expect(without).toEqual([]);
    // What iproute2 speaks of; the rules of nf_tables are read back through nft.
    const spoken = description.objects.filter(({ protocol }) => protocol === 'route');
    expect(spoken.map(({ name }) => name).filter((name) => !objects.includes(name))).toEqual([]);
  });

  it('has every option of every kind and object, but what there is a reason for', () => {
    expect(uncapturedOfKinds()).toEqual([]);
    expect(uncapturedOfObjects()).toEqual(Object.keys(uncaptured));
  });

  it('has every kind made and, where it can be changed, changed', () => {
    const verbsOf = (kind: string) => {
      const about = compared.filter(({ call = '' }) => call.includes(`kind: '${kind}'`));
      return about.map(({ call = '' }) => /^links\.(\w+)/.exec(call)?.[1]);
    };
    const known = description.kinds.filter(({ name }) => name !== 'tun');
    expect(known.filter(({ name }) => !verbsOf(name).includes('add')).map(({ name }) => name)).toEqual([]);
    // A veth has nothing of its own that could be.
    const changeable = known.filter(({ name, data }) => name !== 'veth' && tableOf(data) !== undefined);
    expect(changeable.filter(({ name }) => !verbsOf(name).includes('set')).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('has not shrunk', (context) => {
    const counts = fixtures.map(
      (name) => `${name} ${compared.filter(({ fixture }) => fixture === name).length}`,
    );
    const byHand = compared.filter((golden) => golden.byHand);
    const versions = [...new Set(all.map(({ iproute2 }) => iproute2))];
    close(
      context,
      `golden: ${compared.length} requests compared with those of iproute2 ${versions.join(', ')}, of ${kinds.length} kinds and ${objects.length} objects: ${counts.join(', ')}`,
      `golden: ${byHand.length} of them with bytes written from the kernel's headers: ${[...new Set(byHand.map(({ fixture }) => fixture))].join(', ')}`,
      `golden: every option of every kind has a capture; of objects these have none, for a reason that is written down: ${Object.keys(uncaptured).join(', ')}`,
      `golden: ${differences.length} allowed differences: ${differences.map(({ what }) => what).join('; ')}`,
      `golden: ${left.length} captures skipped:`,
      ...left.map((golden) => `  ${golden.command}: ${golden.without}`),
    );
    expect(compared.length).toBeGreaterThanOrEqual(840);
    expect(left.length).toBeLessThanOrEqual(15);
  });

  it('sees one bit', () => {
    const { message } = readGolden('ip link set veth2 mtu 1400');
    const changed = Buffer.from(message);
    changed[changed.length - 4] = (changed.at(-4) ?? 0) ^ 1;
    expect(said(changed, 'link')).not.toBe(said(message, 'link'));
  });
});
