// Which tests exist and how they run. Every test file gets a process of its own, so that what it leaks is its own;
// files that make kernel objects run one after another, for the machine has one set of them.
import { defineConfig } from 'vitest/config';

const alias = { netplumb: new URL('./src/index.ts', import.meta.url).pathname };

function project(name: string, options: { serial: boolean; timeoutMs: number; guarded?: boolean }) {
  return {
    resolve: { alias },
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      pool: 'forks' as const,
      isolate: true,
      fileParallelism: !options.serial,
      testTimeout: options.timeoutMs,
      hookTimeout: options.timeoutMs,
      setupFiles: options.guarded ? ['test/support/leak-guard.ts'] : [],
      globalSetup: options.guarded ? ['test/support/sweep.ts'] : [],
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      project('unit', { serial: false, timeoutMs: 30_000 }),
      project('kernel', { serial: true, timeoutMs: 30_000, guarded: true }),
      project('lifetime', { serial: true, timeoutMs: 60_000, guarded: true }),
      project('sweep', { serial: true, timeoutMs: 240_000, guarded: true }),
      project('package', { serial: true, timeoutMs: 240_000 }),
    ],
  },
});
