// Addresses of both families, on veth2 where nothing else is said.

import {
  type AddressOptions,
  addAddress,
  removeAddress,
  replaceAddress,
} from '../../../src/rtnl/addresses.js';
import type { Call, Calls } from './call.js';

type Options = Omit<AddressOptions, 'link' | 'address'>;

const forever = 0xffff_ffff;
const v4 = '172.16.1.1/24';
const v6 = 'fd00::2/64';

// `ip address add ADDRESS dev veth2 OPTIONS`, as [ADDRESS, OPTIONS, ours].
const added: readonly (readonly [address: string, words: string, options: Options])[] = [
  [v4, '', {}],
  ['172.16.1.1', '', {}],
  ['172.16.1.1/32', '', {}],
  [v4, 'broadcast 172.16.1.255', { broadcast: '172.16.1.255' }],
  [v4, 'broadcast +', { broadcast: '172.16.1.255' }],
  [v4, 'broadcast -', { broadcast: '172.16.1.0' }],
  [v4, 'label veth2:web', { label: 'veth2:web' }],
  ['172.16.1.1', 'peer 172.16.1.2', { peer: '172.16.1.2' }],
  ['172.16.1.1', 'peer 172.16.1.2/24', { peer: '172.16.1.2/24' }],
  [v4, 'scope host', { scope: 'host' }],
  [v4, 'scope link', { scope: 'link' }],
  [v4, 'scope global', { scope: 'global' }],
  [v4, 'scope 200', { scope: 'site' }],
  [v4, 'valid_lft 3600 preferred_lft 1800', { cacheInfo: { valid: 3600, preferred: 1800 } }],
  [v4, 'valid_lft forever preferred_lft 1800', { cacheInfo: { preferred: 1800 } }],
  [v4, 'valid_lft forever preferred_lft forever', { cacheInfo: { valid: forever, preferred: forever } }],
  [v4, 'noprefixroute', { flags: ['noPrefixRoute'] }],
  ['224.1.1.1/24', 'autojoin', { flags: ['multicastAutoJoin'] }],
  [v4, 'metric 50', { routePriority: 50 }],
  [
    v4,
    'broadcast + label veth2:1 scope link noprefixroute metric 7',
    {
      broadcast: '172.16.1.255',
      label: 'veth2:1',
      scope: 'link',
      flags: ['noPrefixRoute'],
      routePriority: 7,
    },
  ],
  [v6, '', {}],
  ['fd00::2', '', {}],
  [v6, 'nodad', { flags: ['noDad'] }],
  [v6, 'home', { flags: ['homeAddress'] }],
  [v6, 'optimistic', { flags: ['optimistic'] }],
  [v6, 'mngtmpaddr', { flags: ['manageTempAddress'] }],
  [v6, 'noprefixroute', { flags: ['noPrefixRoute'] }],
  [v6, 'nodad noprefixroute', { flags: ['noDad', 'noPrefixRoute'] }],
  [v6, 'scope link', { scope: 'link' }],
  [v6, 'scope host', { scope: 'host' }],
  ['fe80::2/64', '', {}],
  ['fd00::2', 'peer fd00::3', { peer: 'fd00::3' }],
  ['fd00::2', 'peer fd00::3/64', { peer: 'fd00::3/64' }],
  [v6, 'valid_lft 3600 preferred_lft 1800', { cacheInfo: { valid: 3600, preferred: 1800 } }],
  [v6, 'preferred_lft 0', { cacheInfo: { preferred: 0 } }],
  [v6, 'metric 50', { routePriority: 50 }],
  ['::ffff:172.16.1.1/128', '', {}],
];

export const addressCalls: Calls = {
  ...Object.fromEntries(
    added.map(([address, words, options]): [string, Call] => [
      `ip address add ${address} dev veth2 ${words}`.trimEnd(),
      (at) => addAddress({ link: at.link('veth2'), address, ...options }),
    ]),
  ),
  'ip address add 127.0.0.2/8 dev lo': (at) =>
    addAddress({ link: at.link('lo'), address: '127.0.0.2/8', scope: 'host' }),
  'ip address replace 172.16.1.1/24 dev veth2': (at) =>
    replaceAddress({ link: at.link('veth2'), address: v4 }),
  'ip address replace fd00::2/64 dev veth2 valid_lft 100 preferred_lft 50': (at) =>
    replaceAddress({ link: at.link('veth2'), address: v6, cacheInfo: { valid: 100, preferred: 50 } }),
  'ip address del 172.16.0.1/24 dev veth2': (at) =>
    removeAddress({ link: at.link('veth2'), address: '172.16.0.1/24' }),
  'ip address del 172.16.1.1/24 dev veth2 label veth2:web': (at) =>
    removeAddress({ link: at.link('veth2'), address: v4, label: 'veth2:web' }),
  'ip address del 172.16.1.1 peer 172.16.1.2 dev veth2': (at) =>
    removeAddress({ link: at.link('veth2'), address: '172.16.1.1', peer: '172.16.1.2' }),
  'ip address del fd00::1/64 dev veth2': (at) =>
    removeAddress({ link: at.link('veth2'), address: 'fd00::1/64' }),
};
