// Single requests with the library, awaited one by one, or on the calling thread where NETPLUMB_BENCH_SYNC is set. Driven as
// operations.mjs says.
import { Namespace } from 'netplumb';
import { drive, target } from './operations.mjs';

const namespace = await Namespace.current();
const { addresses, links, routes } = namespace;
const to = (/** @type {string} */ address) => ({ link: target, address: `${address}/32` });
const by = (/** @type {string} */ address) => ({ link: target, destination: `${address}/32` });
await drive(
  process.env.NETPLUMB_BENCH_SYNC === undefined
    ? {
        'link-add': (name) => links.add({ kind: 'bridge', name }),
        'link-set': (up) => links.set(target, { up }),
        'address-add': (address) => addresses.add(to(address)),
        'route-add': (address) => routes.add(by(address)),
        'link-get': (name) => links.get(name),
        'links-list': () => links.list(),
      }
    : {
        'link-add': (name) => links.addSync({ kind: 'bridge', name }),
        'link-set': (up) => links.setSync(target, { up }),
        'address-add': (address) => addresses.addSync(to(address)),
        'route-add': (address) => routes.addSync(by(address)),
        'link-get': (name) => links.getSync(name),
        'links-list': () => links.listSync(),
      },
);
namespace.close();
