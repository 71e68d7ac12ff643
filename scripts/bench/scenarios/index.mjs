// Owns: the list of scenarios.
import { attachCold } from './attach-cold.mjs';

/** @type {readonly import('./scenario.mjs').Scenario[]} */
export const scenarios = [attachCold];
