// Containers with the library, as its README shows it. Driven as drive.mjs says; of the work list only the names are used:
// addresses are the library's own to give. With --check it only loads the library.
import { Network } from 'netplumb';
import { bridge, drive, subnet, verb } from './drive.mjs';

if (verb !== '--check') {
  const network = await Network.ensure({ name: bridge, subnets: [subnet], nat: false });
  await drive({
    attach: ({ name }) => network.attach(name),
    detach: ({ name }) => network.detach(name),
    removeAll: () => network.remove(),
    gone: () => network.close(),
  });
  await network.close();
}
