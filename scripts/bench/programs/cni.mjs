// Containers by CNI plugins, started as container runtimes start them: the runtime makes and names the namespace, then each
// plugin runs with its configuration on standard input and the rest in the environment, loopback before bridge, which runs
// host-local. Driven as drive.mjs says; addresses are host-local's to give.

import { cniPlugin } from './cni-plugin.mjs';
import { bridge, drive, gateway, subnet, verb } from './drive.mjs';
import { ip } from './execute.mjs';

const loopback = cniPlugin('loopback', { cniVersion: '1.0.0', name: 'lo', type: 'loopback' });
const plugin = cniPlugin('bridge', {
  cniVersion: '1.0.0',
  name: 'npbench',
  type: 'bridge',
  bridge,
  isGateway: true,
  ipMasq: verb === 'story',
  ipam: {
    type: 'host-local',
    ranges: [[{ subnet, gateway }]],
    routes: [{ dst: '0.0.0.0/0' }],
    dataDir: `${process.env.NETPLUMB_BENCH_FOLDER}/cni`,
  },
});

await drive({
  attach: async ({ name }) => {
    await ip(`netns add ${name}`);
    await loopback('ADD', name, 'lo');
    await plugin('ADD', name);
  },
  detach: async ({ name }) => {
    await plugin('DEL', name);
    await loopback('DEL', name, 'lo');
    await ip(`netns del ${name}`);
  },
});
