// Owns what a NAT backend does for a host: the one shape behind which iptables and nf_tables stand. The network room talks
// to this only. Must not know how either does it.
//
// Who calls a backend holds netplumb's own lock of that host exclusively, but for `explain…`, `standing` and `close`.
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { TransactedObject, TransactionMessage } from '../binding.js';
import type { ContainerIntent, NetworkIntent, WantedNat } from './intent.js';
import type { PortIntent } from './ports.js';

/** A host, as far as a backend must know it. */
export interface BackendHost {
  /** Inode of its network namespace on nsfs: its name among hosts while somebody holds it open. */
  readonly inode: bigint;
  /** Starts a process in it, as node:child_process's spawn does. */
  readonly spawn: Spawn;
  /** Runs something short on this thread in it. */
  inside<Result>(act: () => Result): Result;
  /** Its rules of nf_tables. */
  readonly rules: RuleSet;
  /**
   * Runs `work` while it holds netplumb's lock of the host exclusively: for what a backend does by itself. It calls `changing` before it changes
   * what others may remember. @throws where the lock is not to be had within a second
   */
  alone(work: (changing: () => void) => Promise<void>): Promise<void>;
}

/** A question about rules of nf_tables, in the attribute tables' words. */
export interface RuleQuestion {
  readonly object: TransactedObject;
  readonly verb: 'get' | 'list';
  readonly value: Readonly<Record<string, unknown>>;
}

/** The rules of nf_tables of one host, over nfnetlink. */
export interface RuleSet {
  /** The objects that answer each question, in one trip. @throws {NetlinkError} */
  read(questions: readonly RuleQuestion[]): Promise<readonly (readonly unknown[])[]>;
  /**
   * Changes rules, all or nothing.
   * @param generation refused with EAGAIN where the rules are of another one by now
   * @throws {NatError} with the message that was refused as its `line`
   */
  transact(messages: readonly TransactionMessage[], generation?: number): Promise<void>;
  /** Encodes a transaction; gives what carries it out, once. */
  prepare(messages: readonly TransactionMessage[]): () => Promise<void>;
  /** Calls back when any rules of the host changed. Returns the end of it. */
  watch(changed: () => void): () => void;
}

/** Starts a process as node:child_process's spawn does, in the namespace that is meant. */
export type Spawn = (file: string, args: readonly string[], options: SpawnOptions) => ChildProcess;

export type BackendName = 'iptables' | 'nftables';

/** Ports of one container to add and to take away. Ports that are in neither list stay as they stand. */
export interface PortChange {
  readonly network: NetworkIntent;
  /** Its ports as they shall be afterwards. */
  readonly container: ContainerIntent;
  readonly add: readonly PortIntent[];
  readonly remove: readonly PortIntent[];
}

/** The ports that a container has by its claims; none where it is not there. */
export type ClaimedPorts = (network: string, container: string) => readonly PortIntent[];

/** What bringing a network to what is wanted had to do. */
export interface Correction {
  /** Shell lines of what was put back or taken out, in that order; empty where all stood as wanted. */
  readonly lines: readonly string[];
}

/** What stands of one network, read back from the kernel: what a test or a report looks at. */
export interface StandingNat {
  /** Every range of it that is masqueraded or translated, as CIDR. */
  readonly translated: readonly string[];
  /** Ports by the container's address that they lead to, without prefix. */
  readonly ports: ReadonlyMap<string, readonly PortIntent[]>;
}

/** NAT and filter of one host, for as many networks as it has. */
export interface NatBackend {
  readonly name: BackendName;
  /** Whether what it sends goes the way of all else that is asked of the host, and so comes after what was asked before. */
  readonly inTurn: boolean;

  /**
   * Brings the rules of one network, its containers' included, to exactly what is wanted; what stands already stays as it
   * is. Nobody else's rules, nor another network's, are touched. Makes a network as well as it mends one.
   * @throws {NatError} whose `applied` says whether anything stands
   */
  reconcile(wanted: WantedNat): Promise<Correction>;

  /** Takes all of a network out, with its containers' ports. True where anything stood. @throws {NatError} */
  disable(network: NetworkIntent): Promise<boolean>;

  /** There is time to make ready what `change` will send for this one alone, if it is given this very one. Changes nothing. */
  makeReady?(change: PortChange): void;

  /**
   * Makes several changes, as few transactions as can be. Each has its own verdict: undefined for done, or why not; a bad one
   * does not sink the others.
   */
  change(changes: readonly PortChange[]): Promise<readonly (Error | undefined)[]>;

  /**
   * A container goes: from now on nothing is translated to it any more. What is left to clear up may be put off, never beyond
   * `close`, because deleting would delay whoever publishes next.
   * @throws {NatError}
   */
  retire(network: NetworkIntent, container: ContainerIntent): Promise<void>;

  /**
   * Takes out what leads to ports that nobody claims, of whichever network that speaks through this backend: their containers went without a
   * word, with their namespaces. Others changed rules since this backend was asked last.
   * @param network whose families are looked at
   * @throws {NatError}
   */
  prune(network: NetworkIntent, claimed: ClaimedPorts): Promise<void>;

  /** What stands of a network; undefined where nothing does. @throws {NatError} */
  standing(network: NetworkIntent): Promise<StandingNat | undefined>;

  /** The networks of which rules stand, whether or not they have a bridge; sorted. @throws {NatError} */
  networks(): Promise<readonly string[]>;

  /** As `disable`, of a network of which nothing is known but its name. @throws {NatError} */
  clear(network: string): Promise<void>;

  /** Rules of others that may rely on the host forwarding, as arguments for a report. */
  foreign(): Promise<readonly string[]>;

  /** Calls back when rules that a network relies on may have changed, by whomever. Fulfils with the end of it. */
  watch(network: NetworkIntent, changed: () => void): Promise<() => void>;

  /** The shell lines of making a network, on a host without rules. */
  explain(wanted: WantedNat): readonly string[];

  /** The shell lines of `disable`, where exactly what is wanted stands. */
  explainDisable(wanted: WantedNat): readonly string[];

  /** The shell lines of `change`, where what it relies on stands. */
  explainChange(change: PortChange): readonly string[];

  /** Does what was put off, and lets go of what the backend holds; rules stay. */
  close(): Promise<void>;
}
