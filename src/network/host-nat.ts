// A network's NAT on its host: which session speaks for it, and what it is asked. The rules themselves are nat/'s.

import type { Namespace } from '../namespace.js';
import {
  disableNat,
  enableNat,
  explain,
  findProgram,
  foreignRules,
  type MasqueradeSpec,
  noRules,
  parseRules,
  planDisable,
  planEnable,
  readRules,
  type SessionLease,
  sessions,
} from '../nat/index.js';

/** Holds this network's share of the host's session, from the first time it is needed. */
export class HostNat {
  readonly #host: Namespace;
  #lease: SessionLease | undefined;

  constructor(host: Namespace) {
    this.#host = host;
  }

  get #session() {
    this.#lease ??= sessions.acquire({
      inode: this.#host.inode,
      spawn: (file, args, options) => this.#host.spawn(file, args, { ...options, etc: false }),
    });
    return this.#lease.session;
  }

  /** Masquerades the range and lets it pass FORWARD; changes nothing where that stands. True where something was changed. */
  enable(spec: MasqueradeSpec): Promise<boolean> {
    return enableNat(this.#session, spec);
  }

  /** Takes everything of the network out again. */
  disable(network: string): Promise<boolean> {
    return disableNat(this.#session, { network });
  }

  /** Rules that are not netplumb's and may rely on forwarding; none where there is no iptables to have made them. */
  async foreign(): Promise<readonly string[]> {
    if (findProgram() === undefined) return [];
    return foreignRules(await readRules(this.#session));
  }

  async close(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.release();
  }
}

/** The `iptables` lines of `enable`, on a host without rules. */
export function explainEnable(spec: MasqueradeSpec): readonly string[] {
  return explain(planEnable(spec, noRules));
}

/** The `iptables` lines of `disable`, where exactly what `enable` made stands. */
export function explainDisable(spec: MasqueradeSpec): readonly string[] {
  const lines = planEnable(spec, noRules).split('\n');
  // What restore is told to make is, table by table, what `-S` then prints.
  const standing = (table: string) => {
    const begin = lines.indexOf(`*${table}`);
    return lines
      .slice(begin + 1, lines.indexOf('COMMIT', begin))
      .map((line) => line.replace(/^:(\S+) .*/, '-N $1').replace(/^-I (\S+) \d+/, '-A $1'))
      .join('\n');
  };
  return explain(planDisable(spec, parseRules({ nat: standing('nat'), filter: standing('filter') })));
}
