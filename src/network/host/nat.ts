// A host's NAT: which backend speaks for which network, and what stands of the other one. The rules themselves are nat/'s.

import { binding } from '../../binding.js';
import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import {
  type BackendHost,
  type BackendName,
  type Correction,
  IptablesBackend,
  type NatBackend,
  type NetworkIntent,
  NftablesBackend,
  type PortChange,
  type WantedNat,
} from '../../nat/index.js';
import { exclusively } from '../host-lock.js';
import { listBridges } from '../standing.js';
import { ruleSetOf } from './rule-set.js';

const backends = { iptables: IptablesBackend, nftables: NftablesBackend };
const names = ['iptables', 'nftables'] as const;

/** What backends do by themselves can be put off: who closes a network does not wait for it while another holds the lock. */
const mayWaitMs = 1_000;

/** Holds a network's share of the host's backends, each from the first time it is needed. */
export class HostNat {
  readonly #host: BackendHost;
  readonly #held = new Map<BackendName, NatBackend>();

  /** Told of the stamps that its backends leave on the lock by themselves. */
  stamped: (former: bigint, present: bigint) => void = () => {};

  constructor(host: Namespace) {
    this.#host = backendHost(host, (former, present) => this.stamped(former, present));
  }

  /** The backend of a network that says so. */
  of(name: BackendName): NatBackend {
    const held = this.#held.get(name) ?? new backends[name](this.#host);
    this.#held.set(name, held);
    return held;
  }

  /**
   * Brings all of a network's rules to what is wanted, and takes out what a switch left of it in the other backend. With nf_tables, where
   * iptables drops what is forwarded, it is let past there.
   */
  async reconcile(name: BackendName, wanted: WantedNat): Promise<Correction> {
    const { lines } = await this.of(name).reconcile(wanted);
    const { network } = wanted;
    if (name === 'nftables') return { lines: [...lines, ...(await this.#iptables.pass(network)).lines] };
    const nftables = this.of('nftables');
    if ((await standingNetworks(nftables)).includes(network.network)) await nftables.clear(network.network);
    return { lines };
  }

  /** Takes all of a network out. */
  async disable(name: BackendName, network: NetworkIntent): Promise<void> {
    await this.of(name).disable(network);
    const other = this.of(name === 'iptables' ? 'nftables' : 'iptables');
    if ((await standingNetworks(other)).includes(network.network)) await other.clear(network.network);
  }

  get #iptables(): IptablesBackend {
    return this.of('iptables') as IptablesBackend;
  }

  /** The networks of which rules stand in either backend, whether or not they have a bridge; sorted. */
  async networks(): Promise<readonly string[]> {
    const found = await Promise.all(names.map((name) => standingNetworks(this.of(name))));
    return [...new Set(found.flat())].sort();
  }

  /** Takes all out of a network of which nothing is known but its name. */
  async clear(network: string): Promise<void> {
    for (const name of names)
      if ((await standingNetworks(this.of(name))).includes(network)) await this.of(name).clear(network);
  }

  /** Rules that are not netplumb's and may rely on forwarding, as arguments of the program that shows them. */
  async foreign(): Promise<readonly string[]> {
    const iptables = (await this.of('iptables').foreign()).map((rule) => `iptables ${rule}`);
    const chains = await this.of('nftables').foreign().catch(noneWithoutNftables);
    const nftables = chains.map((chain) => `nft list chain ${chain}`);
    return [...iptables, ...nftables];
  }

  async close(): Promise<void> {
    const held = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(held.map((backend) => backend.close()));
  }
}

/** A kernel without nf_tables has none there. */
function standingNetworks(backend: NatBackend): Promise<readonly string[]> {
  return backend.name === 'nftables' ? backend.networks().catch(noneWithoutNftables) : backend.networks();
}

/** What a kernel without nf_tables, or without the family inet in it, answers. */
const absent: ReadonlySet<string> = new Set(['EPROTONOSUPPORT', 'EAFNOSUPPORT', 'EOPNOTSUPP', 'EINVAL']);

function noneWithoutNftables(error: unknown): readonly string[] {
  if (error instanceof NetlinkError && absent.has(error.code)) return [];
  throw error;
}

/** A host as backends see it. */
export function backendHost(
  host: Namespace,
  stamped: (former: bigint, present: bigint) => void = () => {},
): BackendHost {
  return {
    inode: host.inode,
    // Nothing that this process was started with may live on in it.
    spawn: (file, args, options) =>
      binding.uninherited(() => host.spawn(file, args, { ...options, etc: false })),
    inside: (act) => binding.within(host.handle, act),
    rules: ruleSetOf(host),
    alone: (work) =>
      exclusively(
        host,
        async (lock) => {
          await work(() => stamped(...lock.stamp()));
          if ((await listBridges(host)).length === 0) lock.discard();
        },
        mayWaitMs,
      ),
  };
}

// Explaining asks no host.
const refused = () => {
  throw new Error('no host');
};
const nowhere: BackendHost = {
  inode: 0n,
  spawn: refused,
  inside: refused,
  rules: { read: refused, transact: refused, prepare: refused, watch: refused },
  alone: refused,
};

/** The shell lines of making a network's rules, on a host without any. */
export function explainEnable(name: BackendName, wanted: WantedNat): readonly string[] {
  return new backends[name](nowhere).explain(wanted);
}

/** The shell lines of taking them out, where exactly what `explainEnable` makes stands. */
export function explainDisable(name: BackendName, wanted: WantedNat): readonly string[] {
  return new backends[name](nowhere).explainDisable(wanted);
}

/** The shell lines of a change of ports, where what it relies on stands. */
export function explainChange(name: BackendName, change: PortChange): readonly string[] {
  return new backends[name](nowhere).explainChange(change);
}
