// Routes: what `ip route` does, as requests.

import type {
  RouteObject,
  RouteProtocol,
  RouteRequest,
  RouteTable,
  RouteType,
} from './attributes.generated.js';
import { all, nothing, type Operation, type Performer, type Recorder, request } from './operation.js';
import { checkOptions, refuse } from './options.js';
import { familyOf, parsePrefix } from './prefix.js';
import { checkLink, type LinkReference } from './references.js';
import { getRoute, type RouteLookup } from './route-lookup.js';
import { tableValue } from './route-table.js';

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
  /** The source prefix it is for; IPv6 only. `from PREFIX` */
  readonly source?: string;
  /** The next router's address; one of another family is `via`. `via ADDRESS` */
  readonly gateway?: string;
  /** The link it leaves by. `dev NAME` */
  readonly link?: LinkReference;
  /** Where 'default' and no gateway leave the family open. `-4`, `-6` */
  readonly family?: 'inet' | 'inet6';
}

/** Which routes to list; the kernel filters. */
export interface RouteFilter {
  readonly family?: 'inet' | 'inet6';
  /** All of them where left out. */
  readonly table?: RouteTable | number;
  readonly link?: LinkReference;
  /** Who added them. `proto PROTOCOL` */
  readonly protocol?: RouteProtocol | number;
  /** What happens to packets that match. `type TYPE` */
  readonly type?: RouteType | number;
}

const refused = {
  destinationLength: ': destination has it',
  sourceLength: ': source has it',
  headerTable: '; use table',
  outputLink: '; use link',
};
/** The types of routes that stand in table `local` unless another is named. */
export const ofTableLocal: readonly unknown[] = ['local', 'broadcast', 'nat', 'anycast'];

// iproute2's rules (ip/iproute.c): what is delivered here has host scope, what is on the link has link scope.
export function scopeOf(type: unknown, routed: boolean, removing: boolean): string {
  if (type === 'local' || type === 'nat') return 'host';
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return 'link';
  // A removal matches what it names, and 'nowhere' is IPv4's word for any scope.
  if (removing) return 'nowhere';
  return type === 'unicast' && !routed ? 'link' : 'global';
}

const tableOf = (table: RouteOptions['table'], type: unknown) =>
  tableValue(table ?? (ofTableLocal.includes(type) ? 'local' : 'main'));

