// veth pairs: the peer is a whole link message inside the other's.

import type { LinkOptions, PeerOptions } from '../../../src/rtnl/link-options.js';
import { addLink } from '../../../src/rtnl/link-requests.js';
import type { NamespaceTarget } from '../../../src/rtnl/references.js';
import type { Calls } from './call.js';

const oneQueue = { numTxQueues: 1, numRxQueues: 1 };
const address = '02:00:00:00:00:02';

const pair = (peer: PeerOptions, link: LinkOptions & { readonly index?: number } = {}) =>
  addLink({ kind: 'veth', name: 'veth0', ...link, peer: { name: 'veth1', ...peer } });
const inOther = (other: NamespaceTarget): PeerOptions => ({ name: 'eth0', namespace: other });

export const vethCalls: Calls = {
  'ip link add veth0 type veth': () => addLink({ kind: 'veth', name: 'veth0' }),
  'ip link add type veth': () => addLink({ kind: 'veth' }),
  'ip link add veth0 type veth peer name veth1': () => pair({}),
  'ip link add veth0 up type veth peer name veth1': () => pair({}, { up: true }),
  'ip link add veth0 mtu 1400 address 02:00:00:00:00:01 type veth peer name veth1': () =>
    pair({}, { mtu: 1400, address: '02:00:00:00:00:01' }),
  'ip link add veth0 type veth peer name veth1 mtu 1400': () => pair({ mtu: 1400 }),
  'ip link add veth0 type veth peer name veth1 address 02:00:00:00:00:02': () => pair({ address }),
  'ip link add veth0 type veth peer name veth1 address 02:00:00:00:00:02 mtu 1400 txqueuelen 500': () =>
    pair({ address, mtu: 1400, txQueueLength: 500 }),
  'ip link add veth0 index 10 type veth peer name veth1 index 11': () => pair({ index: 11 }, { index: 10 }),
  'ip link add veth0 numtxqueues 1 numrxqueues 1 type veth peer name veth1 numtxqueues 1 numrxqueues 1': () =>
    pair(oneQueue, oneQueue),
  'ip link add veth0 numtxqueues 2 type veth peer name veth1': () => pair({}, { numTxQueues: 2 }),
  'ip link add veth0 type veth peer name veth1 numrxqueues 2': () => pair({ numRxQueues: 2 }),
  'ip link add veth0 type veth peer name eth0 netns other': ({ other }) => pair(inOther(other)),
  'ip link add veth0 type veth peer name eth0 netns 1': () => pair({ name: 'eth0', netNsPid: 1 }),
  'ip link add veth0 netns other type veth peer name veth1': ({ other }) => pair({}, { namespace: other }),
  'ip link add veth0 txqueuelen 500 type veth peer name veth1': () => pair({}, { txQueueLength: 500 }),
  'ip link add veth0 master lo type veth peer name eth0 netns other': (at) =>
    pair(inOther(at.other), { master: at.link('lo') }),
};
