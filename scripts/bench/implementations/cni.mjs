// Owns: how the CNI plugins are found and started. The work itself is in programs/cni.mjs.
import { existsSync } from 'node:fs';
import { run } from '../processes.mjs';
import { Unavailable } from './implementation.mjs';
import { CALLERS, LIFE_OF_CONTAINERS, nodeCommands, PORTS } from './programs.mjs';

const FOLDERS = ['/opt/cni/bin', '/usr/lib/cni'];
const NEEDED = ['bridge', 'host-local', 'loopback', 'portmap'];
const folder = FOLDERS.find((path) => NEEDED.every((plugin) => existsSync(`${path}/${plugin}`)));

const environment = { NETPLUMB_BENCH_CNI: folder ?? '' };

/** @type {import('./implementation.mjs').Implementation} */
export const cni = {
  name: 'cni',
  role: 'rival',
  description:
    'CNI plugins loopback, bridge and host-local, started from Node as a runtime starts them, the namespace by ip: addresses leased in files under a lock, forwarding switched on; default queues, no label',
  bridge: 'plain',
  prepare: version,
  commands: {
    ...nodeCommands('cni', [...LIFE_OF_CONTAINERS, ...CALLERS, 'story'], environment),
    ...nodeCommands('cni-ports', PORTS, environment),
  },
};

/** The plugins do not always know their own. */
async function version() {
  if (folder === undefined) {
    throw new Unavailable(
      `it needs the CNI plugins ${NEEDED.join(', ')} (Debian: containernetworking-plugins)`,
    );
  }
  const said = await run({ file: 'sh', args: ['-c', `${folder}/bridge </dev/null 2>&1; true`] });
  const [, own] = /version (\S+)/.exec(said) ?? [];
  if (own !== undefined && own !== 'unknown') return `CNI plugins ${own}`;
  const query = ['-W', '-f', '$' + '{Version}', 'containernetworking-plugins'];
  return `CNI plugins ${await run({ file: 'dpkg-query', args: query }).catch(() => 'unknown')}`;
}
