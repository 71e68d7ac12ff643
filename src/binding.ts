// Loads the addon and says what it exports. The only file that knows there is a .node file; everything in it is native/addon.cpp's.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AttributePolicy } from './attribute-policy.js';

declare const brand: unique symbol;

/** A namespace the addon holds open. */
export interface NamespaceHandle {
  readonly [brand]: 'namespace';
}

/** A name that the addon holds, to show that this process is alive. */
export interface PresenceHandle {
  readonly [brand]: 'presence';
}

/** A lock the addon holds. */
export interface LockHandle {
  readonly [brand]: 'lock';
}

/** Steps that the addon holds encoded. */
export interface PreparedHandle {
  readonly [brand]: 'prepared';
}

/** A watch over rules the addon holds open. */
export interface RuleWatchHandle {
  readonly [brand]: 'ruleWatch';
}

/** A monitor the addon holds open. */
export interface MonitorHandle {
  readonly [brand]: 'monitor';
}

export type Verb = 'add' | 'append' | 'prepend' | 'set' | 'replace' | 'remove' | 'get' | 'list' | 'settle';

/** The objects of rtnetlink that requests are about, as native/rtnl/objects.cpp lists them. */
export type RequestObject =
  | 'link'
  | 'altName'
  | 'address'
  | 'route'
  | 'qdisc'
  | 'class'
  | 'filter'
  | 'neighbour'
  | 'rule'
  | 'nextHop'
  | 'nextHopBucket'
  | 'namespaceId'
  | 'bridgeVlan';

/** Those of nf_tables, which change in transactions only. */
export type TransactedObject =
  | 'nftTable'
  | 'nftChain'
  | 'nftRule'
  | 'nftSet'
  | 'nftElement'
  | 'nftGeneration';

