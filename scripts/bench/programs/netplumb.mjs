// Containers with the library, as its README shows it. Driven as drive.mjs says; of the work list only the names are used:
// addresses are the library's own to give. With --check it only loads the library.
import { Network } from 'netplumb';
import { bridge, drive, subnet, verb } from './drive.mjs';

/** @param {false | 'iptables'} nat */
const ensure = (nat) => Network.ensure({ name: bridge, subnets: [subnet], nat });

if (verb !== '--check') {
  /** @type {Network | undefined} */
  let network = verb === 'story' ? undefined : await ensure(false);
  const standing = () => {
    if (network === undefined) throw new Error('there is no network yet');
    return network;
  };
  await drive({
    makeNetwork: async () => {
      network = await ensure('iptables');
    },
    attach: ({ name }) => standing().attach(name),
    detach: ({ name }) => standing().detach(name),
    removeAll: () => standing().remove(),
    gone: () => standing().close(),
  });
  await standing().close();
}
