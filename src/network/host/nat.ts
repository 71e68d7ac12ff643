// A host's NAT: which backend speaks for which network, and what stands of the other one. The rules themselves are nat/'s.

import { binding } from '../../binding.js';
import type { Namespace } from '../../namespace.js';
import {
  type BackendHost,
  type BackendName,
  IptablesBackend,
  type NatBackend,
  NftablesBackend,
  type PortChange,
  type WantedNat,
} from '../../nat/index.js';
import { ruleSetOf } from './rule-set.js';

const backends = { iptables: IptablesBackend, nftables: NftablesBackend };
const names = ['iptables', 'nftables'] as const;

/** Holds a network's share of the host's backends, each from the first time it is needed. */
export class HostNat {
  readonly #host: BackendHost;
  readonly #held = new Map<BackendName, NatBackend>();

  constructor(host: Namespace) {
    this.#host = backendHost(host);
  }

  /** The backend of a network that says so. */
  of(name: BackendName): NatBackend {
    const held = this.#held.get(name) ?? new backends[name](this.#host);
    this.#held.set(name, held);
    return held;
  }

  /** Brings all of a network's rules to what is wanted. True where something was changed. */
  async enable(name: BackendName, wanted: WantedNat): Promise<boolean> {
    return (await this.of(name).reconcile(wanted)).lines.length > 0;
  }

  /** The networks of which rules stand in either backend, whether or not they have a bridge; sorted. */
  async networks(): Promise<readonly string[]> {
    const found = await Promise.all(names.map((name) => this.of(name).networks()));
    return [...new Set(found.flat())].sort();
  }

  /** Takes all out of a network of which nothing is known but its name. */
  async clear(network: string): Promise<void> {
    for (const name of names)
      if ((await this.of(name).networks()).includes(network)) await this.of(name).clear(network);
  }

  /** Takes out what stands of a network in the backend that is not its own: it was switched, or the switch was cut short. */
  async clearOther(own: BackendName, network: string): Promise<boolean> {
    const other = this.of(own === 'iptables' ? 'nftables' : 'iptables');
    if (!(await other.networks()).includes(network)) return false;
    await other.clear(network);
    return true;
  }

  /** Rules that are not netplumb's and may rely on forwarding, as arguments of the program that shows them. */
  async foreign(): Promise<readonly string[]> {
    const iptables = (await this.of('iptables').foreign()).map((rule) => `iptables ${rule}`);
    const nftables = (await this.of('nftables').foreign()).map((chain) => `nft list chain ${chain}`);
    return [...iptables, ...nftables];
  }

  async close(): Promise<void> {
    const held = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(held.map((backend) => backend.close()));
  }
}

/** A host as backends see it. */
export function backendHost(host: Namespace): BackendHost {
  return {
    inode: host.inode,
    // Nothing that this process was started with may live on in it.
    spawn: (file, args, options) =>
      binding.uninherited(() => host.spawn(file, args, { ...options, etc: false })),
    inside: (act) => binding.within(host.handle, act),
    rules: ruleSetOf(host),
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
  rules: { read: refused, transact: refused, watch: refused },
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
