// A network namespace that plays a host, made and read with iproute2, never with netplumb: what netplumb did is checked by
// somebody else. Everything made here goes when the test file ends.
import { existsSync, readdirSync } from 'node:fs';
import { attempt, command, type Ended } from './command.js';
import { uniqueName } from './unique-name.js';

/** A link as `ip -j -d link` prints it, as far as tests look at it. */
export interface LinkOutput {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly operstate: string;
  readonly group: string;
  readonly address?: string;
  readonly master?: string;
  readonly link?: string;
  readonly link_netnsid?: number;
  readonly ifalias?: string;
  readonly altnames?: readonly string[];
  readonly num_tx_queues?: number;
  readonly num_rx_queues?: number;
  readonly inet6_addr_gen_mode?: string;
  readonly linkinfo?: {
    readonly info_kind?: string;
    readonly info_data?: Readonly<Record<string, unknown>>;
    readonly info_slave_kind?: string;
    readonly info_slave_data?: Readonly<Record<string, unknown>>;
  };
}

/** A link with its addresses as `ip -j -d addr` prints it. */
export interface AddressOutput extends LinkOutput {
  readonly addr_info: ReadonlyArray<{
    readonly family: 'inet' | 'inet6';
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
    readonly broadcast?: string;
    readonly label?: string;
  }>;
}

/** A route as `ip -j -d route` prints it. */
export interface RouteOutput {
  readonly dst: string;
  readonly type?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly protocol?: string;
  readonly scope?: string;
  readonly prefsrc?: string;
  readonly metric?: number;
  readonly table?: string;
  readonly flags: readonly string[];
}

/** One namespace, and what a person would type there. */
export class Host {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** The file that stands for the namespace. */
  get path(): string {
    return `/run/netns/${this.name}`;
  }

  /** Runs a program inside and returns how it ended. */
  attempt(program: string, ...args: string[]): Ended {
    return attempt('nsenter', [`--net=${this.path}`, program, ...args]);
  }

  /** Runs a program inside that must succeed; returns its stdout. */
  run(program: string, ...args: string[]): string {
    return command('nsenter', [`--net=${this.path}`, program, ...args]);
  }

  /** `ip -j -d …`, parsed; an empty answer is an empty list. */
  ip<T = unknown>(...args: string[]): T[] {
    const text = this.run('ip', '-j', '-d', ...args).trim();
    return text === '' ? [] : (JSON.parse(text) as T[]);
  }

  links(): LinkOutput[] {
    return this.ip<LinkOutput>('link', 'show');
  }

  /** One link by name, undefined when there is none. */
  link(name: string): LinkOutput | undefined {
    return this.links().find(({ ifname }) => ifname === name);
  }

  /** Every link with its addresses. */
  addresses(): AddressOutput[] {
    return this.ip<AddressOutput>('address', 'show');
  }

  /** IPv4 and IPv6 addresses of one link as `ADDRESS/PREFIX`. */
  addressesOf(link: string): string[] {
    const found = this.addresses().find(({ ifname }) => ifname === link);
    return (found?.addr_info ?? []).map(({ local, prefixlen }) => `${local}/${prefixlen}`);
  }

  /** Routes of one family, main table unless told. */
  routes(family: '-4' | '-6' = '-4', table = 'main'): RouteOutput[] {
    return this.ip<RouteOutput>(family, 'route', 'show', 'table', table);
  }

  /** A value below /proc/sys: `sysctl('net.ipv4.ip_forward')`. */
  sysctl(name: string): string {
    return this.run('cat', `/proc/sys/${name.replaceAll('.', '/')}`).trim();
  }

  setSysctl(name: string, value: string | number): void {
    this.run(
      'sh',
      '-c',
      'printf %s "$1" > "$2"',
      'sh',
      String(value),
      `/proc/sys/${name.replaceAll('.', '/')}`,
    );
  }

  /** Rules and policies as `iptables-save` prints them, without comments and counters. */
  iptables(family: 4 | 6 = 4): string[] {
    const lines = this.run(family === 4 ? 'iptables-save' : 'ip6tables-save').split('\n');
    return lines
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
  }

  /** Whether an echo request sent from here is answered within a second. */
  canPing(address: string): boolean {
    return this.attempt('ping', '-n', '-c', '1', '-W', '1', address).status === 0;
  }
}

const made: string[] = [];

/** A new namespace that does not forward (new ones inherit the machine's setting), with its loopback up. */
export function createHost(label = 'host'): Host {
  const host = new Host(uniqueName(label));
  command('ip', ['netns', 'add', host.name]);
  made.push(host.name);
  host.setSysctl('net.ipv4.ip_forward', 0);
  host.run('ip', 'link', 'set', 'lo', 'up');
  return host;
}

/** A host with an uplink, and the internet behind it. */
export interface Topology {
  /** 192.0.2.2/24 on `uplink`, default route by 192.0.2.1, forwarding off. */
  readonly host: Host;
  /** 192.0.2.1/24 on `uplink`, and 1.1.1.1; it knows no way to private addresses. */
  readonly internet: Host;
}

/** Makes a host and the internet; 1.1.1.1 answers the host. */
export function createTopology(): Topology {
  const host = createHost('host');
  const internet = createHost('internet');
  host.run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'uplink', 'netns', internet.name);
  internet.run('ip', 'address', 'add', '1.1.1.1/32', 'dev', 'lo');
  internet.run('ip', 'address', 'add', '192.0.2.1/24', 'dev', 'uplink');
  internet.run('ip', 'link', 'set', 'uplink', 'up');
  host.run('ip', 'address', 'add', '192.0.2.2/24', 'dev', 'uplink');
  host.run('ip', 'link', 'set', 'uplink', 'up');
  host.run('ip', 'route', 'add', 'default', 'via', '192.0.2.1');
  return { host, internet };
}

/** Removes one of them before its file ends. */
export function removeHost({ name }: Host): void {
  made.splice(made.indexOf(name), 1);
  command('ip', ['netns', 'del', name]);
}

/** Removes every namespace that createHost() made; the leak guard calls it when the file's tests are over. */
export function removeHosts(): void {
  for (const name of made.splice(0)) {
    if (existsSync(`/run/netns/${name}`)) command('ip', ['netns', 'del', name]);
  }
}

/** Names below /run/netns. */
export function namedNamespaces(): string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns').sort() : [];
}
