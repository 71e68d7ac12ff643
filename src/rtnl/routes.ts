// Routes: what `ip route` does, as requests.

import type { RouteObject, RouteRequest } from './attributes.generated.js';
import { all, nothing, type Operation, type Performer, type Recorder, request } from './operation.js';
import { familyOf, parsePrefix } from './prefix.js';
import type { LinkReference } from './references.js';

/** A route as the kernel reports it: `destination` is absent for the default route, `destinationLength` its prefix length. */
export type Route = RouteObject;

type Passed = Omit<
  RouteRequest,
  | 'family'
  | 'destination'
  | 'destinationLength'
  | 'source'
  | 'sourceLength'
  | 'headerTable'
  | 'gateway'
  | 'outputLink'
>;

/** A route. Type, scope and protocol are chosen as `ip route` chooses them where they are not given. */
export interface RouteOptions extends Passed {
  /** 'default', or a prefix such as '10.0.0.0/8'. */
  readonly destination: string;
  /** The next router's address. `via ADDRESS` */
  readonly gateway?: string;
  /** The link it leaves by. `dev NAME` */
  readonly link?: LinkReference;
  /** Where 'default' and no gateway leave the family open. `-4`, `-6` */
  readonly family?: 'inet' | 'inet6';
}

/** Which routes to list; the kernel filters. */
export interface RouteFilter {
  readonly family?: 'inet' | 'inet6';
  readonly table?: number;
  readonly link?: LinkReference;
}

/** RT_TABLE_MAIN, linux/rtnetlink.h. */
const mainTable = 254;
const deliveredHere: readonly unknown[] = ['local', 'nat', 'broadcast', 'multicast', 'anycast'];

// iproute2's rules (ip/iproute.c): what is delivered here has host scope, what is on the link has link scope.
function scopeOf(type: unknown, hasGateway: boolean, family: string): string {
  if (family === 'inet6') return 'global';
  if (type === 'local' || type === 'nat') return 'host';
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return 'link';
  return type === 'unicast' && !hasGateway ? 'link' : 'global';
}

function value(verb: string, options: RouteOptions): Record<string, unknown> {
  const { destination, gateway, link, family, table, type = 'unicast', ...rest } = options;
  const to = destination === 'default' ? undefined : parsePrefix(destination, 'destination');
  const via = gateway === undefined ? undefined : familyOf(gateway, 'gateway');
  const chosen = family ?? to?.family ?? via ?? 'inet';
  if (to !== undefined && to.family !== chosen)
    throw new RangeError(`destination: ${destination} is not ${chosen}`);
  if (via !== undefined && via !== chosen)
    throw new RangeError(`gateway: ${gateway} is not of the destination's family`);
  const number = typeof table === 'number' ? table : undefined;
  const routed = via !== undefined || rest.multipath !== undefined || rest.nextHopId !== undefined;
  const removing = verb === 'remove';
  return {
    family: chosen,
    destinationLength: to?.length ?? 0,
    // A removal matches what it names, so it names no more than the caller did.
    ...(removing && options.type === undefined ? {} : { type }),
    protocol: removing ? 0 : 'boot',
    scope: removing && !deliveredHere.includes(type) ? 'nowhere' : scopeOf(type, routed, chosen),
    // The header holds one byte; larger tables go into the attribute (RTA_TABLE).
    headerTable: number === undefined ? mainTable : number < 256 ? number : 0,
    ...(number !== undefined && number > 255 ? { table: number } : {}),
    ...(to === undefined ? {} : { destination: to.address }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(link === undefined ? {} : { outputLink: link }),
    ...rest,
  };
}

function change(verb: 'add' | 'append' | 'replace' | 'remove', options: RouteOptions): Operation<void> {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`route.${verb}: options must be an object`);
  const checked = value(verb, options);
  return request('route', verb, String(options.destination), () => checked, nothing);
}

export const addRoute = (options: RouteOptions) => change('add', options);
export const appendRoute = (options: RouteOptions) => change('append', options);
export const replaceRoute = (options: RouteOptions) => change('replace', options);
export const removeRoute = (options: RouteOptions) => change('remove', options);

export function listRoutes(filter: RouteFilter = {}): Operation<readonly Route[]> {
  const { family, table, link } = filter;
  return request(
    'route',
    'list',
    'all',
    () => ({
      ...(family === undefined ? {} : { family }),
      ...(table === undefined ? {} : { table }),
      ...(link === undefined ? {} : { outputLink: link }),
    }),
    all<Route>,
  );
}

/** The routes of a namespace. Every verb has a `…Sync` twin that runs on the calling thread. */
export class Routes {
  readonly #at: Performer;

  constructor(at: Performer) {
    this.#at = at;
  }

  /**
   * Adds a route. `ip route add default via 172.16.0.1`
   * @throws {NetlinkError} `EEXIST` when it is there, `ENETUNREACH` when the gateway cannot be reached
   * @example await ns.routes.add({ destination: 'default', gateway: '172.16.0.1' })
   */
  add(options: RouteOptions): Promise<void> {
    return this.#at.perform(addRoute(options));
  }
  addSync(options: RouteOptions): void {
    this.#at.performSync(addRoute(options));
  }

  /** Adds it behind one to the same destination. `ip route append …` */
  append(options: RouteOptions): Promise<void> {
    return this.#at.perform(appendRoute(options));
  }
  appendSync(options: RouteOptions): void {
    this.#at.performSync(appendRoute(options));
  }

  /** Adds it in place of the one to the same destination. `ip route replace …` */
  replace(options: RouteOptions): Promise<void> {
    return this.#at.perform(replaceRoute(options));
  }
  replaceSync(options: RouteOptions): void {
    this.#at.performSync(replaceRoute(options));
  }

  /** Removes the first that has all that is named. `ip route del …`. @throws {NetlinkError} `ESRCH` when there is none */
  remove(options: RouteOptions): Promise<void> {
    return this.#at.perform(removeRoute(options));
  }
  removeSync(options: RouteOptions): void {
    this.#at.performSync(removeRoute(options));
  }

  /** All routes of all tables, or of one table or link. `ip route show [table TABLE]` */
  list(filter?: RouteFilter): Promise<readonly Route[]> {
    return this.#at.perform(listRoutes(filter));
  }
  listSync(filter?: RouteFilter): readonly Route[] {
    return this.#at.performSync(listRoutes(filter));
  }
}

/** The same verbs inside a plan. */
export class PlannedRoutes {
  readonly #plan: Recorder;

  constructor(plan: Recorder) {
    this.#plan = plan;
  }

  add(options: RouteOptions): void {
    this.#plan.record(addRoute(options));
  }
  append(options: RouteOptions): void {
    this.#plan.record(appendRoute(options));
  }
  replace(options: RouteOptions): void {
    this.#plan.record(replaceRoute(options));
  }
  remove(options: RouteOptions): void {
    this.#plan.record(removeRoute(options));
  }
}
