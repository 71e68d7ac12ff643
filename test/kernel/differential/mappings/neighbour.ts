// `ip -j -d -s neighbour`, and `bridge -j -d -s fdb`, which are the same object.

import type { Row } from '../mapping.js';

export const neighbourRows: readonly Row[] = [
  ['dst', 'destination'],
  ['dev', 'index', 'linkName'],
  ['lladdr', 'linkAddress', 'linkAddress'],
  ['proxy', 'flags', 'proxyFlag'],
  ['router', 'flags', 'routerFlag'],
  ['extern_learn', 'flags', 'externalFlag'],
  ['offload', 'flags', 'offloadedFlag'],
  ['managed', 'extFlags', 'managedFlag'],
  ['refcnt', 'cacheInfo.references', 'nonZero'],
  ['used', 'cacheInfo.used', 'clockCount'],
  ['confirmed', 'cacheInfo.confirmed', 'clockCount'],
  ['updated', 'cacheInfo.updated', 'clockCount'],
  ['probes', 'probes'],
  ['state', 'state', 'neighbourStates'],
  ['protocol', 'protocol', 'text'],
];

export const fdbRows: readonly Row[] = [
  ['mac', 'linkAddress'],
  ['ifname', 'index', 'linkName'],
  ['dst', 'destination'],
  ['vlan', 'vlan'],
  ['port', 'port'],
  ['vni', 'vni'],
  ['src_vni', 'sourceVni'],
  ['viaIf', 'outputLink', 'linkName'],
  ['linkNetNsId', 'linkNetNsId'],
  ['nhid', 'nextHopId'],
  ['used', 'cacheInfo.used', 'clockCount'],
  ['updated', 'cacheInfo.updated', 'clockCount'],
  ['flags', 'flags', 'fdbFlags'],
  ['master', 'master', 'linkName'],
  ['state', 'state', 'fdbState'],
];
