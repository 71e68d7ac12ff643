// Containers by two processes each: `ip -batch` on the host, and in the container, which has to exist before `ip` can enter it.
// All that are removed at once go in one. Driven as drive.mjs says.
import { bridge, drive, gateway } from './drive.mjs';
import { ipBatch } from './execute.mjs';

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
  detach: ({ name }) => ipBatch([`netns del ${name}`]),
  removeAll: (containers) => ipBatch(containers.map(({ name }) => `netns del ${name}`)),
});
