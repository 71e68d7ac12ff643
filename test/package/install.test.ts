// What `npm pack` makes, as a user meets it: installed into an empty folder with neither network nor compiler.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attempt, command } from '../support/command.js';
import { Packed, root, version } from './packed.js';

let packed: Packed;

beforeAll(() => {
  packed = new Packed();
});

afterAll(() => {
  packed?.remove();
});

describe('the packed file', () => {
  it('holds the prebuild, dist with types, and every source that a build on the user’s machine takes', () => {
    const files = packed.files();
    expect(files).toContain('dist/index.js');
    expect(files).toContain('dist/index.d.ts');
    expect(files).toContain(`prebuilds/linux-${process.arch}/netplumb.glibc.node`);
    expect(files).toContain('binding.gyp');
    const tracked = command('git', ['-C', root, 'ls-files', '-co', '--exclude-standard', 'native'])
      .trim()
      .split('\n');
    const sources = tracked.filter((path) => !/^native\/(test|fuzz)\/|CMakeLists\.txt$/.test(path));
    expect(files).toEqual(expect.arrayContaining([...sources, 'scripts/native-sources.cjs']));
  });

  it('holds neither tests nor developers’ tools', () => {
    const own = packed.files().filter((path) => !path.startsWith('node_modules/'));
    expect(own.filter((path) => /^(test|native\/(test|fuzz|build)|\.ci|build|src)\//.test(path))).toEqual([]);
    expect(
      packed.files().filter((path) => /node_modules\/(vitest|typescript|prebuildify)\//.test(path)),
    ).toEqual([]);
  });
});

describe('installed without network and compiler', () => {
  let folder: string;

  beforeAll(() => {
    folder = packed.emptyFolder('user');
    const { status, stdout, stderr } = packed.install(folder);
    if (status !== 0) throw new Error(`npm install: exit code ${status}\n${stdout}${stderr}`);
  });

  it('is not compiled', () => {
    expect(existsSync(join(folder, 'node_modules/netplumb/build'))).toBe(false);
  });

  it('imports and works', () => {
    const script = `
      import { Namespace } from 'netplumb';
      const namespace = Namespace.createSync();
      console.log(namespace.links.listSync().map(({ name }) => name).join());
      namespace.close();`;
    expect(packed.isolated(folder, ['node', '--input-type=module', '-e', script])).toEqual({
      status: 0,
      stdout: 'lo\n',
      stderr: '',
    });
  });

  it('brings types that a strict project compiles against', () => {
    const user = `import { Namespace, NetlinkError, Plan } from 'netplumb';
      const namespace: Namespace = await Namespace.current();
      // @ts-expect-error: there is no such verb
      namespace.links.frobnicate();
      // @ts-expect-error: internal
      Namespace.adopt(namespace.handle);
      // @ts-expect-error: internal
      new Plan().together(namespace);
      export const isOurs = (error: unknown): boolean => error instanceof NetlinkError;\n`;
    writeFileSync(join(folder, 'user.ts'), user);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable'],
      module: 'nodenext',
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['user.ts'] }));
    const { stdout, status } = attempt(join(root, 'node_modules/.bin/tsc'), ['--project', folder]);
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('brings the bench, which says what there is to measure', () => {
    const { status, stdout } = packed.isolated(folder, ['node_modules/.bin/netplumb', 'bench', '--help']);
    expect(stdout).toMatch(/--scenario NAME[\s\S]*quick, attach/);
    expect(status).toBe(0);
    const refused = packed.isolated(folder, ['node_modules/.bin/netplumb', 'bench', '--draw']);
    expect(refused.stderr).toMatch(/documents are drawn in a checkout/);
    expect(refused.status).toBe(1);
  });

  it('measures on the machine it is installed on, and says what it lacks for that', () => {
    const run = [
      'node_modules/.bin/netplumb',
      'bench',
      '--n',
      '2',
      '--rounds',
      '3',
      '--peers',
      'netplumb,shell-out',
    ];
    const { stdout, stderr, status } = attempt('env', ['-C', folder, `TMPDIR=${folder}`, ...run], {
      timeoutMs: 120_000,
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/│ netplumb +│ +\d+/);
    expect(stdout).toMatch(/│ shell-out +│ +\d+/);
    const bare = packed.isolated(folder, run);
    expect(bare.stderr).toMatch(/bench: it needs ip \(Debian: iproute2\)/);
    expect(bare.status).toBe(1);
  });

  it('brings the command', () => {
    const { status, stdout } = packed.isolated(folder, ['node_modules/.bin/netplumb', '--version']);
    expect(stdout.trim()).toBe(version);
    expect(status).toBe(0);
  });
});

describe('on another platform', () => {
  const asDarwin =
    "NODE_OPTIONS=--import=data:text/javascript,Object.defineProperty(process,'platform',{value:'darwin'})";

  it('installs, and its import fails with an Error that names Linux', () => {
    const folder = packed.emptyFolder('darwin');
    const installed = packed.install(folder, [asDarwin]);
    expect(installed.status, installed.stderr).toBe(0);
    const script = `import('netplumb').catch((error) => { console.log(error instanceof Error, error.message); });`;
    const imported = packed.isolated(folder, ['node', '-e', script], [asDarwin]);
    expect(imported.stdout).toMatch(/^true .*Linux/);
    expect(imported.status).toBe(0);
  });
});
