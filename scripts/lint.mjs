// node scripts/lint.mjs [--write | --tidy]: the formatter and the linters of both languages.
// TypeScript and JavaScript: Biome. C++: clang-format 14; with --tidy also clang-tidy 14 on the core, which takes a minute.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configureNative } from './dev-native.mjs';
import { main, mustRun, output, root, run, runCollecting, Stop, which } from './setup/command.mjs';

/** C and C++ files of the project, but not generated ones, whose looks are their generator's. */
function nativeFiles() {
  const files = output('git', ['ls-files', '-co', '--exclude-standard', '--', '*.cpp', '*.h', '*.c']);
  if (files === undefined) throw new Stop('git ls-files failed; lint works in a checkout');
  return files.split('\n').filter((file) => file !== '' && !file.includes('.generated.'));
}

/** @param {string} program */
function required(program) {
  const path = which(program);
  if (path === undefined) throw new Stop(`missing: ${program} (Debian package ${program})`);
  return path;
}

async function checkAll() {
  const biome = await run(join(root, 'node_modules/.bin/biome'), ['check', '--error-on-warnings', '.']);
  const files = nativeFiles();
  const format = files.length && (await run(required('clang-format-14'), ['--dry-run', '-Werror', ...files]));
  if (biome !== 0 || format !== 0) throw new Stop('not clean; `npm run format` mends the format');
}

async function write() {
  const files = nativeFiles();
  if (files.length > 0) await mustRun(required('clang-format-14'), ['-i', ...files]);
  await mustRun(join(root, 'node_modules/.bin/biome'), ['check', '--write', '.']);
}

async function tidy() {
  const build = await configureNative({ sanitize: false });
  const program = required('clang-tidy-14');
  const waiting = nativeFiles().filter((file) => /^native\/(?!napi|addon|fuzz|test).*\.cpp$/.test(file));
  let clean = true;
  const worker = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      const { code, text } = await runCollecting(program, ['--quiet', '-p', build, file]);
      if (code !== 0) console.error(text);
      clean &&= code === 0;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (!clean) throw new Stop('clang-tidy found something');
}

await main('lint', async () => {
  const mode = process.argv[2];
  if (mode === '--write') await write();
  else if (mode === '--tidy') await tidy();
  else await checkAll();
});
