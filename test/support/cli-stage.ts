// A stage for the command's tests: a host namespace with an uplink to an "internet" that owns 1.1.1.1, all made and read back
// by iproute2 and iptables, not by us. Runs the built command as a user would.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command as it is installed. */
export const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its end is; one that a signal ended counts as 128. */
export function run(program: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 20_000 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 128;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Runs the command in the namespace the test was started in. */
export function netplumb(...args: string[]): Promise<Outcome> {
  return run(process.execPath, COMMAND, ...args);
}

/** Starts the command and leaves it running. */
export function startNetplumb(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Whether a program can be run here. */
export function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What keeps these tests from running here; undefined where nothing does. */
export function obstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  for (const program of ['ip', 'nsenter', 'iptables-save'])
    if (!has(program)) return `${program} is not installed`;
  if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is missing: build first (npm run build)`);
  return undefined;
}

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A host with an uplink, and names for containers, all unique to this process. */
export class Stage {
  readonly host: string;
  readonly internet: string;
  readonly #prefix: string;
  readonly #containers = new Set<string>();

  constructor(name: string) {
    this.#prefix = `np${process.pid}${name}`;
    this.host = `${this.#prefix}-host`;
    this.internet = `${this.#prefix}-internet`;
    ip('netns', 'add', this.host);
    ip('netns', 'add', this.internet);
    ip(
      '-n',
      this.host,
      'link',
      'add',
      'uplink',
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      this.internet,
    );
    ip('-n', this.host, 'addr', 'add', '203.0.113.1/24', 'dev', 'uplink');
    ip('-n', this.host, 'link', 'set', 'uplink', 'up');
    ip('-n', this.internet, 'addr', 'add', '203.0.113.2/24', 'dev', 'eth0');
    ip('-n', this.internet, 'link', 'set', 'eth0', 'up');
    ip('-n', this.internet, 'link', 'set', 'lo', 'up');
    ip('-n', this.internet, 'addr', 'add', '1.1.1.1/32', 'dev', 'lo');
    ip('-n', this.host, 'route', 'add', 'default', 'via', '203.0.113.2');
    this.onHost('sh', '-c', 'echo 0 > /proc/sys/net/ipv4/ip_forward'); // a new namespace inherits the machine's
  }

  /** A container name of this stage's own; its namespace is removed with the stage. */
  container(name: string): string {
    const full = `${this.#prefix}-${name}`;
    this.#containers.add(full);
    return full;
  }

  /** Runs the command with `--host` naming this stage's host. */
  netplumb(command: string, ...args: string[]): Promise<Outcome> {
    return netplumb(command, '--host', this.host, ...args);
  }

  /** Runs a program on the host and returns what it printed. */
  onHost(program: string, ...args: string[]): string {
    const words = [`--net=/run/netns/${this.host}`, program, ...args];
    return execFileSync('nsenter', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  get forwarding(): string {
    return this.onHost('cat', '/proc/sys/net/ipv4/ip_forward').trim();
  }

  /** Rules and chains that stand, without counters, comments and empty built-in tables, which iptables-nft leaves behind. */
  get rules(): string[] {
    const lines = this.onHost('iptables-save').split('\n');
    return lines
      .filter((line) => line.startsWith('-A') || /^:\S+ - /.test(line))
      .map((line) => line.replace(/ \[.*/, ''));
  }

  /** Everything a network could have changed: links, addresses, routes, rules, forwarding, and which namespaces there are. */
  snapshot(): Record<string, unknown> {
    const { host } = this;
    const ours = (name: string) => name.startsWith(this.#prefix);
    const links = JSON.parse(ip('-j', '-d', '-n', host, 'link', 'show')) as Record<string, unknown>[];
    const addresses = JSON.parse(ip('-j', '-n', host, 'addr', 'show')) as {
      ifname: string;
      addr_info: Record<string, unknown>[];
    }[];
    return {
      links: links.map(withoutClocks),
      addresses: addresses.map(({ ifname, addr_info }) => ({
        ifname,
        addr_info: addr_info.map(({ local, prefixlen, scope }) => ({ local, prefixlen, scope })),
      })),
      routes: ip('-n', host, 'route', 'show', 'table', 'all').trim().split('\n').sort(),
      rules: this.rules,
      forwarding: this.forwarding,
      namespaces: ip('netns', 'list')
        .split('\n')
        .map((line) => line.split(' ')[0] ?? '')
        .filter(ours)
        .sort(),
    };
  }

  /** Removes the namespaces; what is in them goes along. */
  remove(): void {
    const standing = new Set(
      ip('netns', 'list')
        .split('\n')
        .map((line) => line.split(' ')[0] ?? ''),
    );
    for (const name of [...this.#containers, this.host, this.internet])
      if (standing.has(name)) ip('netns', 'del', name);
  }
}

/** The bridge's timers run by themselves and say nothing about what was changed. */
function withoutClocks(link: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(link, (key, value: unknown) =>
    /timer|stats|operstate|flags/.test(key) ? undefined : value,
  );
  return JSON.parse(text) as Record<string, unknown>;
}
