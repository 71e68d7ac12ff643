// The bench: reads like a table of contents. `npm run bench -- --help` says what it takes.
// Exit code 0: it ran, whether or not targets hold; 1: it failed or was interrupted; 2: wrong usage.

import { implementations } from './implementations/index.mjs';
import { selectImplementations } from './implementations/select.mjs';
import { describeMachine } from './machine.mjs';
import { parseOptions, USAGE, UsageError } from './options.mjs';
import { ReapBarrier } from './reaped.mjs';
import { figuresOf, judge } from './report/figures.mjs';
import { writeReport } from './report/json.mjs';
import { renderReport } from './report/table.mjs';
import { requireRoot, requireWritable, warnOfLeftovers, warnOfLoad } from './requirements.mjs';
import { runRounds } from './runner.mjs';
import { scenarios } from './scenarios/index.mjs';
import { Session } from './session.mjs';

/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/** @param {import('./options.mjs').Options} options */
async function bench(options) {
  const scenario = scenarios.find(({ name }) => name === options.scenario);
  if (scenario === undefined) throw new UsageError(`no scenario ${options.scenario}`);
  requireRoot();
  if (options.json !== undefined) requireWritable(options.json);
  warnOfLeftovers(say);
  warnOfLoad(say);
  const machine = await describeMachine();
  const { ready, missing, about } = await selectImplementations(implementations, scenario, options.peers);
  for (const { implementation, reason } of missing) say(`${implementation}: left out: ${reason}`);
  const { n, rounds, seed } = options;
  say(`order shuffled with seed ${seed}`);

  const session = new Session();
  const interrupt = () => session.interrupt();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
  /** @type {ReapBarrier | undefined} */
  let barrier;
  try {
    barrier = await ReapBarrier.open(session);
    const run = await runRounds({
      barrier,
      session,
      scenario,
      implementations: ready,
      n,
      rounds,
      seed,
      progress: say,
    });
    const results = figuresOf(scenario, n, run.samples);
    /** @type {import('./report/json.mjs').Report} */
    const report = {
      machine,
      run: { scenario: scenario.name, description: scenario.description, n, rounds, seed, order: run.order },
      implementations: about,
      results,
      targets: judge(scenario, results),
      missing,
      failures: run.failures,
    };
    if (options.json !== undefined) writeReport(options.json, report);
    process.stdout.write(renderReport(report));
  } finally {
    barrier?.close();
    await session.close();
  }
}

try {
  const known = {
    scenarios: scenarios.map((s) => s.name),
    implementations: implementations.map((i) => i.name),
  };
  const options = parseOptions(process.argv.slice(2), known);
  if (options.help) process.stdout.write(USAGE);
  else await bench(options);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) say(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
