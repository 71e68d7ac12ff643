// Containers by two processes each: `ip -batch` on the host, and in the container, which has to exist before `ip` can enter it.
// All that are removed at once go in one. Driven as drive.mjs says.
import { bridge, drive, gateway, subnet } from './drive.mjs';
import { execute, ipBatch } from './execute.mjs';

await drive({
  attach: async ({ name, address, prefix, hostLink }) => {
    await ipBatch([
      `netns add ${name}`,
      `link add ${hostLink} master ${bridge} up type veth peer name eth0 netns ${name}`,
    ]);
    await ipBatch(
      [
        'link set lo up',
        `address add ${address}/${prefix} dev eth0`,
        'link set eth0 up',
        `route add default via ${gateway}`,
      ],
      ['-n', name],
    );
  },
  makeNetwork: async () => {
    await ipBatch([
      `link add ${bridge} type bridge`,
      `address add ${gateway}/${subnet.split('/')[1]} dev ${bridge}`,
      `link set ${bridge} up`,
    ]);
    const input = `*nat\n-A POSTROUTING -s ${subnet} ! -o ${bridge} -j MASQUERADE\nCOMMIT\n`;
    await execute('iptables-restore', ['-w', '5', '--noflush'], { input });
    await execute('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
  },
  detach: ({ name }) => ipBatch([`netns del ${name}`]),
  removeAll: (containers) => ipBatch(containers.map(({ name }) => `netns del ${name}`)),
});
