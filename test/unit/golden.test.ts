// Our requests against iproute2's, for the same command: message type, flags, header and attributes, whatever their order.
// What may differ is listed in golden/differences.ts, what is not compared in golden/left-out.ts. Needs no kernel.

import { describe, expect, it } from 'vitest';
import { binding } from '../../src/binding.js';
import type { Operation } from '../../src/rtnl/operation.js';
import { Slots } from '../../src/rtnl/references.js';
import { allGolden, type GoldenFixture } from '../support/golden.js';
import { linesOf, print } from '../support/request-lines.js';
import { addressCalls } from './golden/address.js';
import { bridgeCalls } from './golden/bridge.js';
import { bridgePortCalls } from './golden/bridge-port.js';
import type { Scene } from './golden/call.js';
import { common, differences } from './golden/differences.js';
import { leftOut } from './golden/left-out.js';
import { linkCalls } from './golden/link.js';
import { readCalls } from './golden/read.js';
import { routeCalls } from './golden/route.js';
import { vethCalls } from './golden/veth.js';

const tables = {
  bridge: bridgeCalls,
  'bridge port': bridgePortCalls,
  veth: vethCalls,
  link: linkCalls,
  address: addressCalls,
  route: routeCalls,
  'gets and dumps': readCalls,
};

const description = binding.describe();
const fixtures = new Map(allGolden().map((fixture) => [fixture.command, fixture]));

function sceneOf(fixture: GoldenFixture): Scene {
  return {
    link(name) {
      const index = fixture.ifindex[name];
      if (index === undefined) throw new Error(`no link ${name} in the capture of ${fixture.command}`);
      return index;
    },
    other: { handle: undefined, name: 'other' },
  };
}

/** What a job fills in when it runs: here the descriptor that ip passed. */
function resolved(value: unknown, fixture: GoldenFixture): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((element) => resolved(element, fixture));
  if ('slot' in value) return fixture.netnsFd;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolved(part, fixture)]));
}

function ours(operation: Operation<unknown>, fixture: GoldenFixture) {
  const step = operation.step(0, new Slots());
  if (step.do !== 'request') throw new Error(`${fixture.command}: not a request`);
  const value = resolved(step.value, fixture) as typeof step.value;
  return {
    object: step.object,
    message: Buffer.from(binding.encode(step.object, step.verb, value)),
  };
}

function compare(command: string, operation: (at: Scene) => Operation<unknown>): void {
  const fixture = fixtures.get(command);
  if (fixture === undefined) throw new Error(`no capture of ${command}`);
  const { object, message } = ours(operation(sceneOf(fixture)), fixture);
  const lines = (bytes: Buffer) => print(common(linesOf(bytes, object, description)));
  expect(lines(message)).toBe(lines(fixture.message));
}

for (const [name, rows] of Object.entries(tables)) {
  describe(`${name}: the same as`, () => {
    it.each(Object.entries(rows))('%s', compare);
  });
}

describe('the comparison', () => {
  const compared = Object.values(tables).flatMap((rows) => Object.keys(rows));
  const skipped = Object.values(leftOut).flat();

  it('takes every capture, or says why not', () => {
    expect([...compared, ...skipped].sort()).toEqual([...fixtures.keys()].sort());
  });

  it('has not shrunk', () => {
    const counts = Object.entries(tables).map(([name, rows]) => `${name} ${Object.keys(rows).length}`);
    const versions = [...new Set([...fixtures.values()].map(({ iproute2 }) => iproute2))];
    console.log(
      [
        `golden: ${compared.length} captures of iproute2 ${versions.join(', ')} compared, of ${description.kinds.length} kinds and ${description.objects.length} objects: ${counts.join(', ')}`,
        `golden: ${differences.length} allowed differences: ${differences.map(({ what }) => what).join('; ')}`,
        `golden: ${skipped.length} captures left out:`,
        ...Object.entries(leftOut).map(([reason, commands]) => `  ${commands.length}: ${reason}`),
      ].join('\n'),
    );
    expect(compared.length).toBeGreaterThanOrEqual(300);
    expect(skipped.length).toBeLessThanOrEqual(15);
  });

  it('has captures of every kind', () => {
    const captured = [...fixtures.keys()].join('\n');
    expect(description.kinds.filter(({ name }) => !captured.includes(` type ${name}`))).toEqual([]);
  });

  it('sees one bit', () => {
    const fixture = fixtures.get('ip link set veth2 mtu 1400');
    if (fixture === undefined) throw new Error('the capture is gone');
    const changed = Buffer.from(fixture.message);
    changed[changed.length - 4] = (changed.at(-4) ?? 0) ^ 1;
    const lines = (bytes: Buffer) => print(common(linesOf(bytes, 'link', description)));
    expect(lines(changed)).not.toBe(lines(fixture.message));
  });
});
