// A cold attach by shelling out, as a careful user writes it: one process per step, awaited, steps joined
// where `ip` can do two at once. Arguments: BRIDGE GATEWAY; the work list on standard input. With `remove` behind them it attaches
// first, untimed, and times `ip link del` of each.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readWorkList, timeEach } from './timing.mjs';

const execute = promisify(execFile);
const [bridge = '', gateway = '', how] = process.argv.slice(2);

/** @param {string} line */
const ip = (line) => execute('ip', line.split(' '));

/** @param {ReturnType<typeof readWorkList>[number]} container */
async function attach({ name, address, prefix, hostLink }) {
  await ip(`netns add ${name}`);
  await ip(`link add ${hostLink} type veth peer name npbenchpeer`);
  await ip(`link set npbenchpeer netns ${name} name eth0`);
  await ip(`link set ${hostLink} master ${bridge} up`);
  await ip(`-n ${name} link set lo up`);
  await ip(`-n ${name} address add ${address}/${prefix} dev eth0`);
  await ip(`-n ${name} link set eth0 up`);
  await ip(`-n ${name} route add default via ${gateway}`);
}

const containers = readWorkList();
if (how === 'remove') {
  for (const container of containers) await attach(container);
  await timeEach(containers, ({ hostLink }) => ip(`link del ${hostLink}`));
} else {
  await timeEach(containers, attach);
}