/** A message of a transaction. */
export interface TransactionMessage {
  readonly object: TransactedObject;
  readonly verb: Verb;
  /** What an error calls it. */
  readonly target?: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** One step of a job; `slot` is the index of a namespace in the job. */
export type Step = { readonly operation: string; readonly target?: string } & (
  | {
      readonly do: 'request';
      readonly slot: number;
      readonly object: RequestObject;
      readonly verb: Verb;
      readonly value: Readonly<Record<string, unknown>>;
      /** Sent only when all before it has succeeded. */
      readonly barrier?: boolean;
      /** What a `link.add` will have made. */
      readonly created?: { readonly name?: string; readonly peerName?: string; readonly peerSlot?: number };
    }
  | {
      /** Reads objects that change in transactions. */
      readonly do: 'read';
      readonly slot: number;
      readonly object: TransactedObject;
      readonly verb: 'get' | 'list';
      readonly value: Readonly<Record<string, unknown>>;
    }
  | { readonly do: 'createNamespace'; readonly slot: number; readonly name?: string }
  | {
      readonly do: 'openNamespace';
      readonly slot: number;
      readonly reference: string | { readonly pid: number } | { readonly fd: number };
      /** ENOTUNIQ where it is this one. */
      readonly otherThan?: NamespaceHandle;
    }
  | { readonly do: 'removeNamespace'; readonly name: string }
  | {
      readonly do: 'surrenderName';
      /** The host's. */
      readonly slot: number;
      /** Where the namespace is put if its name was taken away, which is the step's value. */
      readonly into: number;
      readonly name: string;
      readonly netNsId: number;
      readonly leaving: readonly PairEnds[];
    }
  | { readonly do: 'sysctlGet'; readonly slot: number; readonly name: string }
  | { readonly do: 'sysctlSet'; readonly slot: number; readonly name: string; readonly value: string }
  | {
      readonly do: 'createTun';
      readonly slot: number;
      readonly ethernet: boolean;
      /** Refuse what is there already. */
      readonly exclusive: boolean;
      /** Without, its value has the descriptor that it goes with. */
      readonly persistent: boolean;
      readonly name?: string;
      readonly owner?: number;
      readonly group?: number;
      readonly multiQueue?: boolean;
      readonly vnetHeader?: boolean;
      readonly packetInformation?: boolean;
    }
  | {
      /** All or nothing; a failure's `message` says which one was refused. */
      readonly do: 'transaction';
      readonly slot: number;
      readonly messages: readonly TransactionMessage[];
      /** ERESTART, with nothing done, where the rules are of another generation by now. */
      readonly generation?: number;
    }
);

/** Steps that were encoded before, with `texts` for their stand-ins. */
export interface FilledSteps {
  readonly prepared: PreparedHandle;
  readonly texts: readonly string[];
  readonly operations: readonly string[];
}

export type JobSteps = readonly (Step | FilledSteps)[];

/** Both ends of a veth pair, by their indexes. */
export interface PairEnds {
  /** On the host. */
  readonly index: number;
  /** In the container's namespace. */
  readonly peer: number;
}

export interface JobSpecification {
  /** Namespaces by slot; undefined where a step fills it in. */
  readonly slots: readonly (NamespaceHandle | undefined)[];
  readonly steps: JobSteps;
  /** Take back what was added when a step fails. */
  readonly undo: boolean;
  /** Taken first, without waiting: `EWOULDBLOCK`, with nothing done, when another process holds it. */
  readonly lock?: { readonly path: string; readonly exclusive: boolean };
  /** Slots whose namespaces are wanted as handles. */
  readonly keep?: readonly number[];
  /** Whether it is to be told how long each step took. */
  readonly traced?: boolean;
}

/** How a step went, as `netplumb:step` carries it. */
export interface StepEvent {
  /** Such as `link.add`. */
  readonly operation: string;
  /** What it was done to, such as `br0`; empty where there is no word for it. */
  readonly target: string;
  /** Its place in the job. */
  readonly step: number;
  /** From the job's submission to the moment the step was begun, in milliseconds. */
  readonly startMs: number;
  /** How long its send was under way, or what it did instead of sending, in milliseconds. */
  readonly durationMs: number;
  /** How many steps shared that send. */
  readonly together: number;
}

/** Filled in by `run`: how to reach a job under way. */
export interface JobControl {
  cancel?: () => void;
}

export interface FailureRecord {
  readonly errno: number;
  readonly code: string;
  /** strerror's words. */
  readonly reason: string;
  readonly operation: string;
  readonly target?: string;
  readonly kernelMessage?: string;
  readonly explanation?: string;
  readonly attribute?: string;
  readonly missing?: true;
  readonly policy?: AttributePolicy;
  readonly step?: number;
  /** Of a transaction, which message. */
  readonly message?: number;
  readonly notUndone?: readonly number[];
}

export type JobResult = { readonly trace?: readonly StepEvent[] } & (
  | {
      readonly values: readonly unknown[];
      /** Of the slots to keep; undefined where no step filled one. */
      readonly namespaces: readonly (NamespaceHandle | undefined)[];
      readonly failure?: undefined;
    }
  | { readonly failure: FailureRecord }
);

export type Outcome<Value> =
  | { readonly value: Value; readonly failure?: undefined }
  | { readonly failure: FailureRecord };

/** A table of attributes or of a struct's fields, as native/netlink/table.h has it. */
export interface TableDescription {
  readonly name: string;
  readonly size: number;
  readonly rows: readonly {
    readonly name: string;
    readonly number: number;
    readonly kernel: string;
    readonly type: string;
    readonly meaning: string;
    readonly ip: string;
    readonly access: 'ReadWrite' | 'ReadOnly' | 'WriteOnly';
    readonly table?: string;
    /** The fixed header before the attributes of `table`, where a row has one: next hops and a veth's peer. */
    readonly header?: string;
    readonly names?: readonly { readonly name: string; readonly value: number }[];
    readonly bits: boolean;
    readonly minimum?: number;
    readonly maximum?: number;
  }[];
}

export interface Description {
  readonly objects: readonly {
    readonly name: string;
    readonly header: string | TableDescription;
    readonly attributes: string | TableDescription;
    readonly add: number;
    readonly remove: number;
    readonly get: number;
    readonly set: number;
    /** Which netlink family speaks of it. */
    readonly protocol: 'route' | 'netfilter';
  }[];
  readonly kinds: readonly {
    readonly name: string;
    readonly data: string | TableDescription | null;
    readonly port: string | TableDescription | null;
  }[];
  readonly tables: readonly TableDescription[];
}

export interface EchoReply {
  readonly from: string;
  readonly rttUs: number;
  readonly ttl: number;
}

/**
 * Which tracked flows are meant: those that have all that is said. Addresses are texts, `172.16.0.2` or `172.16.0.0/24`, of one family, and
 * one at least; ports are from the first to the last.
 */
export interface FlowPattern {
  /** Whom its first packet came from, and whom it was for, before any translation. */
  readonly originalSource?: string;
  readonly originalDestination?: string;
  /** Who answers, after it. */
  readonly replySource?: string;
  /** IPPROTO_*; with ports always. */
  readonly protocol?: number;
  readonly originalDestinationPorts?: readonly [first: number, last: number];
  readonly replySourcePorts?: readonly [first: number, last: number];
}

type UnnamedClaim = readonly [
  host: NamespaceHandle,
  index: number,
  altName: string,
  alias: string,
  formerAlias: string,
  master: number,
];

/** Arguments in a row, for this is the hot path of a warm attach. */
export type LinkClaim =
  | UnnamedClaim
  | readonly [...UnnamedClaim, inside: NamespaceHandle, name: string, lockPath: string];

/** How a claim went, and when, from its submission on: its send, and the naming. */
export interface TimedClaim {
  readonly failure?: FailureRecord | undefined;
  readonly sent?: Pick<StepEvent, 'startMs' | 'durationMs'>;
  readonly named?: Pick<StepEvent, 'startMs' | 'durationMs'>;
}

interface Binding {
  /**
   * `write` makes the steps that follow, while those of `job` are being done. If it throws, so does this, and the job is
   * taken back.
   */
  run(job: JobSpecification, write?: () => JobSteps, control?: JobControl): Promise<JobResult>;
  runSync(job: JobSpecification): JobResult;
  /**
   * The hot path of a cold attach, with arguments in a row: under the shared lock, makes a namespace of that name, slot 0, and meanwhile has
   * `write` make the steps that follow, for which the host is slot 1. What step 1 makes is a link; gives its index.
   */
  plumb(
    host: NamespaceHandle,
    name: string,
    lockPath: string,
    write: () => JobSteps,
  ): Promise<number | FailureRecord>;
  /**
   * Encodes requests, `sysctlSet`s and transactions once; a transaction has no places. `first` is the index that the first of them has in its jobs; wherever one of `standIns` is a
   * whole value, another text may stand in each of them. No stand-in begins another.
   */
  prepare(steps: readonly Step[], first: number, standIns: readonly string[]): PreparedHandle;
  currentNamespace(): NamespaceHandle;
  identity(ns: NamespaceHandle): bigint;
  closeNamespace(ns: NamespaceHandle): void;
  within<Result>(ns: NamespaceHandle, act: () => Result): Result;
  listNamespaces(): Promise<Outcome<readonly string[]>>;
  checkNamespaceName(name: string): void;
  /** Takes away files below /run/netns that netplumb's own processes left when they were killed; returns their names. */
  removeAbandonedNames(): Promise<Outcome<readonly string[]>>;
  tryLock(path: string, exclusive: boolean): Promise<Outcome<LockHandle | undefined>>;
  /** Never waits either; throws what `tryLock` tells as a failure. */
  tryLockSync(path: string, exclusive: boolean): LockHandle | undefined;
  /**
   * Says that somebody waits, until it is given back with `unlock`. No shared lock is given while somebody waits for the
   * exclusive one, which then comes next; who waits for a shared one is let in by `giveTurn`.
   */
  announceLock(path: string, exclusive: boolean): Promise<Outcome<LockHandle | undefined>>;
  /** Gives an exclusive lock to those who wait for a shared one, if any; until `unlock` nobody takes it exclusively. */
  giveTurn(lock: LockHandle): boolean;
  /** The stamp that the one who held it exclusively left last, by this, and another that is left now. */
  stampLock(lock: LockHandle): readonly [former: bigint, present: bigint];
  /** Whether somebody waits for a shared one. */
  isLockAwaited(lock: LockHandle): boolean;
  unlock(lock: LockHandle, removeFile: boolean): void;
  /**
   * Gives a link that stands an alternative name and an alias, in one send; and, where `inside` is given, the namespace at
   * its other end a name, under the shared lock. A failure was taken back unless it has a `notUndone`.
   */
  claimLink(...claim: LinkClaim): Promise<FailureRecord | undefined>;
  claimLinkSync(...claim: LinkClaim): FailureRecord | undefined;
  /** The same, for who listens to steps. */
  claimLinkTimed(...claim: LinkClaim): Promise<TimedClaim>;
  claimLinkTimedSync(...claim: LinkClaim): TimedClaim;
  /** Holds an abstract Unix socket in the namespace until withdrawn, or the process ends. */
  announce(ns: NamespaceHandle, name: string): PresenceHandle;
  withdraw(presence: PresenceHandle): void;
  isAnnounced(ns: NamespaceHandle, name: string): boolean;
  ping(
    ns: NamespaceHandle,
    address: string,
    timeoutMs: number,
    sequence: number,
  ): Promise<Outcome<EchoReply>>;
  nextEchoRequest(ns: NamespaceHandle, timeoutMs: number): Promise<Outcome<string | undefined>>;
  /** A TCP socket of that family in the namespace: a descriptor, the caller's to close. */
  openSocket(ns: NamespaceHandle, family: 4 | 6): Promise<Outcome<number>>;
  /** The same, bound. */
  bindSocket(ns: NamespaceHandle, address: string, port: number, ipv6Only: boolean): Promise<Outcome<number>>;
  /** The names of the objects that can be monitored. */
  monitored(): readonly string[];
  /** At once: what happens from now on is heard. */
  openMonitor(
    ns: NamespaceHandle,
    options: {
      readonly objects: readonly string[];
      readonly mostQueued: number;
      readonly receiveBuffer: number;
    },
  ): Outcome<MonitorHandle>;
  /** Fulfilled when there is something to take or the monitor has ended. */
  awaitEvents(monitor: MonitorHandle): Promise<void>;
  /** Some of the oldest events; undefined when the monitor has ended. */
  takeEvents(
    monitor: MonitorHandle,
  ): Outcome<
    readonly { readonly object: string; readonly change: string; readonly value?: unknown }[] | undefined
  >;
  closeMonitor(monitor: MonitorHandle): void;
  /** At once: what becomes of the rules of nf_tables from now on is heard. */
  openRuleWatch(ns: NamespaceHandle): RuleWatchHandle;
  /** Whether something changed, when it has; false when it was closed. One waits at a time. */
  awaitRuleChange(watch: RuleWatchHandle): Promise<Outcome<boolean>>;
  closeRuleWatch(watch: RuleWatchHandle): void;
  /**
   * The first port of several ranges that a process of the namespace has, and of which range, by binding each for a moment. Works on the JS
   * thread.
   */
  firstTakenPort(
    ns: NamespaceHandle,
    ranges: readonly (readonly [protocol: number, address: string, first: number, range: number])[],
  ): readonly [which: number, port: number] | undefined;
  /**
   * Takes the flows that fit any of the patterns out of the namespace's connection tracking, on a socket of its own. False, with nothing done, on a
   * kernel without ctnetlink.
   */
  dropFlows(ns: NamespaceHandle, patterns: readonly FlowPattern[]): Promise<Outcome<boolean>>;
  /** Runs `act` while no child inherits a descriptor above stderr. */
  uninherited<Result>(act: () => Result): Result;
  hasCapability(capability: number): boolean;
  describe(): Description;
  encode(object: string, verb: Verb, value: Readonly<Record<string, unknown>>): Uint8Array;
  decode(object: string, message: Uint8Array): Readonly<Record<string, unknown>>;
}

function load(): Binding {
  if (process.platform !== 'linux') {
    throw new Error(
      `netplumb plumbs Linux network namespaces and works on Linux only; this is ${process.platform}. ` +
        'Run it in a Linux machine or virtual machine.',
    );
  }
  const require = createRequire(import.meta.url);
  const loadPrebuilt = require('node-gyp-build') as (root: string) => Binding;
  return loadPrebuilt(fileURLToPath(new URL('..', import.meta.url)));
}

export const binding: Binding = load();
