// npm run fuzz -- [--seconds N] [--target NAME]… [--json FILE]: fuzzes the readers and decoders of native/ under ASan and UBSan.
// Exit code 0: no findings; 1: a finding, whose input is kept and named, or a failure; 2: wrong usage.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openFuzzer } from './fuzz/program.mjs';
import { fuzzAll } from './fuzz/session.mjs';
import { findingsText, summaryLine, targetLine } from './fuzz/text.mjs';
import { main, Stop } from './setup/command.mjs';
import { setup } from './setup.mjs';

const usage = `usage: npm run fuzz -- [options]

  --seconds N     how long each target runs (default 60)
  --target NAME   only this one; may be given again (default all)
  --json FILE     writes the figures there
  --help          prints this
`;

/** @param {readonly string[]} args */
function parse(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      target: { type: 'string', multiple: true },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1) throw new TypeError('--seconds must be a whole number');
  return { ...values, seconds };
}

/** @param {readonly string[]} args */
async function fuzz(args) {
  const { seconds, target, json, help } = parse(args);
  if (help) return void process.stdout.write(usage);
  await setup('test');
  const fuzzer = await openFuzzer();
  const unknown = (target ?? []).filter((name) => !fuzzer.targets.includes(name));
  if (unknown.length > 0) {
    throw new Stop(`no target ${unknown.join(', ')}; there are ${fuzzer.targets.join(', ')}`);
  }
  const results = await fuzzAll(fuzzer, target ?? fuzzer.targets, seconds, (result) => {
    console.log(targetLine(result));
  });
  console.log(summaryLine(results));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
  const findings = findingsText(results);
  if (findings === '') return;
  console.error(findings);
  process.exitCode = 1;
}

await main('fuzz', async () => {
  try {
    await fuzz(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    console.error(`fuzz: ${error.message}\n\n${usage}`);
    process.exitCode = 2;
  }
});
