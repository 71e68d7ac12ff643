// Routes of both families: types, tables, scopes, metrics, several next hops.

import {
  addRoute,
  appendRoute,
  type RouteOptions,
  removeRoute,
  replaceRoute,
  setRoute,
} from '../../../src/rtnl/routes.js';
import { type Calls, calls, type Scene } from './call.js';

type Options = RouteOptions | ((veth2: number, at: Scene) => RouteOptions);

const net = '10.0.0.0/8';
const hop = '172.16.0.2';
const net6 = 'fd01::/64';
const hop6 = 'fd00::2';

/** struct rtvia of fe80::1: the family as u16, then the address. */
const viaInet6 = Uint8Array.of(10, 0, 0xfe, 0x80, ...Array<number>(13).fill(0), 1);

const added: Readonly<Record<string, Options>> = {
  '10.0.0.0/8 dev veth2': (link) => ({ destination: net, link }),
  '10.0.0.0/8 via 172.16.0.2': { destination: net, gateway: hop },
  '10.0.0.0/8 via 172.16.0.2 dev veth2': (link) => ({ destination: net, gateway: hop, link }),
  '10.0.0.1 via 172.16.0.2': { destination: '10.0.0.1', gateway: hop },
  'default via 172.16.0.2': { destination: 'default', gateway: hop },
  'default dev veth2': (link) => ({ destination: 'default', link }),
  'default via 172.16.0.2 metric 100': { destination: 'default', gateway: hop, priority: 100 },
  'unicast 10.0.0.0/8 via 172.16.0.2': { type: 'unicast', destination: net, gateway: hop },
  'blackhole 10.0.0.0/8': { type: 'blackhole', destination: net },
  'unreachable 10.0.0.0/8': { type: 'unreachable', destination: net },
  'prohibit 10.0.0.0/8': { type: 'prohibit', destination: net },
  'throw 10.0.0.0/8': { type: 'throw', destination: net },
  'local 10.0.0.1 dev veth2': (link) => ({ type: 'local', destination: '10.0.0.1', link }),
  'broadcast 10.0.0.255 dev veth2': (link) => ({ type: 'broadcast', destination: '10.0.0.255', link }),
  'multicast 239.0.0.0/8 dev veth2': (link) => ({ type: 'multicast', destination: '239.0.0.0/8', link }),
  'anycast 10.0.0.1 dev veth2': (link) => ({ type: 'anycast', destination: '10.0.0.1', link }),
  'nat 10.0.0.1 via 172.16.0.2': { type: 'nat', destination: '10.0.0.1', gateway: hop },
  'blackhole default metric 4278198272': {
    type: 'blackhole',
    destination: 'default',
    priority: 4278198272,
  },
  '10.0.0.0/8 via 172.16.0.2 table 100': { destination: net, gateway: hop, table: 100 },
  '10.0.0.0/8 via 172.16.0.2 table 1000': { destination: net, gateway: hop, table: 1000 },
  '10.0.0.0/8 via 172.16.0.2 table local': { destination: net, gateway: hop, table: 'local' },
  '10.0.0.0/8 dev veth2 src 172.16.0.1': (link) => ({
    destination: net,
    link,
    preferredSource: '172.16.0.1',
  }),
  '10.0.0.0/8 dev veth2 scope link': (link) => ({ destination: net, link, scope: 'link' }),
  '10.0.0.0/8 dev veth2 scope host': (link) => ({ destination: net, link, scope: 'host' }),
  '10.0.0.0/8 dev veth2 scope global': (link) => ({ destination: net, link, scope: 'global' }),
  '10.0.0.0/8 dev veth2 scope 200': (link) => ({ destination: net, link, scope: 200 }),
  '10.0.0.0/8 via 172.16.0.2 proto static': { destination: net, gateway: hop, protocol: 'static' },
  '10.0.0.0/8 via 172.16.0.2 proto kernel': { destination: net, gateway: hop, protocol: 'kernel' },
  '10.0.0.0/8 via 172.16.0.2 proto 99': { destination: net, gateway: hop, protocol: 99 },
  '10.0.0.0/8 tos 0x10 via 172.16.0.2': { destination: net, gateway: hop, tos: 0x10 },
  '10.0.0.0/8 via 172.16.0.2 ttl-propagate enabled': {
    destination: net,
    gateway: hop,
    ttlPropagate: true,
  },
  '10.0.0.0/8 via 172.16.0.2 realms 1/2': { destination: net, gateway: hop, flow: 0x1_0002 },
  '10.0.0.0/8 via 172.16.0.2 dev veth2 onlink': (link) => ({
    destination: net,
    gateway: hop,
    link,
    flags: ['onLink'],
  }),
  '10.0.0.0/8 via inet6 fe80::1 dev veth2': (link) => ({ destination: net, via: viaInet6, link }),
  '10.0.0.0/8 nhid 7': { destination: net, nextHopId: 7 },
  '10.0.0.0/8 nexthop via 172.16.0.2 dev veth2 weight 1 nexthop via 172.16.0.3 dev veth2 weight 5': (
    index,
  ) => ({
    destination: net,
    multipath: [
      { index, hops: 0, gateway: hop },
      { index, hops: 4, gateway: '172.16.0.3' },
    ],
  }),
  '10.0.0.0/8 nexthop via 172.16.0.2 nexthop dev veth2': (index) => ({
    destination: net,
    multipath: [{ gateway: hop }, { index }],
  }),
  '10.0.0.0/8 nexthop via 172.16.0.2 dev veth2 onlink nexthop via inet6 fe80::1 dev veth2 weight 256': (
    index,
  ) => ({
    destination: net,
    multipath: [
      { index, gateway: hop, flags: ['onLink'] },
      { index, via: viaInet6, hops: 255 },
    ],
  }),
  '10.0.0.0/8 proto static metric 5 nexthop via 172.16.0.2 realms 3 nexthop via 172.16.0.3': {
    destination: net,
    protocol: 'static',
    priority: 5,
    multipath: [{ gateway: hop, flow: 3 }, { gateway: '172.16.0.3' }],
  },
  '10.0.0.0/8 via 172.16.0.2 dev veth2 src 172.16.0.1 proto static metric 7 table 100 mtu 1400': (link) => ({
    destination: net,
    gateway: hop,
    link,
    preferredSource: '172.16.0.1',
    protocol: 'static',
    priority: 7,
    table: 100,
    metrics: { mtu: 1400 },
  }),
};

