// Our requests against iproute2's, for the same command: message type, flags, header and attributes, whatever their order.
// Commands, calls and bytes stand in test/fixtures/golden; what may differ is listed in golden/differences.ts. Needs no kernel.

import { describe, expect, it } from 'vitest';
import { binding } from '../../src/binding.js';
import { close } from '../support/closing.js';
import { allGolden, type Golden, readGolden } from '../support/golden.js';
import { requestOf } from '../support/golden-call.js';
import { linesOf, print } from '../support/request-lines.js';
import { common, differences } from './golden/differences.js';

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

/** What a kind takes and no capture has: ip of Debian does not know it, or has no word for it. */
function uncaptured(): readonly string[] {
  const tables = new Map(description.tables.map((table) => [table.name, table]));
  const said = compared.map((golden) => {
    const { object, message } = requestOf(golden);
    return linesOf(message, object, description).lines;
  });
  const text = (lines: (typeof said)[number], path: string) =>
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
      const paths = said
        .filter((lines) => text(lines, kind) === name)
        .flatMap((lines) => lines.map(({ path }) => path));
      const rows = (typeof table === 'string' ? tables.get(table) : table)?.rows ?? [];
      return rows
        .filter(({ access }) => access !== 'ReadOnly')
        .map((row) => ({ row, path: `${holder}.${row.name}` }))
        .filter(({ path }) => !paths.some((one) => one === path || one.startsWith(`${path}.`)))
        .map(({ row }) => `${name}.${row.name}`);
    }),
  );
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
      `golden: options no capture has, most for that this ip does not know them: ${uncaptured().join(', ')}`,
      `golden: ${differences.length} allowed differences: ${differences.map(({ what }) => what).join('; ')}`,
      `golden: ${left.length} captures skipped:`,
      ...left.map((golden) => `  ${golden.command}: ${golden.without}`),
    );
    expect(compared.length).toBeGreaterThanOrEqual(670);
    expect(left.length).toBeLessThanOrEqual(15);
  });

  it('sees one bit', () => {
    const { message } = readGolden('ip link set veth2 mtu 1400');
    const changed = Buffer.from(message);
    changed[changed.length - 4] = (changed.at(-4) ?? 0) ^ 1;
    expect(said(changed, 'link')).not.toBe(said(message, 'link'));
  });
});
