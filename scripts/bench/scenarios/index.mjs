// Owns: the list of scenarios.
import { attachCold, attachThousand } from './attach-cold.mjs';
import { attachWarm } from './attach-warm.mjs';
import { createDestroy, removeAll } from './destroy.mjs';
import { eventLoop } from './event-loop.mjs';

/** @type {readonly import('./scenario.mjs').Scenario[]} */
export const scenarios = [attachCold, attachThousand, ...attachWarm, eventLoop, createDestroy, removeAll];
