// All that can happen to a topology.

import { addressMakers } from './address.js';
import { linkMakers } from './link.js';
import type { Maker } from './model.js';
import { namespaceIdMakers } from './namespace-id.js';
import { neighbourMakers } from './neighbour.js';
import { nextHopMakers } from './next-hop.js';
import { routeMakers } from './route.js';
import { ruleMakers } from './rule.js';

export const makers: readonly Maker[] = [
  ...linkMakers,
  ...addressMakers,
  ...routeMakers,
  ...ruleMakers,
  ...neighbourMakers,
  ...nextHopMakers,
  ...namespaceIdMakers,
];
