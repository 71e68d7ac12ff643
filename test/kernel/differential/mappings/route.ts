// `ip -j -d route`.

import type { Row } from '../mapping.js';

const metricRows: readonly Row[] = [
  ['mtu', 'mtu', 'metric'],
  ['window', 'window', 'metric'],
  ['rtt', 'rtt', 'eighths'],
  ['rttvar', 'rttVar', 'quarters'],
  ['ssthresh', 'ssthresh', 'metric'],
  ['cwnd', 'cwnd', 'metric'],
  ['advmss', 'advMss', 'metric'],
  ['reordering', 'reordering', 'metric'],
  ['hoplimit', 'hopLimit', 'metric'],
  ['initcwnd', 'initCwnd', 'metric'],
  ['ecn', 'features', 'ecn'],
  ['rto_min', 'rtoMin', 'metric'],
  ['initrwnd', 'initRwnd', 'metric'],
  ['quickack', 'quickAck', 'metric'],
  ['congestion', 'congestionControl'],
  ['fastopen_no_cookie', 'fastOpenNoCookie', 'metric'],
];

const hopRows: readonly Row[] = [
  ['gateway', 'gateway'],
  ['dev', 'index', 'linkName'],
  ['weight', 'hops', 'weight'],
  ['flags', 'flags', 'routeFlags'],
];

export const routeRows: readonly Row[] = [
  ['type', 'type'],
  ['dst', '', 'destination'],
  ['from', '', 'source'],
  ['tos', 'tos', 'tos'],
  ['nhid', 'nextHopId'],
  ['gateway', 'gateway'],
  ['dev', 'outputLink', 'linkName'],
  ['table', 'table', 'text'],
  ['protocol', 'protocol', 'text'],
  ['scope', 'scope', 'text'],
  ['prefsrc', 'preferredSource'],
  ['metric', 'priority'],
  ['flow.from', 'flow', 'realmFrom'],
  ['flow.to', 'flow', 'realmTo'],
  ['flags', 'flags', 'routeFlags'],
  ['metrics', 'metrics', metricRows],
  ['nexthops', 'multipath', hopRows],
  ['pref', 'preference'],
  ['expires', 'cacheInfo.expires', 'clockSeconds'],
  ['users', 'cacheInfo.references', 'nonZero'],
  ['age', 'cacheInfo.lastUse', 'clockSeconds'],
  ['used', 'cacheInfo.used', 'nonZero'],
  ['error', 'cacheInfo.error', 'nonZero'],
];
