// Ports with the library. Driven as ports.mjs says. NETPLUMB_BENCH_NAT says by which means. A container has at most 256 ports and ranges, so
// more are shared out among several.
import { Network } from 'netplumb';
import { drive } from './ports.mjs';

const SHARE = 250;
const [verb = '', bridge = '', , subnet = '', n = '1'] = process.argv.slice(2);
const nat = /** @type {'iptables'} */ (process.env.NETPLUMB_BENCH_NAT);
const network = await Network.ensure({ name: bridge, subnets: [subnet], nat });
/** @type {string[]} */
const names = [];
const first = () => names[0] ?? '';

await drive({
  prepare: async ({ name }) => {
    const containers = verb === 'publish-many' ? Math.ceil(Number(n) / SHARE) : 1;
    for (let i = 0; i < containers; i++) {
      names.push(i === 0 ? name : `${name}-${i}`);
      await network.attach(names[i] ?? '');
    }
    // What follows the first port finds its chains there, as any port but a host's first does.
    await network.publish(first(), { hostPort: 19_999, containerPort: 19_999 });
  },
  publish: (ports) =>
    Promise.all(
      Array.from({ length: Math.ceil(ports.length / SHARE) }, (_, i) =>
        network.publish(names[i] ?? '', ports.slice(i * SHARE, (i + 1) * SHARE)),
      ),
    ),
  unpublish: (ports) =>
    network.unpublish(
      first(),
      ports.map(({ hostPort }) => ({ hostPort })),
    ),
  publishRange: (range) => network.publish(first(), range),
  close: () => network.close(),
});
