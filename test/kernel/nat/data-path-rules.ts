// Whose rules a host of the data-path tests has: each backend, iptables in both variants, and how each is opened for a moment to see that an
// attack can succeed at all. Must not know what is promised.
import type { DataPathStage } from './data-path-stage.js';

/** What can be opened, and shut again. */
export type Hole =
  /** Who asks from outside for 127.0.0.1 is led to what is published there. */
  | 'loopback'
  /** Who routes to a container reaches its ports. */
  | 'routed'
  /** A container reaches what listens on the host's loopback. */
  | 'input';

export interface Ruling {
  readonly name: string;
  readonly nat: 'iptables' | 'nftables';
  /** Before there is a network. */
  prepare(stage: Pick<DataPathStage, 'host'>): void;
  open(stage: DataPathStage, hole: Hole): void;
  shut(stage: DataPathStage, hole: Hole): Promise<unknown>;
  /** What shows that these rules are there. */
  shows(stage: DataPathStage): boolean;
}

function iptables(variant: 'nft' | 'legacy'): Ruling {
  const program = `iptables-${variant}`;
  const holes: Readonly<Record<Hole, readonly string[]>> = {
    loopback: ['-t', 'nat', '-I', 'NETPLUMB-PREROUTING', '-d', '127.0.0.1', '-j', 'NETPLUMB-br0/in'],
    routed: ['-I', 'NETPLUMB-br0/in', '-j', 'ACCEPT'],
    input: ['-I', 'INPUT', '-i', 'br0', '-j', 'ACCEPT'],
  };
  return {
    name: program,
    nat: 'iptables',
    // A rule that stands already decides which variant is used, whatever the machine is set to.
    prepare: ({ host }) => {
      for (const one of [program, `ip6tables-${variant}`])
        host.run(one, '-A', 'OUTPUT', '-o', 'nowhere', '-j', 'ACCEPT');
    },
    open: ({ host }, hole) => host.run(program, ...holes[hole]),
    shut: async ({ host }, hole) =>
      host.run(program, ...holes[hole].map((word) => (word === '-I' ? '-D' : word))),
    shows: ({ host }) => host.run(`${program}-save`).includes('NETPLUMB-br0'),
  };
}

const nftables: Ruling = {
  name: 'nftables',
  nat: 'nftables',
  prepare: () => {},
  open: ({ host }, hole) => {
    const rule = {
      loopback: ['prerouting', 'ip', 'daddr', '127.0.0.1', 'jump', 'ports4'],
      routed: ['into', 'accept'],
      input: ['input', 'iifname', 'br0', 'accept'],
    }[hole];
    host.run('nft', 'insert', 'rule', 'inet', 'netplumb', ...rule);
  },
  // A rule goes by its handle only; what is not netplumb's in its own chains is taken out.
  shut: ({ network }) => network.reconcile(),
  shows: ({ host }) =>
    host.run('nft', 'list', 'set', 'inet', 'netplumb', 'networks').includes('br0') &&
    !host.run('iptables-nft-save').includes('NETPLUMB') &&
    !host.run('iptables-legacy-save').includes('NETPLUMB'),
};

export const rulings: readonly Ruling[] = [iptables('nft'), iptables('legacy'), nftables];
