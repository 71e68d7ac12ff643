// Runs the built command as a user would, and gives it a stage: a host with an uplink, and names for containers.
// Read back by iproute2 and iptables, never by netplumb.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { command } from './command.js';
import { createTopology, type Host, namedNamespaces } from './host.js';
import { uniqueName } from './unique-name.js';

/** The command as it is installed; `npm run build` makes it. */
export const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end without blocking this process; one that a signal ended counts as 128. */
export function run(program: string, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 25_000, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
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

/** A host with an uplink to an internet that owns 1.1.1.1, and containers with names of their own. */
export class Stage {
  readonly host: Host;
  /** Beyond the uplink: 192.0.2.1 and 1.1.1.1. */
  readonly internet: Host;
  readonly #containers: string[] = [];

  constructor() {
    const { host, internet } = createTopology();
    this.host = host;
    this.internet = internet;
    // its link-local address comes a second or two later, which would look like a change
    if (existsSync('/proc/sys/net/ipv6')) this.host.setSysctl('net.ipv6.conf.uplink.disable_ipv6', 1);
  }

  /** A container's name; its namespace, where there is one by then, goes with `clear()`. */
  container(label: string): string {
    const name = uniqueName(label);
    this.#containers.push(name);
    return name;
  }

  /** Runs the command with `--host` naming this stage's host. */
  netplumb(verb: string, ...args: string[]): Promise<Outcome> {
    return netplumb(verb, '--host', this.host.name, ...args);
  }

  get forwarding(): string {
    return this.host.sysctl('net.ipv4.ip_forward');
  }

  /** Rules, and chains that are not built in: empty built-in tables stay behind with iptables-nft. */
  get rules(): string[] {
    return this.host.iptables().filter((line) => line.startsWith('-A') || line.endsWith(' -'));
  }

  /** Everything a network could have changed: links, addresses, routes, rules, forwarding, and which containers there are. */
  snapshot(): Record<string, unknown> {
    return {
      links: this.host.links().map(settled),
      addresses: this.host.addresses().map(({ ifname, addr_info }) => ({
        ifname,
        addresses: addr_info.map(({ local, prefixlen, scope }) => ({ local, prefixlen, scope })),
      })),
      routes: this.host.run('ip', 'route', 'show', 'table', 'all').trim().split('\n').sort(),
      rules: this.rules,
      forwarding: this.forwarding,
      containers: namedNamespaces().filter((name) => this.#containers.includes(name)),
    };
  }

  /** Removes the containers that are left. */
  clear(): void {
    const standing = namedNamespaces();
    for (const name of this.#containers) if (standing.includes(name)) command('ip', ['netns', 'del', name]);
  }
}

/** A bridge's timers run by themselves, and flags follow the carrier in its own time: neither says what was changed. */
function settled(link: object): unknown {
  return JSON.parse(
    JSON.stringify(link, (key, value: unknown) => (/timer|operstate|flags/.test(key) ? undefined : value)),
  );
}
