// Single requests with the library, awaited one by one. Driven as operations.mjs says.
import { Namespace } from 'netplumb';
import { drive, target } from './operations.mjs';

const namespace = await Namespace.current();
const { addresses, links, routes } = namespace;
await drive({
  'link-add': (name) => links.add({ kind: 'bridge', name }),
  'link-set': (up) => links.set(target, { up }),
  'address-add': (address) => addresses.add({ link: target, address: `${address}/32` }),
  'route-add': (address) => routes.add({ destination: `${address}/32`, link: target }),
  'link-get': (name) => links.get(name),
  'links-list': () => links.list(),
});
namespace.close();
