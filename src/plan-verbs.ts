// What a plan offers in one namespace: the verbs of every object, each made when it is first asked for: a plan uses two or three,
// and an attach asks three times. Knows no plan, only where to record.

import { PlannedAddresses } from './rtnl/addresses.js';
import { PlannedLinks } from './rtnl/links.js';
import type { Recorder } from './rtnl/operation.js';
import { PlannedObjectsOf } from './rtnl/planned.js';
import { PlannedRoutes } from './rtnl/routes.js';
import { PlannedTuns } from './rtnl/tuns.js';
import { PlannedSysctl } from './sysctl.js';

/** The verbs of a plan in one namespace. */
export class PlannedVerbs extends PlannedObjectsOf {
  readonly #plan: Recorder;

  /** @internal */
  constructor(plan: Recorder) {
    super(plan);
    this.#plan = plan;
  }

  get links(): PlannedLinks {
    return new PlannedLinks(this.#plan);
  }
  get tuns(): PlannedTuns {
    return new PlannedTuns(this.#plan);
  }
  get addresses(): PlannedAddresses {
    return new PlannedAddresses(this.#plan);
  }
  get routes(): PlannedRoutes {
    return new PlannedRoutes(this.#plan);
  }
  get sysctl(): PlannedSysctl {
    return new PlannedSysctl(this.#plan);
  }
}
