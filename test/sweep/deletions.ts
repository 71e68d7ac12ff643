// What somebody else takes away from under netplumb, with iproute2.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { first, type Stage } from './operations.js';

/** As a shell line inside the host's namespace; `$1` is the container's name. It fails where there is nothing to delete. */
const lines = {
  bridge: 'ip link del br0',
  'container’s link': 'ip link del "np1:br0:c:$1"',
  'container’s namespace': 'ip netns del "$1"',
  'container’s address': 'ip -n "$1" address del 10.9.0.2/24 dev eth0',
  'bridge’s address': 'ip address del 10.9.0.1/24 dev br0',
  'container’s claim': 'ip link property del dev "np1:br0:c:$1" altname "np1:br0:c:$1"',
  'claim of an address': 'ip link property del dev np1:br0:10.9.0.2 altname np1:br0:10.9.0.2',
} as const;

export type Deletion = keyof typeof lines;

export const deletions = Object.keys(lines) as readonly Deletion[];

/** @returns whether there was something to delete */
export async function remove(what: Deletion, stage: Stage): Promise<boolean> {
  const words = [`--net=${stage.host.path}`, 'sh', '-c', lines[what], 'sh', first(stage)];
  const [code] = (await once(spawn('nsenter', words, { stdio: 'ignore' }), 'close')) as [number | null];
  return code === 0;
}

/** With the link goes all that says whose the namespace is, so its name is for whoever deleted the link to remove. */
export async function tidyAfter(what: Deletion, stage: Stage): Promise<void> {
  if (what === 'container’s link') await remove('container’s namespace', stage);
}
