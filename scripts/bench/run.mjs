// The bench: reads like a table of contents. `npm run bench -- --help` says what it takes.
// Exit code 0: it ran, whether or not targets hold; 1: it failed or was interrupted; 2: wrong usage.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkDocs, drawDocs, keep, requireDocs } from './docs.mjs';
import { implementations } from './implementations/index.mjs';
import { describeMachine } from './machine.mjs';
import { measureNat, nat } from './nat.mjs';
import { NoiseMeter } from './noise.mjs';
import { parseOptions, UsageError, usage } from './options.mjs';
import { measurePart } from './part.mjs';
import { ReapBarrier } from './reaped.mjs';
import { draw } from './report/draw.mjs';
import { renderHtml } from './report/html.mjs';
import { writeReport } from './report/json.mjs';
import { picturesOf } from './report/pictures.mjs';
import { renderReport } from './report/table.mjs';
import { requirePrograms, requireRoot, requireWritable, tidyUp, warnOfLoad } from './requirements.mjs';
import { scenarios } from './scenarios/index.mjs';
import { Session } from './session.mjs';
import { suites } from './suites.mjs';

/** @typedef {import('./scenarios/engine.mjs').Part} Part */
/** @typedef {import('./options.mjs').Options} Options */

const known = {
  suites: suites.map(({ name }) => name),
  scenarios: scenarios.map(({ name }) => name),
  implementations: implementations.map(({ name }) => name),
};

/** @param {string} text */
const say = (text) => process.stderr.write(`${text}\n`);

/** @param {Options} options @returns {{ description: string, parts: readonly Part[] }} */
function workOf({ scenario: wanted, n, rounds }) {
  const suite = suites.find(({ name }) => name === wanted);
  if (suite === undefined) {
    const one = scenarios.find(({ name }) => name === wanted);
    if (one === undefined) throw new UsageError(`no scenario ${wanted}`);
    const part = { scenario: wanted, n: n ?? 100, rounds: rounds ?? 10, rivalRounds: rounds ?? 10 };
    return { description: one.description, parts: [part] };
  }
  const parts = suite.parts.map((part) => ({
    ...part,
    n: Math.min(part.n, n ?? part.n),
    rounds: Math.min(part.rounds, rounds ?? part.rounds),
    rivalRounds: Math.min(part.rivalRounds, rounds ?? part.rivalRounds),
  }));
  // Made smaller, two may be the same.
  const same = (/** @type {Part} */ a, /** @type {Part} */ b) => a.scenario === b.scenario && a.n === b.n;
  const different = parts.filter((part, i) => parts.findIndex((one) => same(one, part)) === i);
  return { description: suite.description, parts: different };
}

/** @param {Options} options */
async function bench(options) {
  const { description, parts } = workOf(options);
  requireRoot();
  requirePrograms();
  if (options.docs) requireDocs();
  for (const [option, file] of Object.entries({ '--json': options.json, '--html': options.html })) {
    if (file === undefined) continue;
    mkdirSync(dirname(file), { recursive: true });
    requireWritable(option, file);
  }
  await tidyUp(options.clean, say);
  warnOfLoad(say);
  const machine = await describeMachine();
  say(`order shuffled with seed ${options.seed}`);

  const session = new Session();
  const interrupt = () => session.interrupt();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, interrupt);
  const noise = new NoiseMeter();
  /** @type {ReapBarrier | undefined} */
  let barrier;
  try {
    const begun = performance.now();
    barrier = await ReapBarrier.open(session);
    const measured = [];
    const betweenRounds = () => noise.sample();
    await betweenRounds();
    for (const part of parts) {
      const scenario = scenarios.find(({ name }) => name === part.scenario);
      if (part.scenario === nat.name) measured.push(await measureNat({ session, rounds: part.rounds }));
      else if (scenario === undefined) say(`${part.scenario}: there is no such scenario`);
      else {
        const what = { part, scenario, session, barrier, options, say, betweenRounds };
        measured.push(await measurePart(what));
      }
    }
    const minutes = Math.round((performance.now() - begun) / 6000) / 10;
    /** @type {import('./report/json.mjs').Report} */
    const report = {
      machine,
      run: { scenario: options.scenario, description, seed: options.seed, minutes, noise: noise.read() },
      parts: measured.map(({ part }) => part),
      results: measured.flatMap(({ results }) => results),
      targets: measured.flatMap(({ targets }) => targets),
    };
    if (options.json !== undefined) writeReport(options.json, report);
    if (options.html !== undefined) await writeHtml(options.html, report);
    if (options.docs) await keep(options.scenario, report);
    process.stdout.write(renderReport(report));
  } finally {
    barrier?.close();
    await session.close();
  }
}

/** @param {string} file @param {import('./report/json.mjs').Report} report */
async function writeHtml(file, report) {
  writeFileSync(file, renderHtml(report, await draw(picturesOf(report))));
}

function checkOnly() {
  requireDocs();
  const wrong = checkDocs();
  for (const what of wrong) say(what);
  if (wrong.length > 0) throw new Error(`${wrong.length} things are wrong in the documents`);
}

async function drawOnly() {
  requireDocs();
  await drawDocs();
}

try {
  const options = parseOptions(process.argv.slice(2), known);
  if (options.help) process.stdout.write(usage(known));
  else if (options.draw) await drawOnly();
  else if (options.checkDocs) checkOnly();
  else await bench(options);
} catch (error) {
  say(`bench: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof UsageError) say(`\n${usage(known)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
