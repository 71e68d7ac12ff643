// Runs targets of the fuzzer, as many at a time as there are CPUs, and reads libFuzzer's own figures. Knows nothing of what they fuzz.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeSeeds } from './program.mjs';

/**
 * @typedef {import('./program.mjs').Fuzzer} Fuzzer
 * @typedef {object} Result
 * @property {string} target
 * @property {number} executions
 * @property {number} executionsPerSecond
 * @property {number} features libFuzzer's coverage: edges of the program, and how often each was taken
 * @property {readonly string[]} findings the inputs, as files
 * @property {string} report the end of what libFuzzer said when there is a finding
 */

/** What one input may cost. Generous, for machines are shared; a hang or a growth without end exceeds any such figure. */
const limits = ['-timeout=25', '-rss_limit_mb=1024', '-malloc_limit_mb=64', '-max_len=8192'];
const reportLines = 60;

/**
 * @param {Fuzzer} fuzzer @param {readonly string[]} targets @param {number} seconds for each
 * @param {(result: Result) => void} done called as each ends
 * @returns {Promise<readonly Result[]>} in the order of `targets`
 */
export async function fuzzAll(fuzzer, targets, seconds, done) {
  const waiting = [...targets];
  /** @type {Map<string, Result>} */
  const results = new Map();
  const worker = async () => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
      const result = await fuzzTarget(fuzzer, target, seconds);
      results.set(target, result);
      done(result);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return targets.flatMap((target) => results.get(target) ?? []);
}

/**
 * @param {Fuzzer} fuzzer @param {string} target @param {number} seconds
 * @returns {Promise<Result>}
 */
async function fuzzTarget(fuzzer, target, seconds) {
  const seeds = await writeSeeds(fuzzer, target);
  const corpus = join(fuzzer.directory, 'corpus', target);
  const findings = join(fuzzer.directory, 'findings', target);
  for (const directory of [corpus, findings]) mkdirSync(directory, { recursive: true });
  const before = new Set(readdirSync(findings));
  const { code, text } = await libFuzzer(fuzzer.program, [
    `--target=${target}`,
    `-max_total_time=${seconds}`,
    '-print_final_stats=1',
    `-artifact_prefix=${findings}/`,
    ...limits,
    corpus,
    seeds,
  ]);
  const found = readdirSync(findings).filter((name) => !before.has(name));
  return resultOf(
    target,
    code,
    text,
    found.map((name) => join(findings, name)),
  );
}

/**
 * libFuzzer's words for a run: a run that did not end well is a finding, whether or not an input was kept.
 * @param {string} target @param {number} code @param {string} text @param {readonly string[]} inputs
 * @returns {Result}
 */
export function resultOf(target, code, text, inputs) {
  const figure = (/** @type {RegExp} */ pattern) => Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);
  const executions = figure(/^stat::number_of_executed_units:\s*(\d+)$/gm);
  const wentWell = code === 0 && executions > 0;
  return {
    target,
    executions,
    executionsPerSecond: figure(/^stat::average_exec_per_sec:\s*(\d+)$/gm),
    features: figure(/ ft: (\d+) /g),
    findings: inputs.length > 0 || wentWell ? inputs : ['(no input was kept)'],
    report: wentWell && inputs.length === 0 ? '' : text.split('\n').slice(-reportLines).join('\n'),
  };
}

/**
 * @param {string} program @param {readonly string[]} args
 * @returns {Promise<{ code: number, text: string }>}
 */
function libFuzzer(program, args) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, text: `${text}${program}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 128, text }));
  });
}
