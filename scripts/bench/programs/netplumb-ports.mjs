// Ports with the library. Driven as ports.mjs says. NETPLUMB_BENCH_NAT says by which means.
import { Network } from 'netplumb';
import { drive } from './ports.mjs';

const [, bridge = '', , subnet = ''] = process.argv.slice(2);
const nat = /** @type {'iptables'} */ (process.env.NETPLUMB_BENCH_NAT);
const network = await Network.ensure({ name: bridge, subnets: [subnet], nat });
let name = '';
await drive({
  prepare: async (container) => {
    name = container.name;
    await network.attach(name);
    // What follows the first port finds its chains there, as any port but a host's first does.
    await network.publish(name, { hostPort: 19_999, containerPort: 19_999 });
  },
  publish: (ports) => network.publish(name, ports),
  unpublish: (ports) =>
    network.unpublish(
      name,
      ports.map(({ hostPort }) => ({ hostPort })),
    ),
  publishRange: (range) => network.publish(name, range),
  close: () => network.close(),
});