function value(verb: string, options: RouteOptions): Record<string, unknown> {
  const { destination, source, gateway, link, family, table, type, protocol, scope, ...rest } = options;
  const removing = verb === 'remove';
  // Left out, a removal leaves it open too.
  const chosenType = type ?? (removing ? undefined : 'unicast');
  const to = destination === 'default' ? undefined : parsePrefix(destination, 'destination');
  const from = source === undefined ? undefined : parsePrefix(source, 'source');
  const via = gateway === undefined ? undefined : familyOf(gateway, 'gateway');
  const chosen = family ?? to?.family ?? from?.family ?? via ?? 'inet';
  if (to !== undefined && to.family !== chosen)
    throw new RangeError(`destination: ${destination} is not ${chosen}`);
  if (from !== undefined && from.family !== chosen)
    throw new RangeError(`source: ${source} is not of the destination's family`);
  if (via !== undefined && via !== chosen)
    throw new RangeError(`gateway: ${gateway} is not of the destination's family; use via`);
  const routed = [gateway, rest.via, rest.multipath, rest.nextHopId].some((hop) => hop !== undefined);
  return {
    family: chosen,
    destinationLength: to?.length ?? 0,
    ...(chosenType === undefined ? {} : { type: chosenType }),
    protocol: protocol ?? (removing ? 0 : 'boot'),
    scope: scope ?? (chosen === 'inet6' ? 'global' : scopeOf(chosenType, routed, removing)),
    ...tableOf(table, chosenType),
    ...(to === undefined ? {} : { destination: to.address }),
    ...(from === undefined ? {} : { source: from.address, sourceLength: from.length }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(link === undefined ? {} : { outputLink: link }),
    ...rest,
  };
}

function change(
  verb: 'add' | 'append' | 'prepend' | 'set' | 'replace' | 'remove',
  options: RouteOptions,
): Operation<void> {
  checkOptions(`route.${verb}`, options);
  refuse(options, refused, `route.${verb}`);
  if (options.link !== undefined) checkLink(options.link, `route.${verb}: link`);
  const checked = value(verb, options);
  return request('route', verb, String(options.destination), () => checked, nothing);
}

export const addRoute = (options: RouteOptions) => change('add', options);
export const appendRoute = (options: RouteOptions) => change('append', options);
export const prependRoute = (options: RouteOptions) => change('prepend', options);
export const setRoute = (options: RouteOptions) => change('set', options);
export const replaceRoute = (options: RouteOptions) => change('replace', options);
export const removeRoute = (options: RouteOptions) => change('remove', options);

export function listRoutes(filter: RouteFilter = {}): Operation<readonly Route[]> {
  checkOptions('route.list', filter);
  const { link, ...rest } = filter;
  if (link !== undefined) checkLink(link, 'route.list: link');
  return request(
    'route',
    'list',
    'all',
    () => ({ ...rest, ...(link === undefined ? {} : { outputLink: link }) }),
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
  async add(options: RouteOptions): Promise<void> {
    return this.#at.perform(addRoute(options));
  }
  addSync(options: RouteOptions): void {
    this.#at.performSync(addRoute(options));
  }

  /** Adds it behind one to the same destination. `ip route append …` */
  async append(options: RouteOptions): Promise<void> {
    return this.#at.perform(appendRoute(options));
  }
  appendSync(options: RouteOptions): void {
    this.#at.performSync(appendRoute(options));
  }

  /** Adds it before those to the same destination and metric, so that it is used. IPv6 puts it behind them, as `append` does. `ip route prepend …` */
  async prepend(options: RouteOptions): Promise<void> {
    return this.#at.perform(prependRoute(options));
  }
  prependSync(options: RouteOptions): void {
    this.#at.performSync(prependRoute(options));
  }

  /** Changes the one to the same destination, which must be there. `ip route change …`. @throws {NetlinkError} `ENOENT` */
  async set(options: RouteOptions): Promise<void> {
    return this.#at.perform(setRoute(options));
  }
  setSync(options: RouteOptions): void {
    this.#at.performSync(setRoute(options));
  }

  /** Adds it in place of the one to the same destination. `ip route replace …` */
  async replace(options: RouteOptions): Promise<void> {
    return this.#at.perform(replaceRoute(options));
  }
  replaceSync(options: RouteOptions): void {
    this.#at.performSync(replaceRoute(options));
  }

  /** Removes the first that has all that is named. `ip route del …`. @throws {NetlinkError} `ESRCH` when there is none */
  async remove(options: RouteOptions): Promise<void> {
    return this.#at.perform(removeRoute(options));
  }
  removeSync(options: RouteOptions): void {
    this.#at.performSync(removeRoute(options));
  }

  /**
   * The route a packet would take: link, gateway, source address. `ip route get ADDRESS [from ADDRESS] …`
   * @throws {NetlinkError} `ENETUNREACH` when none leads there
   * @example const { gateway } = await ns.routes.get({ destination: '1.1.1.1' })
   */
  async get(lookup: RouteLookup): Promise<Route> {
    return this.#at.perform(getRoute(lookup));
  }
  getSync(lookup: RouteLookup): Route {
    return this.#at.performSync(getRoute(lookup));
  }

  /** All routes of all tables, or those of a table, link, protocol or type. `ip route show [table TABLE] …` */
  async list(filter?: RouteFilter): Promise<readonly Route[]> {
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
  prepend(options: RouteOptions): void {
    this.#plan.record(prependRoute(options));
  }
  set(options: RouteOptions): void {
    this.#plan.record(setRoute(options));
  }
  replace(options: RouteOptions): void {
    this.#plan.record(replaceRoute(options));
  }
  remove(options: RouteOptions): void {
    this.#plan.record(removeRoute(options));
  }
}
