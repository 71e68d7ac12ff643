// Owns: the list of scenarios.
import { attachCold, attachRunning, attachThousand } from './attach-cold.mjs';
import { attachWarm } from './attach-warm.mjs';
import { concurrent } from './concurrent.mjs';
import { attachSteps, importing, systemCalls } from './cost.mjs';
import { createDestroy, removeAll } from './destroy.mjs';
import { detaching } from './detach.mjs';
import { eventLoop } from './event-loop.mjs';
import { eventLoopDelay } from './event-loop-delay.mjs';
import { list } from './list.mjs';
import { operations } from './operations.mjs';
import { published } from './published.mjs';
import { severalBridges } from './several-bridges.mjs';
import { story } from './story.mjs';

/** @type {readonly import('./scenario.mjs').Scenario[]} */
export const scenarios = [
  attachCold,
  attachRunning,
  attachThousand,
  severalBridges,
  ...attachWarm,
  ...concurrent,
  eventLoop,
  eventLoopDelay,
  list,
  createDestroy,
  removeAll,
  ...detaching,
  ...operations,
  ...published,
  story,
  attachSteps,
  importing,
  systemCalls,
];
