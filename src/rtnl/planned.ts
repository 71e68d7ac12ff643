// The verbs inside a plan, of every object that has a table of verbs. One line for each.

import { trafficClassVerbs } from './classes.js';
import { type PlannedFace, plannedFaceOf } from './face.js';
import { trafficFilterVerbs } from './filters.js';
import { namespaceIdVerbs } from './namespace-ids.js';
import { fdbVerbs, neighbourVerbs } from './neighbours.js';
import { nextHopVerbs } from './next-hops.js';
import type { Recorder } from './operation.js';
import { qdiscVerbs } from './qdiscs.js';
import { ruleVerbs } from './rules.js';

const objects = {
  qdiscs: qdiscVerbs,
  classes: trafficClassVerbs,
  filters: trafficFilterVerbs,
  neighbours: neighbourVerbs,
  fdb: fdbVerbs,
  rules: ruleVerbs,
  nextHops: nextHopVerbs,
  namespaceIds: namespaceIdVerbs,
};

export type PlannedObjects = {
  readonly [Name in keyof typeof objects]: PlannedFace<(typeof objects)[Name]>;
};

const faces = Object.entries(objects).map(([name, verbs]) => [name, plannedFaceOf(verbs)] as const);

/** All of them, recording into one plan. */
export function plannedObjects(plan: Recorder): PlannedObjects {
  return Object.fromEntries(faces.map(([name, Planned]) => [name, new Planned(plan)])) as PlannedObjects;
}
