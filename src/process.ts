// Processes inside a namespace. Owns what `ip netns exec` does to /etc for a named one; must not know what is started.

import {
  type ChildProcess,
  type ExecFileOptions,
  execFile,
  type SpawnOptions,
  spawn,
} from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { binding, type NamespaceHandle } from './binding.js';

/** Where a process is started. */
export interface ProcessPlace {
  readonly handle: NamespaceHandle;
  /** Below /run/netns, where it was opened or made by name. */
  readonly name: string | undefined;
}

/** What is said of /etc, beside node:child_process's own options. */
export interface EtcOption {
  /**
   * Whether files in /etc/netns/NAME stand in the place of those in /etc for the process, as `ip netns exec NAME` has it: true by
   * default, for a namespace opened or made by name. Their process gets a mount namespace of its own then.
   */
  readonly etc?: boolean;
}

export type NamespaceSpawnOptions = SpawnOptions & EtcOption;
export type NamespaceExecOptions = ExecFileOptions & EtcOption;

/** What a process printed. */
export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
}

interface Words {
  readonly command: string;
  readonly args: readonly string[];
}

// Mounts only have to be there before the command is: by whoever becomes it. `mount` complains by itself, and the command runs
// all the same, as with ip.
const bindAndBecome =
  'for file in "$0"/* "$0"/.[!.]*; do [ ! -e "$file" ] || mount --bind "$file" "/etc/$(basename "$file")"; done; exec "$@"';

export function spawnIn(
  place: ProcessPlace,
  command: string,
  args: readonly string[],
  { etc = true, ...options }: NamespaceSpawnOptions,
): ChildProcess {
  const { words, given } = prepare(etc ? place.name : undefined, { command, args }, options);
  return binding.within(place.handle, () => spawn(words.command, words.args, given));
}

const execute = promisify(execFile);

export async function execIn(
  place: ProcessPlace,
  command: string,
  args: readonly string[],
  { etc = true, ...options }: NamespaceExecOptions,
): Promise<ExecResult> {
  const { words, given } = prepare(etc ? place.name : undefined, { command, args }, options);
  const { stdout, stderr } = await binding.within(place.handle, () =>
    execute(words.command, words.args, { encoding: 'utf8', ...given }),
  );
  return { stdout: String(stdout), stderr: String(stderr) };
}

type ChildOptions = Pick<SpawnOptions, 'shell' | 'uid' | 'gid'>;

/** What is started, and with which options: what the caller said, unless there are files to mount for that name. */
function prepare<Options extends ChildOptions>(
  name: string | undefined,
  words: Words,
  options: Options,
): { readonly words: Words; readonly given: Options } {
  const folder = etcFolder(name);
  if (folder === undefined) return { words, given: options };
  const shell = options.shell ?? false;
  return {
    words: behindMounts(folder, inShell(shell, words), options),
    given: { ...options, shell: false },
  };
}

/** The folder, where there is one with anything in it. */
function etcFolder(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const folder = `/etc/netns/${name}`;
  try {
    return readdirSync(folder).length > 0 ? folder : undefined;
  } catch {
    return undefined; // none, as is usual; or no folder, and then nothing to mount
  }
}

function behindMounts(folder: string, { command, args }: Words, options: ChildOptions): Words {
  if (options.uid !== undefined || options.gid !== undefined) {
    throw new TypeError(
      `spawn: uid and gid: another user may not mount ${folder} over /etc; start with etc: false, or change the user inside`,
    );
  }
  const mounting = ['--mount', '--propagation', 'slave', '--', 'sh', '-c', bindAndBecome, folder];
  return { command: 'unshare', args: [...mounting, command, ...args] };
}

/** What node:child_process makes of its option `shell`. */
function inShell(shell: boolean | string, { command, args }: Words): Words {
  if (shell === false) return { command, args };
  return { command: shell === true ? '/bin/sh' : shell, args: ['-c', [command, ...args].join(' ')] };
}