const metrics: Readonly<Record<string, NonNullable<RouteOptions['metrics']>>> = {
  'mtu 1400': { mtu: 1400 },
  'mtu lock 1400': { mtu: 1400, lock: ['mtu'] },
  'advmss 1360': { advMss: 1360 },
  'rtt 100ms': { rtt: 100 * 8 },
  'rttvar 50ms': { rttVar: 50 * 4 },
  'reordering 5': { reordering: 5 },
  'window 65535': { window: 65535 },
  'cwnd lock 10': { cwnd: 10, lock: ['cwnd'] },
  'initcwnd 20': { initCwnd: 20 },
  'initrwnd 30': { initRwnd: 30 },
  'ssthresh 40': { ssthresh: 40 },
  // ip locks this one by itself: the kernel would not use it otherwise.
  'rto_min 200ms': { rtoMin: 200, lock: ['rtoMin'] },
  'hoplimit 32': { hopLimit: 32 },
  'quickack 1': { quickAck: 1 },
  'fastopen_no_cookie 1': { fastOpenNoCookie: 1 },
  'features ecn': { features: ['ecn'] },
  'congctl cubic': { congestionControl: 'cubic' },
  'congctl lock reno': { congestionControl: 'reno', lock: ['congestionControl'] },
  'mtu lock 1400 advmss 1360 hoplimit 32 initcwnd 20': {
    mtu: 1400,
    lock: ['mtu'],
    advMss: 1360,
    hopLimit: 32,
    initCwnd: 20,
  },
};

