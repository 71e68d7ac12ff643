// Owns: the shape of the JSON that later runs and documents are compared with. It must not know how it is
// drawn.
import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} Report
 * @property {import('../machine.mjs').Machine} machine
 * @property {{ scenario: string, description: string, seed: number, minutes: number, noise: import('../noise.mjs').Noise }} run
 * @property {readonly PartReport[]} parts what was measured, one after the other
 * @property {readonly import('./figures.mjs').Figures[]} results of all parts
 * @property {readonly import('./figures.mjs').TargetResult[]} targets
 *
 * @typedef {object} PartReport
 * @property {string} scenario
 * @property {string} description
 * @property {number} n
 * @property {import('../scenarios/scenario.mjs').Along} [along]
 * @property {number} rounds
 * @property {readonly (readonly string[])[]} order of each round, the warm-up first
 * @property {Record<string, { description: string, version: string, role: 'ours' | 'floor' | 'rival' }>} implementations
 * @property {readonly { implementation: string, reason: string }[]} missing what this machine could not run
 * @property {readonly { implementation: string, round: number, message: string }[]} failures rivals that
 *   broke down
 */

/** @param {string} file @param {Report} report */
export function writeReport(file, report) {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}
