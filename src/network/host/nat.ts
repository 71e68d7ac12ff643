// A network's NAT on its host: which backend speaks for it. The rules themselves are nat/'s.

import { binding } from '../../binding.js';
import type { Namespace } from '../../namespace.js';
import {
  type BackendHost,
  IptablesBackend,
  type NatBackend,
  type NetworkIntent,
  type WantedNat,
} from '../../nat/index.js';

/** Holds this network's share of the host's backend, from the first time it is needed. */
export class HostNat {
  readonly #host: Namespace;
  #backend: NatBackend | undefined;

  constructor(host: Namespace) {
    this.#host = host;
  }

  get backend(): NatBackend {
    this.#backend ??= new IptablesBackend(backendHost(this.#host));
    return this.#backend;
  }

  /** Brings all of a network's rules to what is wanted. True where something was changed. */
  async enable(wanted: WantedNat): Promise<boolean> {
    return (await this.backend.reconcile(wanted)).lines.length > 0;
  }

  /** Takes everything of the network out again. */
  disable(network: NetworkIntent): Promise<boolean> {
    return this.backend.disable(network);
  }

  /** The networks of which rules stand, whether or not they have a bridge. */
  networks(): Promise<readonly string[]> {
    return this.backend.networks();
  }

  /** Takes all out of a network of which nothing is known but its name. */
  async clear(network: string): Promise<void> {
    await this.backend.clear(network);
  }

  /** Rules that are not netplumb's and may rely on forwarding; none where there is no iptables to have made them. */
  foreign(): Promise<readonly string[]> {
    return this.backend.foreign();
  }

  async close(): Promise<void> {
    const backend = this.#backend;
    this.#backend = undefined;
    await backend?.close();
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
  };
}

// Explaining asks no host.
const nowhere = new IptablesBackend({
  inode: 0n,
  spawn: () => {
    throw new Error('no host');
  },
  inside: (act) => act(),
});

/** The `iptables` lines of `enable`, on a host without rules. */
export function explainEnable(wanted: WantedNat): readonly string[] {
  return nowhere.explain(wanted);
}

/** The `iptables` lines of `disable`, where exactly what `enable` made stands. */
export function explainDisable(wanted: WantedNat): readonly string[] {
  return nowhere.explainDisable(wanted);
}
