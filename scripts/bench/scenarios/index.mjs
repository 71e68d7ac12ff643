// Owns: the list of scenarios.
import { attachCold, attachThousand } from './attach-cold.mjs';
import { attachWarm } from './attach-warm.mjs';
import { createDestroy, removeAll } from './destroy.mjs';
import { eventLoop } from './event-loop.mjs';
import { list } from './list.mjs';

/** @type {readonly import('./scenario.mjs').Scenario[]} */
export const scenarios = [
  attachCold,
  attachThousand,
  ...attachWarm,
  eventLoop,
  list,
  createDestroy,
  removeAll,
];
