// Gets and dumps.

import { listAddresses } from '../../../src/rtnl/addresses.js';
import { getLink, listLinks } from '../../../src/rtnl/link-requests.js';
import { listRoutes, type RouteFilter } from '../../../src/rtnl/routes.js';
import { type Calls, calls } from './call.js';

// `ip route show` means IPv4 and the main table unless it is told otherwise.
const shown: Readonly<Record<string, RouteFilter>> = {
  'table 100': { table: 100 },
  'table 1000': { table: 1000 },
  'proto kernel': { table: 'main', protocol: 'kernel' },
};

export const readCalls: Calls = {
  'ip link show dev br0': () => getLink('br0'),
  'ip link show': () => listLinks(),
  'ip -d link show dev veth2': () => getLink('veth2'),
  'ip link show type bridge': () => listLinks({ kind: 'bridge' }),
  'ip link show master br0': (at) => listLinks({ master: at.link('br0') }),
  'ip address show': () => listAddresses(),
  'ip address show dev veth2': (at) => listAddresses({ link: at.link('veth2') }),
  'ip -4 address show': () => listAddresses({ family: 'inet' }),
  'ip -6 address show': () => listAddresses({ family: 'inet6' }),
  'ip route show': () => listRoutes({ family: 'inet', table: 'main' }),
  'ip -6 route show': () => listRoutes({ family: 'inet6', table: 'main' }),
  'ip route show table all': () => listRoutes(),
  'ip route show dev veth2': (at) => listRoutes({ family: 'inet', table: 'main', link: at.link('veth2') }),
  ...calls('ip route show', shown, (filter) => listRoutes({ family: 'inet', ...filter })),
};
