// Owns: how pyroute2 is found and started. The work itself is in programs/pyroute2-peer.py.
import { versionOf } from './implementation.mjs';
import { LIFE_OF_CONTAINERS, OPERATIONS, programCommands, programPath } from './programs.mjs';
import { startCommands } from './start.mjs';

// Debian's own: another Python in the PATH does not find its packages.
const PYTHON = '/usr/bin/python3';
const PRINT_VERSION = `import sys; from importlib.metadata import version
import pyroute2; print("pyroute2 " + version("pyroute2") + ", Python " + sys.version.split()[0])`;

/** @type {import('./implementation.mjs').Implementation} */
export const pyroute2 = {
  name: 'pyroute2',
  role: 'rival',
  description:
    'Python: pyroute2, an IPRoute on the host and one in each container, one request per step; default queues, no claims, label or lock',
  bridge: 'plain',
  prepare: () =>
    versionOf({ file: PYTHON, args: ['-c', PRINT_VERSION] }, 'it needs pyroute2 (Debian: python3-pyroute2)'),
  commands: {
    ...programCommands([PYTHON, programPath('pyroute2-peer.py')], [...LIFE_OF_CONTAINERS, ...OPERATIONS]),
    ...startCommands([PYTHON, '-c', 'import pyroute2']),
  },
};
