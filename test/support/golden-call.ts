// Turns the call that stands in a golden fixture, `links.set(veth2, { mtu: 1400 })`, into the operation it makes, without a
// kernel: the verbs are those of a Namespace, whoever carries them out, and here nobody does.

import { compileFunction } from 'node:vm';
import { links as indexes } from '../../scripts/fixtures/scene.mjs';
import type { Capture } from '../../scripts/fixtures/text.mjs';
import { binding } from '../../src/binding.js';
import { PlannedVerbs } from '../../src/plan-verbs.js';
import { Addresses } from '../../src/rtnl/addresses.js';
import { BridgeVlans } from '../../src/rtnl/bridge-vlans.js';
import { TrafficClasses } from '../../src/rtnl/classes.js';
import { TrafficFilters } from '../../src/rtnl/filters.js';
import { Links } from '../../src/rtnl/links.js';
import { NamespaceIds } from '../../src/rtnl/namespace-ids.js';
import { Fdb, Neighbours } from '../../src/rtnl/neighbours.js';
import { NextHops } from '../../src/rtnl/next-hops.js';
import type { Operation, Performer } from '../../src/rtnl/operation.js';
import { Qdiscs } from '../../src/rtnl/qdiscs.js';
import { type NamespaceTarget, Slots } from '../../src/rtnl/references.js';
import { Routes } from '../../src/rtnl/routes.js';
import { Rules } from '../../src/rtnl/rules.js';

/** What a call may name: the verbs of a namespace, the links of the scene by index (iproute2 looks names up), and `other`. */
export function sceneOf(at: Performer) {
  const other: NamespaceTarget = { handle: undefined, name: 'other' };
  return {
    links: new Links(at),
    addresses: new Addresses(at),
    routes: new Routes(at),
    qdiscs: new Qdiscs(at),
    neighbours: new Neighbours(at),
    fdb: new Fdb(at),
    vlans: new BridgeVlans(at),
    rules: new Rules(at),
    nextHops: new NextHops(at),
    namespaceIds: new NamespaceIds(at),
    classes: new TrafficClasses(at),
    filters: new TrafficFilters(at),
    ...indexes,
    other,
  };
}

type Note = (operation: Operation<unknown>) => never;

/** How a call may be made: as it stands, by its verb's twin, or in a plan. */
export type Way = 'promised' | 'sync' | 'planned';

const scenes: Readonly<Record<Way, (note: Note) => Readonly<Record<string, unknown>>>> = {
  promised: (note) => sceneOf({ perform: async (operation) => note(operation), performSync: note }),
  sync: (note) => sceneOf({ perform: () => Promise.reject(new Error('not the twin')), performSync: note }),
  planned: (note) => {
    const verbs = new PlannedVerbs({ record: note });
    const scene = sceneOf({ perform: async (operation) => note(operation), performSync: note });
    return Object.fromEntries(
      Object.entries(scene).map(([name, what]) => [name, Reflect.get(verbs, name) ?? what]),
    );
  },
};

/** The operation that a capture's call makes. */
export function operationOf({ command, call }: Capture, way: Way = 'promised'): Operation<unknown> {
  if (call === undefined) throw new Error(`${command}: no call stands for it`);
  let made: Operation<unknown> | undefined;
  const scene = scenes[way]((operation) => {
    made = operation;
    return undefined as never;
  });
  const text = way === 'sync' ? call.replace(/^(\w+\.\w+)\(/, '$1Sync(') : call;
  compileFunction(text, Object.keys(scene))(...Object.values(scene));
  if (made === undefined) throw new Error(`${command}: ${text} does nothing`);
  return made;
}

/** What a job fills in when it runs: here the descriptor that the command passed. */
function resolved(value: unknown, netnsFd: number | undefined): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((element) => resolved(element, netnsFd));
  if ('slot' in value) return netnsFd;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolved(part, netnsFd)]));
}

/** The request we send for it, and the name of its object. */
export function requestOf(
  capture: Capture,
  way: Way = 'promised',
): { readonly object: string; readonly message: Buffer } {
  const step = operationOf(capture, way).step(0, new Slots());
  if (step.do !== 'request') throw new Error(`${capture.command}: not a request`);
  const value = resolved(step.value, capture.netnsFd) as typeof step.value;
  return { object: step.object, message: Buffer.from(binding.encode(step.object, step.verb, value)) };
}
