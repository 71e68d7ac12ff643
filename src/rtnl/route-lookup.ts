// Which route a packet would take: what `ip route get` asks, as a request.

import { integer, readOptions } from '../options.js';
import type { RouteIpProto, RouteObject, RouteRequest } from './attributes.generated.js';
import { first, type Operation, request } from './operation.js';
import { familyOf } from './prefix.js';
import { checkLink, type LinkReference } from './references.js';

/** A packet that is to be sent, or that came in. What is left out is not looked at. */
export interface RouteLookup {
  /** `ip route get ADDRESS` */
  readonly destination: string;
  /** `from ADDRESS` */
  readonly source?: string;
  /** The link it came in by; `source` must be given with it. `iif NAME` */
  readonly inputLink?: LinkReference;
  /** The link it must leave by. `oif NAME` */
  readonly outputLink?: LinkReference;
  /** `mark NUMBER` */
  readonly mark?: number;
  /** `tos NUMBER` */
  readonly tos?: number;
  /** The user whose socket sends it. `uid NUMBER` */
  readonly uid?: number;
  /** `ipproto PROTOCOL` */
  readonly ipProto?: RouteIpProto | number;
  /** `sport PORT` */
  readonly sourcePort?: number;
  /** `dport PORT` */
  readonly destinationPort?: number;
  /** Answers with the route as it stands in its table, instead of what it comes to. `fibmatch` */
  readonly fibMatch?: boolean;
}

const passed = (value: unknown) => value;
const link = (value: unknown, option: string): LinkReference => {
  checkLink(value, option);
  return value;
};
const u32 = integer(0, 0xffff_ffff);
const port = integer(0, 0xffff);
const address = (value: unknown, option: string) => {
  familyOf(value, option);
  return value as string;
};
const checks = {
  source: address,
  inputLink: link,
  outputLink: link,
  mark: u32,
  tos: integer(0, 255),
  uid: u32,
  ipProto: passed,
  sourcePort: port,
  destinationPort: port,
  fibMatch: (value: unknown, option: string) => {
    if (typeof value !== 'boolean') throw new TypeError(`${option}: must be true or false`);
    return value;
  },
};

export function getRoute(lookup: RouteLookup): Operation<RouteObject> {
  const read = readOptions('route.get', lookup, { destination: address }, checks);
  const { destination, source, fibMatch, ...rest } = read;
  const family = familyOf(destination, 'route.get: destination');
  if (source !== undefined && familyOf(source, 'route.get: source') !== family)
    throw new RangeError(`route.get: source: ${source} is not of the destination's family`);
  const bits = family === 'inet' ? 32 : 128;
  // Has IPv4 name the table; IPv6 does so unasked, and refuses to be asked where it checks strictly.
  const table = family === 'inet' ? (['lookupTable'] as const) : [];
  const flags: RouteRequest['flags'] = fibMatch ? [...table, 'fibMatch'] : table;
  const value = {
    family,
    destination,
    destinationLength: bits,
    flags,
    ...(source === undefined ? {} : { source, sourceLength: bits }),
    ...rest,
  };
  return request('route', 'get', destination, () => value, first<RouteObject>);
}
