// A cold attach with the library, as its README shows it. Arguments: BRIDGE SUBNET; the work list on standard
// input, of which only the names are used: addresses are the library's own to give. With --check it only
// loads the library.
import { Network } from 'netplumb';
import { readWorkList, timeEach } from './timing.mjs';

const [bridge = '', subnet = ''] = process.argv.slice(2);

if (bridge !== '--check') {
  const network = await Network.ensure({ name: bridge, subnets: [subnet], nat: false });
  await timeEach(readWorkList(), ({ name }) => network.attach(name));
  await network.close();
}
