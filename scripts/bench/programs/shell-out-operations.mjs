// Single requests by a process each; what is read is read as JSON. Driven as operations.mjs says.
import { ip } from './execute.mjs';
import { drive, target } from './operations.mjs';

await drive({
  'link-add': (name) => ip(`link add ${name} type bridge`),
  'link-set': (up) => ip(`link set ${target} ${up ? 'up' : 'down'}`),
  'address-add': (address) => ip(`address add ${address}/32 dev ${target}`),
  'route-add': (address) => ip(`route add ${address}/32 dev ${target}`),
  'link-get': async (name) => JSON.parse(await ip(`-j -d link show ${name}`)),
  'links-list': async () => JSON.parse(await ip('-j -d link')),
});
