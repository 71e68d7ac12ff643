// All that can happen to a topology.

import { addressMakers } from './address.js';
import { linkMakers } from './link.js';
import type { Maker } from './model.js';
import { routeMakers } from './route.js';

export const makers: readonly Maker[] = [...linkMakers, ...addressMakers, ...routeMakers];
