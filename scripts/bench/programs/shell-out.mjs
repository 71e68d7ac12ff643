// Containers by shelling out, as a careful user writes it: one process per step, awaited, steps joined where `ip` can do two at
// once. Driven as drive.mjs says. `remove-200` attaches first, untimed, and times `ip link del` of each.
import { bridge, drive, gateway, subnet, verb } from './drive.mjs';
import { execute, ip } from './execute.mjs';
import { readWorkList, timeEach } from './timing.mjs';

/** @param {import('./timing.mjs').Container} container */
async function attach({ name, address, prefix, hostLink }) {
  await ip(`netns add ${name}`);
  await ip(`link add ${hostLink} master ${bridge} up type veth peer name eth0 netns ${name}`);
  await ip(`-n ${name} link set lo up`);
  await ip(`-n ${name} address add ${address}/${prefix} dev eth0`);
  await ip(`-n ${name} link set eth0 up`);
  await ip(`-n ${name} route add default via ${gateway}`);
}

async function makeNetwork() {
  await ip(`link add ${bridge} type bridge`);
  await ip(`address add ${gateway}/${subnet.split('/')[1]} dev ${bridge}`);
  await ip(`link set ${bridge} up`);
  const masquerade = `-w 5 -t nat -A POSTROUTING -s ${subnet} ! -o ${bridge} -j MASQUERADE`;
  await execute('iptables', masquerade.split(' '));
  await execute('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
}

if (verb === 'remove-200') {
  const containers = readWorkList();
  for (const container of containers) await attach(container);
  await timeEach(containers, ({ hostLink }) => ip(`link del ${hostLink}`));
} else {
  const callers = Number(process.env.NETPLUMB_BENCH_CALLERS ?? 1);
  await drive({ attach, detach: ({ name }) => ip(`netns del ${name}`), makeNetwork, callers });
}
