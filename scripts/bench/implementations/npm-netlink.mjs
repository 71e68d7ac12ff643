// Owns: how the npm package netlink is found and started. The work itself is in programs/npm-netlink.mjs.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Unavailable } from './implementation.mjs';
import { nodeCommands, OPERATIONS } from './programs.mjs';
import { loadCommands } from './start.mjs';

/** @type {import('./implementation.mjs').Implementation} */
export const npmNetlink = {
  name: 'npm-netlink',
  role: 'rival',
  description:
    'Node: the package netlink, on the JavaScript thread; it has no way into another namespace, so it does single requests only',
  bridge: 'plain',
  prepare: async () => {
    try {
      const entry = createRequire(import.meta.url).resolve('netlink');
      return `netlink ${JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8')).version}`;
    } catch {
      throw new Unavailable('it needs the npm package netlink');
    }
  },
  commands: { ...nodeCommands('npm-netlink', OPERATIONS), ...loadCommands('load-npm-netlink.mjs') },
};
