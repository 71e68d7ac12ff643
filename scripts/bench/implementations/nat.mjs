// Owns: how the ways to publish ports are found and started: the library by its other means, iptables, nft and libnftables. The work itself is in
// programs/*-ports.mjs.
import { run } from '../processes.mjs';
import { BUILD, makeBuildFolder } from './build.mjs';
import { Unavailable, versionOf } from './implementation.mjs';
import { nodeCommands, PORTS, programCommands, programPath } from './programs.mjs';

/** @typedef {import('./implementation.mjs').Implementation} Implementation */

const rival = /** @type {const} */ ({ role: 'rival', bridge: 'plain' });
const iptablesVersion = () =>
  versionOf({ file: 'iptables', args: ['--version'] }, 'it needs iptables (Debian: iptables)');

/** @type {Implementation} */
export const netplumbNftables = {
  name: 'netplumb-nftables',
  role: 'ours',
  bridge: 'own',
  description: "Node: the library with nat: 'nftables', without a process",
  prepare: async () => {
    try {
      const check = `import { Network } from 'netplumb'; const n = await Network.ensure({ name: 'np0', subnets: ['172.31.0.0/24'], nat: 'nftables' }); await n.remove();`;
      await run({ file: 'unshare', args: ['--net', process.execPath, '--input-type=module', '-e', check] });
      return 'as netplumb';
    } catch {
      throw new Unavailable("this version of the library has no nat: 'nftables', or the kernel no nf_tables");
    }
  },
  commands: nodeCommands('netplumb-ports', PORTS, { NETPLUMB_BENCH_NAT: 'nftables' }),
};

/** @type {Implementation} */
export const iptables = {
  ...rival,
  name: 'iptables',
  description: 'Node: execFile of iptables, one process per rule; a rule per port, a shifted one for a range',
  prepare: iptablesVersion,
  commands: nodeCommands('iptables-ports', PORTS, { NETPLUMB_BENCH_IPTABLES: 'one by one' }),
};

/** @type {Implementation} */
export const iptablesRestore = {
  ...rival,
  name: 'iptables-restore',
  description: 'Node: the same rules by iptables-restore --noflush, one process per change',
  prepare: iptablesVersion,
  commands: nodeCommands('iptables-ports', PORTS, { NETPLUMB_BENCH_IPTABLES: 'restore' }),
};

/** @type {Implementation} */
export const nft = {
  ...rival,
  name: 'nft',
  description: 'Node: nft -f, one process per change; an element of a map per port, also for a range',
  prepare: () => versionOf({ file: 'nft', args: ['--version'] }, 'it needs nft (Debian: nftables)'),
  commands: nodeCommands('nft-ports', PORTS),
};

/** The program, once it was prepared. */
export const LIBNFTABLES = `${BUILD}libnftables`;

/** @type {Implementation} */
export const libnftables = {
  ...rival,
  name: 'libnftables',
  description: 'C: libnftables, the same text as nft in one process; no claims, no lock',
  prepare: async () => {
    makeBuildFolder();
    const args = [
      '-O2',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-o',
      LIBNFTABLES,
      programPath('libnftables.c'),
      '-lnftables',
    ];
    try {
      await run({ file: 'cc', args });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Unavailable(
        `it needs a C compiler and libnftables (Debian: gcc, libnftables-dev): ${reason}`,
      );
    }
    const query = ['-W', '-f', '$' + '{Version}', 'libnftables1'];
    return `libnftables ${await run({ file: 'dpkg-query', args: query }).catch(() => 'unknown')}`;
  },
  commands: programCommands([LIBNFTABLES], PORTS),
};
