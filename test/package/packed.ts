// The file that `npm pack` makes, and a place to use it as a user without network and compiler does.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { attempt, command, type Ended } from '../support/command.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const version = packageJson.version;

/** Packing compiles the prebuild, which takes a minute or two. */
const packingMs = 300_000;
const installingMs = 60_000;

/** A temporary directory with the packed file in it. */
export class Packed {
  readonly #top = mkdtempSync(join(tmpdir(), 'netplumb-package-'));
  readonly tarball = join(this.#top, `netplumb-${version}.tgz`);

  constructor() {
    try {
      this.#pack();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  #pack(): void {
    mkdirSync(join(this.#top, 'bin'));
    // All that a user has in this test: no compiler, no make.
    for (const program of ['node', 'npm', 'sh']) {
      const path = command('sh', ['-c', `command -v ${program}`]).trim();
      symlinkSync(realpathSync(path), join(this.#top, 'bin', program));
    }
    command('npm', ['pack', '--pack-destination', this.#top, root], { timeoutMs: packingMs });
  }

  /** Paths in the package. */
  files(): string[] {
    const lines = command('tar', ['-tzf', this.tarball]).split('\n');
    return lines.filter((line) => line !== '').map((line) => line.replace(/^package\//, ''));
  }

  /** A new folder with an empty package.json. */
  emptyFolder(name: string): string {
    const path = join(this.#top, name);
    mkdirSync(path);
    writeFileSync(join(path, 'package.json'), '{ "private": true, "type": "module" }\n');
    return path;
  }

  /** Runs a program in a folder, in an empty network namespace, with a clean environment and an empty npm cache. */
  isolated(folder: string, args: readonly string[], environment: readonly string[] = []): Ended {
    const clean = [`PATH=${join(this.#top, 'bin')}`, `HOME=${this.#top}`, ...environment];
    return attempt('unshare', ['--net', 'env', '-i', '-C', folder, ...clean, ...args], {
      timeoutMs: installingMs,
    });
  }

  /** `npm install` of the packed file. */
  install(folder: string, environment: readonly string[] = []): Ended {
    return this.isolated(
      folder,
      ['npm', 'install', '--offline', '--no-audit', '--no-fund', this.tarball],
      environment,
    );
  }

  remove(): void {
    rmSync(this.#top, { recursive: true, force: true });
  }
}
