// A session must not keep a program from ending, nor a process of its own from ending with it. Only a program that ends can show it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fakeProgram } from './fake.js';

const folder = mkdtempSync(join(tmpdir(), 'netplumb-loop-'));
const root = fileURLToPath(new URL('../../..', import.meta.url));

beforeAll(async () => {
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: { ssr: 'src/nat/index.ts', outDir: folder, target: 'node20', minify: false },
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true }));

function program(body: string): string {
  const file = join(folder, `program-${Math.random()}.mjs`);
  writeFileSync(
    file,
    `import { spawn } from 'node:child_process';
import { RestoreSession } from './index.js';
let child;
const nat = new RestoreSession({
  program: '/fake', idleMs: 60_000,
  spawn: (_, args, options) => (child = spawn(process.execPath, [${JSON.stringify(fakeProgram)}, '{"log":"/dev/null"}', ...args], options)),
});
const block = (...lines) => \`*nat\\n\${lines.join('\\n')}\\nCOMMIT\\n\`;
${body}
`,
  );
  return file;
}

it('lets the program end while idle, at once, and its process ends too', async () => {
  const began = performance.now();
  const ran = spawnSync(process.execPath, [
    program(`await nat.transaction(block('-A X')); console.log(child.pid);`),
  ]);
  expect(ran.stderr.toString()).toBe('');
  expect(ran).toMatchObject({ status: 0, signal: null });
  expect(performance.now() - began).toBeLessThan(10_000);
  await gone(Number(ran.stdout));
});

it('keeps the program alive while a transaction is under way, and while it is being closed', () => {
  const ran = spawnSync(process.execPath, [
    program(`
nat.transaction(block('!sleep 300', '-A X')).then(async () => {
  console.log('applied');
  await nat.close();
  console.log('closed', child.exitCode);
});`),
  ]);
  expect(ran.stdout.toString()).toBe('applied\nclosed 0\n');
  expect(ran.status).toBe(0);
});

it('leaves no process behind when the program is killed', async () => {
  const parent = spawn(
    process.execPath,
    [program(`await nat.transaction(block('-A X')); console.log(child.pid); setInterval(() => {}, 1000);`)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = await new Promise<number>((fulfil) =>
    parent.stdout.once('data', (text) => fulfil(Number(text))),
  );
  expect(runs(pid)).toBe(true);
  parent.kill('SIGKILL');
  await gone(pid);
});

async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => runs(pid), { timeout: 5_000 }).toBe(false);
}

/** A process that has ended may stay listed until whoever adopted it takes notice. */
function runs(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}
