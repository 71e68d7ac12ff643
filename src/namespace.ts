// Namespace: the handle everything hangs on, so that nothing is ever done "in the current namespace" by accident.

import type { ChildProcess } from 'node:child_process';
import { isIPv4, type Server, type Socket } from 'node:net';
import { unusable, wrongType } from './argument.js';
import {
  binding,
  type EchoReply,
  type JobSpecification,
  type NamespaceHandle,
  type Step,
} from './binding.js';
import { runJob, runJobSync, unwrap } from './job.js';
import { Monitor, type MonitorOptions } from './monitor.js';
import { integer, readOptions } from './options.js';
import {
  type ExecResult,
  execIn,
  type NamespaceExecOptions,
  type NamespaceSpawnOptions,
  spawnIn,
} from './process.js';
import { Addresses } from './rtnl/addresses.js';
import { BridgeVlans } from './rtnl/bridge-vlans.js';
import { TrafficClasses } from './rtnl/classes.js';
import { TrafficFilters } from './rtnl/filters.js';
import { Links } from './rtnl/links.js';
import { NamespaceIds } from './rtnl/namespace-ids.js';
import { Fdb, Neighbours } from './rtnl/neighbours.js';
import { NextHops } from './rtnl/next-hops.js';
import type { Operation } from './rtnl/operation.js';
import { Qdiscs } from './rtnl/qdiscs.js';
import { type NamespaceTarget, Slots } from './rtnl/references.js';
import { Routes } from './rtnl/routes.js';
import { Rules } from './rtnl/rules.js';
import { Tuns } from './rtnl/tuns.js';
import { type ConnectOptions, connectIn, type ListenOptions, listenIn } from './sockets.js';
import { Sysctl } from './sysctl.js';

/** A network namespace: its name below /run/netns, a process in it, a path to it, or a descriptor of it (duplicated). */
export type NamespaceReference =
  | string
  | { readonly pid: number }
  | { readonly path: string }
  | { readonly fd: number };

/** A namespace that has a name. */
export interface NamedNamespace {
  readonly name: string;
  readonly path: string;
}

/** What a job needs to open a namespace, checked. */
export function referenceOf(reference: NamespaceReference): string | { pid: number } | { fd: number } {
  if (typeof reference === 'string') return checkName(reference);
  // Its own and only property: which of two was meant nobody knows.
  const [key, ...more] = typeof reference === 'object' && reference !== null ? Object.keys(reference) : [];
  if (key !== undefined && more.length === 0) {
    const { path, pid = 0, fd = -1 } = reference as { path?: string; pid?: number; fd?: number };
    if (key === 'path' && typeof path === 'string' && path !== '' && !path.includes('\0'))
      return path.includes('/') ? path : `./${path}`;
    if (key === 'pid' && isInt32(pid) && pid > 0) return { pid };
    if (key === 'fd' && isInt32(fd) && fd >= 0) return { fd };
  }
  throw new TypeError('namespace: must be a name, { pid }, { path } or { fd }');
}

/** @throws {TypeError} unless it is a string @throws {RangeError} for one that is no name below /run/netns */
export function checkName(name: unknown): string {
  if (typeof name !== 'string') throw wrongType('namespace name', 'a string', name);
  try {
    binding.checkNamespaceName(name);
  } catch (error) {
    // The addon has one class for whatever it refuses.
    throw error instanceof TypeError ? new RangeError(error.message) : error;
  }
  return name;
}

const waitChecks = { timeoutMs: integer(1, 60_000) };
const pingChecks = { ...waitChecks, sequence: integer(0, 65_535) };

function isInt32(value: unknown): boolean {
  return Number.isInteger(value) && value === Number(value) >> 0;
}

function job(step: Step): JobSpecification {
  return { slots: [undefined], steps: [step], undo: true, keep: [0] };
}

function opening(reference: NamespaceReference): JobSpecification {
  const checked = referenceOf(reference);
  const target = typeof checked === 'string' ? checked : JSON.stringify(reference);
  return job({ do: 'openNamespace', operation: 'namespace.open', target, slot: 0, reference: checked });
}

function creating(name: string | undefined): JobSpecification {
  if (name === undefined) return job({ do: 'createNamespace', operation: 'namespace.create', slot: 0 });
  checkName(name);
  return job({ do: 'createNamespace', operation: 'namespace.create', target: name, slot: 0, name });
}

function removing(name: string): JobSpecification {
  checkName(name);
  const step: Step = { do: 'removeNamespace', operation: 'namespace.remove', target: name, name };
  return { slots: [], steps: [step], undo: true };
}

