// Owns: how netavark is found and started. The work itself is in programs/netavark.mjs.
import { existsSync } from 'node:fs';
import { Unavailable, versionOf } from './implementation.mjs';
import { CALLERS, LIFE_OF_CONTAINERS, nodeCommands } from './programs.mjs';

const PLACES = ['/usr/libexec/podman/netavark', '/usr/lib/podman/netavark'];
const program = PLACES.find((path) => existsSync(path));

const environment = { NETPLUMB_BENCH_NETAVARK: program ?? '' };

/** @type {import('./implementation.mjs').Implementation} */
export const netavark = {
  name: 'netavark',
  role: 'rival',
  description:
    'Rust: netavark, started from Node as podman starts it, the namespace by ip: it also writes NAT and firewall rules for the network, by iptables, and switches forwarding on; default queues, no label',
  bridge: 'own',
  prepare: async () => {
    if (program === undefined) throw new Unavailable('it needs netavark (Debian: netavark)');
    return versionOf({ file: program, args: ['--version'] }, 'netavark does not start');
  },
  commands: {
    ...nodeCommands('netavark', [...LIFE_OF_CONTAINERS, ...CALLERS, 'story'], environment),
    ...nodeCommands('netavark-ports', ['publish-many', 'publish-range'], environment),
  },
};
