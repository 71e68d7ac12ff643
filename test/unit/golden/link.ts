// Changing, naming and removing links.

import type { LinkSet } from '../../../src/rtnl/link-options.js';
import {
  addAltNames,
  removeAltNames,
  removeLink,
  removeLinkGroup,
  setLink,
  setLinkGroup,
} from '../../../src/rtnl/link-requests.js';
import { type Calls, calls, type Scene } from './call.js';

const settings: Readonly<Record<string, LinkSet | ((at: Scene) => LinkSet)>> = {
  up: { up: true },
  down: { up: false },
  'mtu 1400': { mtu: 1400 },
  'address 02:00:00:00:00:01': { address: '02:00:00:00:00:01' },
  'broadcast ff:ff:ff:ff:ff:fe': { broadcast: 'ff:ff:ff:ff:ff:fe' },
  'alias web': { alias: 'web' },
  "alias 'netplumb/1 network=br0 container=container1'": {
    alias: 'netplumb/1 network=br0 container=container1',
  },
  "alias ''": { alias: '' },
  'name renamed0': { name: 'renamed0' },
  'master br0': (at) => ({ master: at.link('br0') }),
  nomaster: { master: 0 },
  'group 7': { group: 7 },
  'group default': { group: 0 },
  'txqueuelen 500': { txQueueLength: 500 },
  'netns other': ({ other }) => ({ namespace: other }),
  'netns 1': { netNsPid: 1 },
  'link-netnsid 0': { linkNetNsId: 0 },
  'addrgenmode none': { afSpec: { inet6: { addressGenerationMode: 'none' } } },
  'addrgenmode eui64': { afSpec: { inet6: { addressGenerationMode: 'eui64' } } },
  'addrgenmode stable_secret': { afSpec: { inet6: { addressGenerationMode: 'stablePrivacy' } } },
  'addrgenmode random': { afSpec: { inet6: { addressGenerationMode: 'random' } } },
  'promisc on': { promiscuous: true },
  'promisc off': { promiscuous: false },
  'multicast on': { multicast: true },
  'multicast off': { multicast: false },
  'arp on': { arp: true },
  'arp off': { arp: false },
  'allmulticast on': { allMulticast: true },
  'allmulticast off': { allMulticast: false },
  'dynamic on': { dynamic: true },
  'dynamic off': { dynamic: false },
  'trailers on': { trailers: true },
  'trailers off': { trailers: false },
  'carrier off': { carrier: false },
  'carrier on': { carrier: true },
  'protodown on': { protoDown: true },
  'protodown off': { protoDown: false },
  'protodown_reason 3 on': { protoDownReason: { mask: 1 << 3, value: 1 << 3 } },
  'gso_max_size 32768': { gsoMaxSize: 32768 },
  'gso_max_segs 16': { gsoMaxSegs: 16 },
  'gro_max_size 32768': { groMaxSize: 32768 },
  'xdp off': { xdp: { fd: -1, flags: ['updateIfNoExist'] } },
  'up mtu 1400 master br0': (at) => ({ up: true, mtu: 1400, master: at.link('br0') }),
  'down name eth0 netns other': ({ other }) => ({ up: false, name: 'eth0', namespace: other }),
};

const claims = ['np1:br0:172.16.0.2', 'np1:br0:c:container1'];

export const linkCalls: Calls = {
  ...calls('ip link set veth2', settings, (setting, at) =>
    setLink(at.link('veth2'), typeof setting === 'function' ? setting(at) : setting),
  ),
  'ip link set group 7 mtu 1400': () => setLinkGroup(7, { mtu: 1400 }),
  'ip link set lo up': (at) => setLink(at.link('lo'), { up: true }),
  'ip link property add dev br0 altname web': (at) => addAltNames(at.link('br0'), ['web']),
  'ip link property add dev br0 altname one altname two': (at) => addAltNames(at.link('br0'), ['one', 'two']),
  'ip link property add dev veth0 altname np1:br0:172.16.0.2 altname np1:br0:c:container1': (at) =>
    addAltNames(at.link('veth0'), claims),
  'ip link property del dev br0 altname web': (at) => removeAltNames(at.link('br0'), ['web']),
  'ip link property del dev br0 altname one altname two': (at) =>
    removeAltNames(at.link('br0'), ['one', 'two']),
  'ip link del br0': (at) => removeLink(at.link('br0')),
  'ip link del group 7': () => removeLinkGroup(7),
};