const addedV6: Readonly<Record<string, Options>> = {
  'fd01::/64 dev veth2': (link) => ({ destination: net6, link }),
  'fd01::/64 via fd00::2': { destination: net6, gateway: hop6 },
  'fd01::/64 via fd00::2 dev veth2 onlink': (link) => ({
    destination: net6,
    gateway: hop6,
    link,
    flags: ['onLink'],
  }),
  'fd01::1 dev veth2': (link) => ({ destination: 'fd01::1', link }),
  'default via fe80::1 dev veth2': (link) => ({ destination: 'default', gateway: 'fe80::1', link }),
  'default via fd00::2 metric 512': { destination: 'default', gateway: hop6, priority: 512 },
  'blackhole fd01::/64': { type: 'blackhole', destination: net6 },
  'unreachable fd01::/64': { type: 'unreachable', destination: net6 },
  'prohibit fd01::/64': { type: 'prohibit', destination: net6 },
  'throw fd01::/64': { type: 'throw', destination: net6 },
  'local fd01::1 dev lo': (_, at) => ({ type: 'local', destination: 'fd01::1', link: at.link('lo') }),
  'anycast fd01::1 dev veth2': (link) => ({ type: 'anycast', destination: 'fd01::1', link }),
  'multicast ff05::/16 dev veth2': (link) => ({ type: 'multicast', destination: 'ff05::/16', link }),
  'fd01::/64 via fd00::2 pref high': { destination: net6, gateway: hop6, preference: 'high' },
  'fd01::/64 via fd00::2 pref low': { destination: net6, gateway: hop6, preference: 'low' },
  'fd01::/64 via fd00::2 pref medium': { destination: net6, gateway: hop6, preference: 'medium' },
  'fd01::/64 via fd00::2 expires 600': { destination: net6, gateway: hop6, expires: 600 },
  'fd01::/64 via fd00::2 src fd00::1': { destination: net6, gateway: hop6, preferredSource: 'fd00::1' },
  'fd01::/64 from fd02::/64 via fd00::2': { destination: net6, source: 'fd02::/64', gateway: hop6 },
  'fd01::/64 via fd00::2 table 100 proto static': {
    destination: net6,
    gateway: hop6,
    table: 100,
    protocol: 'static',
  },
  'fd01::/64 via fd00::2 mtu 1400 hoplimit 32': {
    destination: net6,
    gateway: hop6,
    metrics: { mtu: 1400, hopLimit: 32 },
  },
  'fd01::/64 nexthop via fd00::2 dev veth2 weight 1 nexthop via fd00::3 dev veth2 weight 5': (index) => ({
    destination: net6,
    multipath: [
      { index, hops: 0, gateway: hop6 },
      { index, hops: 4, gateway: 'fd00::3' },
    ],
  }),
};

const removed: Readonly<Record<string, Options>> = {
  default: { destination: 'default' },
  'default via 172.16.0.2': { destination: 'default', gateway: hop },
  '10.9.0.0/16 table 100': { destination: '10.9.0.0/16', table: 100 },
  '10.0.0.0/8 via 172.16.0.2 dev veth2 metric 7 proto static': (link) => ({
    destination: net,
    gateway: hop,
    link,
    priority: 7,
    protocol: 'static',
  }),
  'blackhole 10.0.0.0/8': { type: 'blackhole', destination: net },
};

const removedV6: Readonly<Record<string, Options>> = {
  'default via fd00::2': { destination: 'default', gateway: hop6 },
  'fd01::/64 dev veth2 metric 256': (link) => ({ destination: net6, link, priority: 256 }),
};

const given = (options: Options, at: Scene) =>
  typeof options === 'function' ? options(at.link('veth2'), at) : options;

export const routeCalls: Calls = {
  ...calls('ip route add', added, (options, at) => addRoute(given(options, at))),
  ...calls('ip route add 10.0.0.0/8 via 172.16.0.2', metrics, (value) =>
    addRoute({ destination: net, gateway: hop, metrics: value }),
  ),
  ...calls('ip -6 route add', addedV6, (options, at) => addRoute(given(options, at))),
  ...calls('ip route del', removed, (options, at) => removeRoute(given(options, at))),
  ...calls('ip -6 route del', removedV6, (options, at) => removeRoute(given(options, at))),
  'ip route replace 10.0.0.0/8 via 172.16.0.2': () => replaceRoute({ destination: net, gateway: hop }),
  'ip -6 route replace fd01::/64 via fd00::2': () => replaceRoute({ destination: net6, gateway: hop6 }),
  'ip route replace default via 172.16.0.3': () =>
    replaceRoute({ destination: 'default', gateway: '172.16.0.3' }),
  'ip route change 10.0.0.0/8 via 172.16.0.2': () => setRoute({ destination: net, gateway: hop }),
  'ip -6 route change fd01::/64 via fd00::2': () => setRoute({ destination: net6, gateway: hop6 }),
  'ip route append 10.0.0.0/8 via 172.16.0.2': () => appendRoute({ destination: net, gateway: hop }),
  'ip -6 route append fd01::/64 via fd00::2': () => appendRoute({ destination: net6, gateway: hop6 }),
};