/** A network namespace, held open until closed. Calls on one handle run in the order they were made; a `…Sync` call does not wait for pending ones. */
export class Namespace implements NamespaceTarget {
  #handle: NamespaceHandle | undefined;
  #name: string | undefined;
  /** The namespace's inode on nsfs: its identity while anything holds it. `stat -Lc %i /run/netns/NAME` */
  readonly inode: bigint;
  /** `ip link` */
  readonly links: Links = new Links(this);
  /** `ip tuntap` */
  readonly tuns: Tuns = new Tuns(this);
  /** `ip address` */
  readonly addresses: Addresses = new Addresses(this);
  /** `ip route` */
  readonly routes: Routes = new Routes(this);
  /** `ip neighbour` */
  readonly neighbours: Neighbours = new Neighbours(this);
  /** `bridge fdb` */
  readonly fdb: Fdb = new Fdb(this);
  /** `bridge vlan` */
  readonly vlans: BridgeVlans = new BridgeVlans(this);
  /** `ip rule` */
  readonly rules: Rules = new Rules(this);
  /** `ip nexthop` */
  readonly nextHops: NextHops = new NextHops(this);
  /** `ip netns set`, `ip netns list-id` */
  readonly namespaceIds: NamespaceIds = new NamespaceIds(this);
  /** `tc qdisc` */
  readonly qdiscs: Qdiscs = new Qdiscs(this);
  /** `tc class` */
  readonly classes: TrafficClasses = new TrafficClasses(this);
  /** `tc filter` */
  readonly filters: TrafficFilters = new TrafficFilters(this);
  /** `sysctl net.…` */
  readonly sysctl: Sysctl = new Sysctl(this);

  private constructor(handle: NamespaceHandle, name: string | undefined) {
    this.#handle = handle;
    this.#name = name;
    this.inode = binding.identity(handle);
  }

  /** Takes over a handle that a job kept open. @internal */
  static adopt(handle: NamespaceHandle | undefined, name?: string): Namespace {
    if (handle === undefined) throw new TypeError('namespace: the job kept no handle');
    return new Namespace(handle, name);
  }

  /** As `adopt`, of a namespace that was made just now: without a name, only its handles hold it. @internal */
  static adoptCreated(handle: NamespaceHandle | undefined, name?: string): Namespace {
    const ns = Namespace.adopt(handle, name);
    if (name === undefined) anonymous.register(ns, ns.inode, ns);
    return ns;
  }

  /** The namespace the calling thread is in. */
  static async current(): Promise<Namespace> {
    return Namespace.currentSync();
  }
  static currentSync(): Namespace {
    return Namespace.adopt(binding.currentNamespace());
  }

  /**
   * Opens a namespace that exists. `ip netns exec NAME …`, `nsenter --net=PATH …`
   * @throws {NetlinkError} `ENOENT` without it, `EINVAL` when what stands there is no network namespace, `ESRCH` for a pid that is gone
   */
  static async open(reference: NamespaceReference): Promise<Namespace> {
    const { namespaces } = await runJob(opening(reference));
    return Namespace.adopt(namespaces[0], typeof reference === 'string' ? reference : undefined);
  }
  static openSync(reference: NamespaceReference): Namespace {
    const { namespaces } = runJobSync(opening(reference));
    return Namespace.adopt(namespaces[0], typeof reference === 'string' ? reference : undefined);
  }

  /**
   * Makes a namespace: named, and then seen by `ip netns` and outliving the handle, or anonymous, living while something holds it.
   * It has one link, `lo`, which is down, and inherits the machine's IPv4 settings. `ip netns add NAME`
   * @throws {NetlinkError} `EEXIST` when the name is taken
   */
  static async create(name?: string): Promise<Namespace> {
    const [handle] = (await runJob(creating(name))).namespaces;
    return Namespace.adoptCreated(handle, name);
  }
  static createSync(name?: string): Namespace {
    const [handle] = runJobSync(creating(name)).namespaces;
    return Namespace.adoptCreated(handle, name);
  }

  /** The named namespaces, sorted. What is no network namespace is left out. `ip netns list` */
  static async list(): Promise<readonly NamedNamespace[]> {
    const names = unwrap(await binding.listNamespaces());
    return names.map((name) => ({ name, path: `/run/netns/${name}` }));
  }

  /** Takes a name away; the namespace itself lives while anything holds it. `ip netns del NAME`. @throws {NetlinkError} `ENOENT` */
  static async remove(name: string): Promise<void> {
    await runJob(removing(name));
  }
  static removeSync(name: string): void {
    runJobSync(removing(name));
  }

  /** As it was opened, created or given away by name. */
  get name(): string | undefined {
    return this.#name;
  }

  /** It was made without a name, and has one now: that holds it too. @internal */
  nameGiven(name: string): void {
    this.#name = name;
    anonymous.unregister(this);
  }

