// Owns: which implementations a run uses: those asked for, the floor always, less the rivals this machine
// lacks. It must not know any of them.
import { Unavailable } from './implementation.mjs';

/** @typedef {import('./implementation.mjs').Implementation} Implementation */

/**
 * @param {readonly Implementation[]} all
 * @param {import('../scenarios/scenario.mjs').Scenario} scenario
 * @param {readonly string[] | undefined} wanted all when undefined
 * @returns {Promise<{ ready: Implementation[], missing: { implementation: string, reason: string }[],
 *   about: import('../report/json.mjs').PartReport['implementations'] }>} rejects with Unavailable when the library
 *   is what is missing
 */
export async function selectImplementations(all, scenario, wanted) {
  /** @type {Awaited<ReturnType<typeof selectImplementations>>} */
  const selection = { ready: [], missing: [], about: {} };
  for (const implementation of all) {
    const { name, description, role } = implementation;
    if (!((scenario.command ?? scenario.name) in implementation.commands)) continue;
    if (scenario.without?.includes(name)) continue;
    if (wanted !== undefined && !wanted.includes(name) && name !== scenario.floor) continue;
    try {
      selection.about[name] = { description, version: await implementation.prepare(), role };
      selection.ready.push(implementation);
    } catch (error) {
      if (!(error instanceof Unavailable) || name === 'netplumb') throw error;
      selection.missing.push({ implementation: name, reason: error.message });
    }
  }
  return selection;
}
