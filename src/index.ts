// netplumb's public names. See docs/architecture.md for the rooms behind them.

export type { AttributePolicy } from './attribute-policy.js';
export type { Description, EchoReply, StepEvent, TableDescription } from './binding.js';
export { describe } from './describe.js';
export { NatError, NetlinkError, NetworkError, type NetworkErrorCode } from './errors.js';
export type { JobEvent } from './job.js';
export type {
  Monitor,
  MonitorEvent,
  MonitoredObjects,
  MonitorGroup,
  MonitorOptions,
  ObjectEvent,
  OverrunEvent,
} from './monitor.js';
export { type NamedNamespace, Namespace, type NamespaceReference } from './namespace.js';
export type { NatOptions } from './nat/intent.js';
export type { Protocol, PublishOptions } from './nat/ports.js';
export type { ManyOptions, ManyResult, Progress } from './network/attach/many.js';
export type { RateLimit, RateLimits } from './network/attach/rate-limit.js';
export type {
  EndpointInfo,
  EndpointStats,
  NetworkInfo,
  NetworkInfoOptions,
  PooledInfo,
} from './network/description.js';
export type { Endpoint } from './network/endpoint.js';
export type { Restoration } from './network/host/healing.js';
export type { WatchEvent } from './network/host/watcher.js';
export { Network, type RemovalReport } from './network/network.js';
export type {
  AttachManyItem,
  AttachOptions,
  DetachOptions,
  HostOptions,
  NetworkOptions,
  PooledEndpointOptions,
} from './network/options.js';
export type { PoolEndpoint } from './network/pool/endpoint.js';
export type { Pool, PoolAttachOptions, PoolMetrics, PoolOptions } from './network/pool/pool.js';
export type { PublishedPort, PublishedReference } from './network/ports/published.js';
export type { GcOptions, GcReport } from './network/removal/gc.js';
export {
  Plan,
  type PlannedNamespace,
  type PlannedVerbs,
  type PlanOptions,
  type PlanResult,
  type RunOptions,
} from './plan.js';
export type { EtcOption, ExecResult, NamespaceExecOptions, NamespaceSpawnOptions } from './process.js';
export type { Address, Addresses, AddressFilter, AddressOptions } from './rtnl/addresses.js';
export type * from './rtnl/attributes.generated.js';
export type {
  BridgeVlan,
  BridgeVlanOptions,
  BridgeVlanReference,
  BridgeVlans,
  BridgeVlanTunnelRange,
} from './rtnl/bridge-vlans.js';
export type {
  TrafficClass,
  TrafficClasses,
  TrafficClassFilter,
  TrafficClassOptions,
  TrafficClassReference,
} from './rtnl/classes.js';
export type {
  TrafficFilter,
  TrafficFilterFilter,
  TrafficFilterOptions,
  TrafficFilterReference,
  TrafficFilterRemoval,
  TrafficFilters,
} from './rtnl/filters.js';
export type {
  Link,
  LinkAdd,
  LinkDetail,
  LinkFilter,
  LinkGroupSet,
  LinkOptions,
  LinkSet,
  LinkSwitches,
  Links,
  MadeLink,
  PeerOptions,
} from './rtnl/links.js';
export type { NamespaceIds } from './rtnl/namespace-ids.js';
export type {
  Fdb,
  FdbFilter,
  FdbOptions,
  FdbReference,
  Neighbour,
  NeighbourFilter,
  NeighbourOptions,
  NeighbourReference,
  Neighbours,
} from './rtnl/neighbours.js';
export type {
  NextHop,
  NextHopBucket,
  NextHopBucketFilter,
  NextHopFilter,
  NextHopMemberOptions,
  NextHopOptions,
  NextHops,
} from './rtnl/next-hops.js';
export type { Qdisc, QdiscFilter, QdiscOptions, QdiscReference, Qdiscs } from './rtnl/qdiscs.js';
export type { LinkReference, NamespaceTarget, PlannedLink } from './rtnl/references.js';
export type { RouteLookup } from './rtnl/route-lookup.js';
export type { Route, RouteFilter, RouteOptions, Routes } from './rtnl/routes.js';
export type { Rule, RuleFilter, RuleOptions, Rules } from './rtnl/rules.js';
export type {
  FilterAction,
  GactAction,
  MirredAction,
  OtherAction,
  PoliceAction,
} from './rtnl/tc/actions.js';
export type { HtbClassOptions, HtbOptions, TbfOptions } from './rtnl/tc/shapers.js';
export type { Tun, TunOptions, Tuns } from './rtnl/tuns.js';
export type { ConnectOptions, ListenOptions } from './sockets.js';
export type { Sysctl } from './sysctl.js';
