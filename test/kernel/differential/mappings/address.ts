// `ip -j -d address`, the entries of addr_info.

import type { Row } from '../mapping.js';

export const addressRows: readonly Row[] = [
  ['ifname', 'index', 'linkName'],
  ['family', 'family'],
  ['local', '', 'localAddress'],
  ['address', '', 'peerAddress'],
  ['prefixlen', 'prefixLength'],
  ['metric', 'routePriority', 'nonZero'],
  ['broadcast', 'broadcast'],
  ['anycast', 'anycast'],
  ['scope', 'scope', 'text'],
  ['secondary', '', 'secondary'],
  ['temporary', '', 'temporary'],
  ['tentative', '', 'tentative'],
  ['deprecated', '', 'deprecated'],
  ['home', '', 'homeAddress'],
  ['nodad', '', 'noDad'],
  ['mngtmpaddr', '', 'manageTempAddress'],
  ['noprefixroute', '', 'noPrefixRoute'],
  ['autojoin', '', 'multicastAutoJoin'],
  ['optimistic', '', 'optimistic'],
  ['dadfailed', '', 'dadFailed'],
  ['stable-privacy', '', 'stablePrivacy'],
  ['dynamic', '', 'dynamic'],
  ['label', 'label'],
  ['valid_life_time', '', 'validLifetime'],
  ['preferred_life_time', '', 'preferredLifetime'],
];
