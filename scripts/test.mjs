// node scripts/test.mjs [PHASE…]: sets up what is missing, then runs every phase, cheap ones first, and goes on after a
// failure. Ends on the line `N passed, N failed, N skipped`; the exit code is 1 when anything failed or could not run.

import { main, Stop } from './setup/command.mjs';
import { setup } from './setup.mjs';
import { phases } from './test/phases.mjs';
import { addTotals, printSummary } from './test/totals.mjs';

/** @typedef {import('./test/totals.mjs').Totals} Totals */

/**
 * A phase that throws counts as one failure.
 * @param {string} name
 * @param {() => Promise<Totals>} phase
 * @returns {Promise<Totals>}
 */
async function runPhase(name, phase) {
  console.log(`\n=== ${name}`);
  const started = performance.now();
  const totals = await phase().catch((/** @type {unknown} */ error) => {
    console.error(error instanceof Stop ? error.message : error);
    return { passed: 0, failed: 1, skips: [], failures: [`${name}: ${String(error)}`] };
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`=== ${name}: ${totals.failed === 0 ? 'ok' : 'FAILED'} in ${seconds} s`);
  return totals;
}

/** @param {readonly string[]} names */
async function test(names) {
  const unknown = names.filter((name) => !Object.hasOwn(phases, name));
  if (unknown.length > 0) {
    throw new Stop(`unknown phase ${unknown.join(', ')}; there are ${Object.keys(phases).join(', ')}`);
  }
  // Nothing can be tested on a machine that is not ready or without a build: the only early end.
  let totals = await runPhase('setup', async () => {
    await setup('test');
    return { passed: 0, failed: 0, skips: [], failures: [] };
  });
  if (totals.failed === 0) {
    for (const [name, phase] of Object.entries(phases)) {
      const wanted = names.length === 0 || names.includes(name);
      if (wanted) totals = addTotals(totals, await runPhase(name, phase));
    }
  }
  if (totals.failed > 0) process.exitCode = 1;
  printSummary(totals);
}

await main('test', () => test(process.argv.slice(2)));
