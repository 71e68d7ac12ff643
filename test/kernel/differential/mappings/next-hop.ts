// `ip -j -d nexthop`.

import type { Row } from '../mapping.js';

const memberRows: readonly Row[] = [
  ['id', 'id'],
  ['weight', 'weight', 'memberWeight'],
];

export const nextHopRows: readonly Row[] = [
  ['id', 'id'],
  ['group', 'group', memberRows],
  ['type', 'groupType', 'groupType'],
  ['gateway', 'gateway'],
  ['dev', 'outputLink', 'linkName'],
  ['blackhole', 'blackhole', 'nullWhenTrue'],
  ['fdb', 'fdb', 'nullWhenTrue'],
  ['scope', 'scope', 'scopeUnlessGlobal'],
  ['protocol', 'protocol', 'protocolText'],
  ['flags', 'flags', 'routeFlags'],
  ['resilient_args.buckets', 'resilient.buckets'],
  ['resilient_args.idle_timer', 'resilient.idleTimer', 'hundredths'],
  ['resilient_args.unbalanced_timer', 'resilient.unbalancedTimer', 'hundredths'],
  ['resilient_args.unbalanced_time', 'resilient.unbalancedTime', 'hundredths'],
];
