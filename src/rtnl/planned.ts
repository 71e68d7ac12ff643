// The verbs inside a plan, of every object that has a table of verbs. One line for each.

import { bridgeVlanVerbs } from './bridge-vlans.js';
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
  vlans: bridgeVlanVerbs,
  rules: ruleVerbs,
  nextHops: nextHopVerbs,
  namespaceIds: namespaceIdVerbs,
};

export type PlannedObjects = {
  readonly [Name in keyof typeof objects]: PlannedFace<(typeof objects)[Name]>;
};

/** All of them, recording into one plan; each is made when it is first asked for, for a plan uses few. */
abstract class LazyObjects {
  readonly #plan: Recorder;

  constructor(plan: Recorder) {
    this.#plan = plan;
  }

  static {
    for (const [name, verbs] of Object.entries(objects)) {
      const Planned = plannedFaceOf(verbs);
      Object.defineProperty(LazyObjects.prototype, name, {
        get(this: LazyObjects) {
          return new Planned(this.#plan);
        },
        configurable: true,
        enumerable: true,
      });
    }
  }
}

/** To be extended by what has no table of verbs. */
export const PlannedObjectsOf = LazyObjects as unknown as abstract new (plan: Recorder) => PlannedObjects;