  get handle(): NamespaceHandle {
    if (this.#handle === undefined) throw new TypeError('the namespace was closed');
    return this.#handle;
  }

  /** Another handle on it: what is asked of that one waits for nothing asked of this one. @internal */
  async another(): Promise<Namespace> {
    const { name, inode } = this;
    // By its name an executor thread can open it; else the JS thread has to go there for a moment.
    const found = name === undefined ? undefined : await Namespace.open(name).catch(() => undefined);
    if (found?.inode === inode) return found;
    found?.close();
    return binding.within(this.handle, () => Namespace.currentSync());
  }

  get closed(): boolean {
    return this.#handle === undefined;
  }

  /** @internal */
  async perform<Result>(operation: Operation<Result>): Promise<Result> {
    const { values } = await runJob(this.#single(operation));
    return operation.result(values[0]);
  }
  /** @internal */
  performSync<Result>(operation: Operation<Result>): Result {
    return operation.result(runJobSync(this.#single(operation)).values[0]);
  }

  #single(operation: Operation<unknown>): JobSpecification {
    const slots = new Slots();
    const steps = [operation.step(slots.of(this), slots)];
    return { slots: slots.targets.map((target) => target.handle), steps, undo: true };
  }

  /**
   * One ICMP echo, without a process. `ping -c1 ADDRESS`
   * @param options timeoutMs: 1,000 by default, at most 60,000; sequence: 0 to 65,535, 1 by default
   * @throws {NetlinkError} `ETIMEDOUT` when nothing answers, `ENETUNREACH` without a route, `EHOSTUNREACH` when a router says so
   */
  async ping(address: string, options: { timeoutMs?: number; sequence?: number } = {}): Promise<EchoReply> {
    const { timeoutMs = 1000, sequence = 1 } = readOptions('ping', options, {}, pingChecks);
    if (typeof address !== 'string') throw wrongType('ping: address', 'a string', address);
    if (!isIPv4(address)) throw unusable('ping: address', address, 'is not an IPv4 address');
    return unwrap(await binding.ping(this.handle, address, timeoutMs, sequence));
  }

  /** The source address of the next ICMP echo request that reaches this namespace; undefined when none comes in time. `tcpdump icmp` */
  async nextEchoRequest(options: { timeoutMs?: number } = {}): Promise<string | undefined> {
    const { timeoutMs = 1000 } = readOptions('nextEchoRequest', options, {}, waitChecks);
    return unwrap(await binding.nextEchoRequest(this.handle, timeoutMs));
  }

  /**
   * What changes here from now on, as events; see {@link Monitor}. `ip monitor`
   * @throws {NetlinkError} `EMFILE` and such when it cannot be opened; the signal's reason when that was aborted before
   * @example for await (const event of ns.monitor({ groups: ['link'] })) if (event.object === 'link') console.log(event.value.name);
   */
  monitor(options?: MonitorOptions): Monitor {
    return new Monitor(this.handle, options);
  }

  /**
   * Starts a process in the namespace; arguments are node:child_process's, and `etc`: whether /etc/netns/NAME is honoured.
   * `ip netns exec NAME COMMAND …`
   * @example ns.spawn('ping', ['-c1', '1.1.1.1'], { stdio: 'inherit' })
   */
  spawn(command: string, args: readonly string[] = [], options: NamespaceSpawnOptions = {}): ChildProcess {
    return spawnIn(this, command, args, options);
  }

  /**
   * Runs a program in the namespace to its end, and resolves with what it printed; arguments are execFile's, and `etc`.
   * `ip netns exec NAME COMMAND …`
   * @throws what node:child_process's promisified execFile rejects with, where the program fails: `code`, `stdout`, `stderr`
   * @example const { stdout } = await ns.exec('ip', ['-j', 'address'])
   */
  async exec(
    command: string,
    args: readonly string[] = [],
    options: NamespaceExecOptions = {},
  ): Promise<ExecResult> {
    return execIn(this, command, args, options);
  }

  /**
   * Has a server listen in the namespace; resolves with it when it does. It serves on the JS thread, which never goes there: only
   * the socket is made inside. `ip netns exec NAME node server.js`
   * @throws {NetlinkError} `EADDRINUSE`, `EADDRNOTAVAIL` for an address the namespace lacks, `EACCES`
   * @example await ns.listen(http.createServer(serve), { port: 80 })
   */
  async listen<Listening extends Server>(server: Listening, options: ListenOptions = {}): Promise<Listening> {
    return listenIn(this.handle, server, options);
  }

  /**
   * A TCP connection from inside the namespace, made. A host's name is looked up on the host. `ip netns exec NAME nc HOST PORT`
   * @throws what node:net rejects with: an Error whose `code` is `ECONNREFUSED`, `ETIMEDOUT`, `ENETUNREACH`…
   * @example const socket = await ns.connect({ host: '172.16.0.2', port: 80 })
   */
  async connect(options: ConnectOptions): Promise<Socket> {
    return connectIn(this.handle, options);
  }

  /** Closes the handle; removes nothing. An anonymous namespace that nothing else holds then goes, with its links. */
  close(): void {
    if (this.#handle === undefined) return;
    binding.closeNamespace(this.#handle);
    this.#handle = undefined;
    anonymous.unregister(this);
  }
  [Symbol.dispose](): void {
    this.close();
  }
}

const anonymous = new FinalizationRegistry<bigint>((inode) => {
  process.emitWarning(
    `An anonymous network namespace (inode ${inode}) was collected without being closed`,
    'NetplumbWarning',
  );
});
