// The bench: reads like a table of contents. `npm run bench -- --help` says what it takes.
// Exit code 0: it ran, whether or not targets hold; 1: it failed or was interrupted; 2: wrong usage.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { implementations } from './implementations/index.mjs';
import { describeMachine } from './machine.mjs';
import { measureNat, nat } from './nat.mjs';
import { parseOptions, USAGE, UsageError } from './options.mjs';
import { measurePart } from './part.mjs';
import { ReapBarrier } from './reaped.mjs';
import { writeReport } from './report/json.mjs';
import { writePage } from './report/page.mjs';
import { renderReport } from './report/table.mjs';
import { requireRoot, requireWritable, warnOfLeftovers, warnOfLoad } from './requirements.mjs';
import { engine } from './scenarios/engine.mjs';
import { scenarios } from './scenarios/index.mjs';
import { Session } from './session.mjs';

/** @typedef {import('./scenarios/engine.mjs').Part} Part */

/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/** @param {import('./options.mjs').Options} options @returns {{ description: string, parts: readonly Part[] }} */
function workOf({ scenario: name, n, rounds }) {
  if (name === engine.name) return engine;
  if (name === nat.name) return { description: nat.description, parts: [] };
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new UsageError(`no scenario ${name}`);
  const { description } = scenario;
  return { description, parts: [{ scenario: name, n, rounds, rivalRounds: rounds }] };
}

/** @param {import('./options.mjs').Options} options */
async function bench(options) {
  const { description, parts } = workOf(options);
  requireRoot();
  for (const file of [options.json, options.docs]) {
    if (file === undefined) continue;
    mkdirSync(dirname(file), { recursive: true });
    requireWritable(file);
  }
  warnOfLeftovers(say);
  warnOfLoad(say);
  const machine = await describeMachine();
  say(`order shuffled with seed ${options.seed}`);

  const session = new Session();
  const interrupt = () => session.interrupt();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
  /** @type {ReapBarrier | undefined} */
  let barrier;
  try {
    if (options.scenario === nat.name) {
      process.stdout.write(await measureNat({ session, options, machine }));
      return;
    }
    const begun = performance.now();
    barrier = await ReapBarrier.open(session);
    const measured = [];
    for (const part of parts) {
      const scenario = scenarios.find(({ name }) => name === part.scenario);
      if (scenario === undefined) say(`${part.scenario}: there is no such scenario`);
      else measured.push(await measurePart({ part, scenario, session, barrier, options, say }));
    }
    const minutes = Math.round((performance.now() - begun) / 6000) / 10;
    /** @type {import('./report/json.mjs').Report} */
    const report = {
      machine,
      run: { scenario: options.scenario, description, seed: options.seed, minutes },
      parts: measured.map(({ part }) => part),
      results: measured.flatMap(({ results }) => results),
      targets: measured.flatMap(({ targets }) => targets),
    };
    if (options.json !== undefined) writeReport(options.json, report);
    if (options.docs !== undefined) writePage(options.docs, report);
    process.stdout.write(renderReport(report));
  } finally {
    barrier?.close();
    await session.close();
  }
}

try {
  const known = {
    scenarios: [...scenarios.map((s) => s.name), engine.name, nat.name],
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
