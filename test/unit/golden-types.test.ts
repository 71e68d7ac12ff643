// The calls of the golden fixtures as the compiler sees them: every one is what the types take. What they refuse is
// test/types/link-kinds.ts. Knows nothing of bytes.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { allGolden } from '../support/golden.js';
import { sceneOf } from '../support/golden-call.js';

const nobody = { perform: async () => undefined as never, performSync: () => undefined as never };

/** One line for each call, below three of preparation. */
function source(calls: readonly string[]): string {
  return [
    `import type { sceneOf } from '${resolve('test/support/golden-call.js')}';`,
    'declare const scene: ReturnType<typeof sceneOf>;',
    `const { ${Object.keys(sceneOf(nobody)).join(', ')} } = scene;`,
    ...calls.map((call) => `${call};`),
  ].join('\n');
}

/** The calls that the compiler, as strict as the project's own check, has something against, each with what it says. */
function complaints(calls: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'netplumb-types-'));
  try {
    writeFileSync(join(folder, 'calls.ts'), source(calls));
    const options = {
      rootDir: '/',
      noEmit: true,
      noUnusedLocals: false,
      typeRoots: [resolve('node_modules/@types')],
    };
    const config = {
      extends: resolve('tsconfig.check.json'),
      compilerOptions: options,
      include: ['calls.ts'],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, exclude: [] }));
    const { stdout, status } = spawnSync(
      resolve('node_modules/.bin/tsc'),
      ['--pretty', 'false', '-p', folder],
      {
        encoding: 'utf8',
      },
    );
    expect(status, 'the compiler ran').not.toBeNull();
    return stdout.split('\n').flatMap((line) => {
      const [, at, said] = /calls\.ts\((\d+),\d+\): error (.*)$/.exec(line) ?? [];
      return at === undefined ? [] : [`${calls[Number(at) - 4] ?? 'the preparation'}: ${said}`];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it('every call of a fixture is what the types take, and the compiler sees when one is not', () => {
  const calls = allGolden().flatMap(({ call }) => (call === undefined ? [] : [call]));
  expect(calls.length).toBeGreaterThan(670);
  const wrong = "links.add({ kind: 'veth', name: 'veth0', data: { id: 7 } })";
  const said = complaints([...calls, wrong]);
  expect(said.filter((one) => !one.startsWith(wrong))).toEqual([]);
  expect(said).toHaveLength(1);
}, 120_000);
