// The verbs of every object: those the kernel has are there, each has a twin that runs on the calling thread, what changes something can
// stand in a plan, and all three ways ask the same. Needs no kernel.

import { describe, expect, it } from 'vitest';
import { PlannedVerbs } from '../../src/plan-verbs.js';
import { allGolden } from '../support/golden.js';
import { requestOf, sceneOf } from '../support/golden-call.js';

/** Of each object what the kernel can do, and what only asks. The kernel has no verb for what is not here. */
const objects = {
  links: 'add get list set setGroup remove removeGroup addAltNames removeAltNames',
  // A change of an address that is not there adds it, and one address cannot be asked for.
  addresses: 'add replace remove list',
  routes: 'add append prepend set replace remove get list',
  nextHops: 'add replace remove get list buckets',
  neighbours: 'add set replace remove get list',
  fdb: 'add append replace remove get list',
  rules: 'add remove list',
  vlans: 'add remove list listTunnels',
  // Nobody can take a number back.
  namespaceIds: 'set get list',
  qdiscs: 'add set replace remove get list',
  classes: 'add set replace remove get list',
  filters: 'add set replace remove get list',
} as const;
const reads = ['get', 'list', 'listTunnels', 'buckets'];

const nobody = { perform: async () => undefined as never, performSync: () => undefined as never };
const scene: Readonly<Record<string, unknown>> = sceneOf(nobody);

function methodsOf(object: unknown): readonly string[] {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(object));
  return names.filter((name) => name !== 'constructor').sort();
}

describe.each(Object.entries(objects))('%s', (name, listed) => {
  const verbs = listed.split(' ').sort();

  it('have the verbs that the kernel has, each with its twin', () => {
    expect(methodsOf(scene[name])).toEqual(verbs.flatMap((verb) => [verb, `${verb}Sync`]).sort());
  });

  it('have in a plan what changes something', () => {
    const planned = Reflect.get(new PlannedVerbs({ record: () => 0 }), name) as unknown;
    expect(methodsOf(planned)).toEqual(verbs.filter((verb) => !reads.includes(verb)));
  });
});

/** Verbs that no capture has a call of. */
const others = [
  "neighbours.remove({ link: veth2, address: '172.16.0.9' })",
  'fdb.list({ master: br0 })',
  'namespaceIds.get(other)',
  'namespaceIds.list()',
  "qdiscs.get({ link: veth2, handle: '1:' })",
  "classes.get({ link: veth2, handle: '1:10' })",
].map((call) => ({ command: call, byHand: true, call, netnsFd: 4, message: Buffer.alloc(0) }));

it('are asked the same directly, by their twins, and in a plan', () => {
  const compared = [...allGolden().filter(({ call }) => call !== undefined), ...others];
  const used = new Set<string>();
  for (const capture of compared) {
    const [, object = '', verb = ''] = /^(\w+)\.(\w+)\(/.exec(capture.call ?? '') ?? [];
    const { message } = requestOf(capture);
    expect(requestOf(capture, 'sync').message.equals(message), `${capture.call} by its twin`).toBe(true);
    used.add(`${object}.${verb}`);
    if (reads.includes(verb)) continue;
    expect(requestOf(capture, 'planned').message.equals(message), `${capture.call} in a plan`).toBe(true);
  }
  const all = Object.entries(objects).flatMap(([object, verbs]) =>
    verbs.split(' ').map((verb) => `${object}.${verb}`),
  );
  expect(all.filter((one) => !used.has(one))).toEqual([]);
});
