// How iproute2 6.1 writes a value of ours in JSON; undefined where it leaves the field out. Pure; a mapping names these.

type Plain = Readonly<Record<string, unknown>>;

export interface SceneLink {
  readonly name?: string;
  readonly altNames?: readonly string[];
  readonly flags: readonly unknown[];
}

/** What a value may refer to. */
export interface Scene {
  readonly links: ReadonlyMap<number, SceneLink>;
  /** What other namespaces are called, by the number they have here. */
  readonly namespaces: ReadonlyMap<number, string>;
}

interface At {
  /** The object the value is of, and its name there. */
  readonly whole: Plain;
  readonly path: string;
  readonly scene: Scene;
}

/** A value that need not be the same on both sides: it moves by itself, or iproute2 makes it up. */
export class Tolerant {
  readonly admits: (other: unknown) => boolean;
  readonly #said: string;

  constructor(said: string, admits: (other: unknown) => boolean) {
    this.#said = said;
    this.admits = admits;
  }
  toJSON(): string {
    return this.#said;
  }
}

const near = (value: number, tolerance: number) =>
  new Tolerant(
    `${value} ± ${tolerance}`,
    (other) => typeof other === 'number' && Math.abs(other - value) <= tolerance,
  );

/** How much later the one may be read than the other, in seconds. */
const patience = 3;

/** Integers that JSON cannot hold are text on both sides; see read-ip.ts. */
function plain(value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const digits = value.toString();
  return digits.length < 16 ? Number(value) : digits;
}

const hexOf = (value: unknown) => (typeof value === 'number' ? value.toString(16) : undefined);
const nonZero = (value: unknown) => (value === 0 || value === 0n ? undefined : plain(value));
const named = (names: Plain) => (value: unknown) =>
  Object.hasOwn(names, String(value)) ? names[String(value)] : value;
const snake = (name: unknown) => String(name).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

// ip/ipaddress.c, print_link_flags.
const linkFlags: Plain = {
  loopback: 'LOOPBACK',
  broadcast: 'BROADCAST',
  pointToPoint: 'POINTOPOINT',
  multicast: 'MULTICAST',
  noArp: 'NOARP',
  allMulticast: 'ALLMULTI',
  promiscuous: 'PROMISC',
  master: 'MASTER',
  slave: 'SLAVE',
  debug: 'DEBUG',
  dynamic: 'DYNAMIC',
  autoMedia: 'AUTOMEDIA',
  portSelect: 'PORTSEL',
  noTrailers: 'NOTRAILERS',
  up: 'UP',
  lowerUp: 'LOWER_UP',
  dormant: 'DORMANT',
  echo: 'ECHO',
};

/** 'M-DOWN' is its word for a link whose lower one is down. */
function flagsOfLink(value: unknown, { whole, scene }: At): unknown {
  const flags = value as readonly string[];
  const lower = whole.linkNetNsId === undefined ? scene.links.get(Number(whole.link ?? 0)) : undefined;
  return [
    ...(flags.includes('up') && !flags.includes('running') ? ['NO-CARRIER'] : []),
    ...Object.keys(linkFlags)
      .filter((name) => flags.includes(name))
      .map((name) => linkFlags[name]),
    ...(lower !== undefined && !lower.flags.includes('up') ? ['M-DOWN'] : []),
  ];
}

const lifetime = ({ whole }: At, property: 'valid' | 'preferred') => {
  const info = whole.cacheInfo as Plain | undefined;
  const left = Number(info?.[property] ?? 0xffff_ffff);
  return left === 0xffff_ffff || left === 0 ? left : near(left, patience);
};

// Printed only of the options that the kernel knows.
function bridgeSwitch(value: unknown, name: string): unknown {
  const { value: on, mask } = (value ?? {}) as { value?: readonly unknown[]; mask?: readonly unknown[] };
  return mask?.includes(name) ? Number(on?.includes(name)) : undefined;
}

// ip/ipaddress.c, print_ifa_flags: IPv6 calls what IPv4 has for secondary temporary.
const addressFlag =
  (flag: string, family?: string) =>
  (_: unknown, { whole }: At) =>
    (whole.flags as readonly unknown[]).includes(flag) && (family ?? whole.family) === whole.family
      ? true
      : undefined;

const hasBit = (bit: string) => (value: unknown) =>
  (value as readonly unknown[] | undefined)?.includes(bit) ? true : undefined;

const prefix = (address: unknown, length: unknown, family: unknown) =>
  length === (family === 'inet6' ? 128 : 32) ? address : `${address}/${length}`;

// ip/iproute.c, print_rt_flags.
const routeFlags: Plain = {
  dead: 'dead',
  onLink: 'onlink',
  pervasive: 'pervasive',
  offload: 'offload',
  trap: 'trap',
  notify: 'notify',
  linkDown: 'linkdown',
  unresolved: 'unresolved',
  rtOffload: 'rt_offload',
  rtTrap: 'rt_trap',
  rtOffloadFailed: 'rt_offload_failed',
};

// ip/iproute.c, print_cache_flags; linux/in_route.h. Those without a name here are one number among the flags.
const cacheFlags: Readonly<Record<string, number>> = {
  local: 0x8000_0000,
  reject: 0x4000_0000,
  mc: 0x2000_0000,
  brd: 0x1000_0000,
  'dst-nat': 0x800_0000,
  'src-nat': 0x80_0000,
  masq: 0x40_0000,
  'dst-direct': 0x2_0000,
  'src-direct': 0x400_0000,
  redirected: 0x4_0000,
  redirect: 0x100_0000,
  fastroute: 0x20_0000,
  notify: 0x1_0000,
  proxy: 0x8_0000,
};

const isCloned = ({ flags }: Plain) => (flags as readonly unknown[]).includes('cloned');

/** Only what was found has them. RTM_F_OFFLOAD_FAILED, of routes in a table, is the bit of RTCF_MULTICAST. */
function cacheFlagsOf(value: unknown, { whole }: At): readonly string[] | undefined {
  if (!isCloned(whole)) return undefined;
  const flags = value as readonly unknown[];
  const rest = Number(flags.find((flag) => typeof flag === 'number') ?? 0);
  const mc = flags.includes('rtOffloadFailed');
  return Object.keys(cacheFlags).filter((name) =>
    name === 'mc' ? mc : Math.floor(rest / (cacheFlags[name] ?? 1)) % 2 === 1,
  );
}

const linkName = (value: unknown, { scene }: At) =>
  value === undefined || value === 0 ? undefined : scene.links.get(Number(value))?.name;

// ip/iplink_vxlan.c: what is no multicast address is a remote.
function groupOf(whole: Plain, name: string, multicast: boolean): unknown {
  const { [name]: group } = (whole.linkInfo as { data: Plain }).data;
  const isMulticast = /^(22[4-9]|23\d)\.|^ff/.test(String(group));
  return group !== undefined && isMulticast === multicast ? group : undefined;
}

const nullWhen = (bit: string) => (value: unknown) =>
  (value as readonly unknown[] | undefined)?.includes(bit) ? null : undefined;

const lengthUnlessHost = (whole: Plain, name: string) =>
  whole[name] === 0 || whole[name] === (whole.family === 'inet6' ? 128 : 32) ? undefined : whole[name];

function portsOf(value: unknown, alone: boolean): { start: number; end: number } | undefined {
  const ports = value as { start: number; end: number } | undefined;
  return ports && (ports.start === ports.end) === alone ? ports : undefined;
}

// bridge/fdb.c, fdb_print_flags.
const fdbFlags: Plain = {
  self: 'self',
  router: 'router',
  extLearned: 'extern_learn',
  offloaded: 'offload',
  master: 'master',
  sticky: 'sticky',
};

const fdbStates: Plain = { permanent: 'permanent', noArp: 'static', stale: 'stale', reachable: '' };

const forwardedGroups: Plain = { [1 << 0]: 'stp', [1 << 2]: 'lacp', [1 << 14]: 'lldp' };

export const formats = {
  same: (value: unknown) => plain(value),
  nonZero,
  number: (value: unknown) => (value === undefined ? undefined : Number(value)),
  upper: (value: unknown) => (typeof value === 'string' ? value.toUpperCase() : value),
  operState: (value: unknown) =>
    value === undefined ? undefined : snake(value).replaceAll('_', '').toUpperCase(),
  snake: (value: unknown) => (typeof value === 'string' ? snake(value) : value),
  /** A clock of the kernel's, in hundredths of a second. */
  clock: (value: unknown) => (value === undefined ? undefined : near(Number(value) / 100, patience)),
  hex: hexOf,
  /** As printf's %#x: 0 has no prefix. */
  hexWithPrefix: (value: unknown) =>
    value === 0 ? '0' : value === undefined ? undefined : `0x${hexOf(value)}`,
  /** Bit by bit, three of which have a name (ip/iplink_bridge_slave.c). */
  forwardedGroups: (value: unknown) => {
    const bits = Array.from({ length: 16 }, (_, bit) => 1 << bit).filter((bit) => Number(value) & bit);
    return bits.map((bit) => forwardedGroups[bit] ?? `0x${hexOf(bit)}`).join(',') || '0x0';
  },
  hexAlways: (value: unknown) => (value === undefined ? undefined : `0x${hexOf(value)}`),
  /** ether_ntoa() writes no leading zeros. */
  bridgeId: (value: unknown) => {
    const [priority, address = ''] = String(value).split('.');
    const bytes = address.match(/../g) ?? [];
    return `${priority}.${bytes.map((byte) => byte.replace(/^0/, '')).join(':')}`;
  },
  linkName,
  lowerLink: (value: unknown, at: At) =>
    value === undefined || at.whole.linkNetNsId !== undefined ? undefined : (linkName(value, at) ?? null),
  lowerIndex: (value: unknown, { whole }: At) => (whole.linkNetNsId === undefined ? undefined : value),
  group: (value: unknown) => (value === 0 ? 'default' : String(value)),
  linkType: (value: unknown) => value,
  linkFlags: flagsOfLink,
  text: (value: unknown) => (value === undefined ? undefined : String(value)),
  localAddress: (_: unknown, { whole }: At) => whole.local ?? whole.address,
  peerAddress: (_: unknown, { whole }: At) =>
    whole.local === undefined || whole.local === whole.address ? undefined : whole.address,
  secondary: addressFlag('secondary', 'inet'),
  temporary: addressFlag('secondary', 'inet6'),
  tentative: addressFlag('tentative'),
  deprecated: addressFlag('deprecated'),
  homeAddress: addressFlag('homeAddress'),
  noDad: addressFlag('noDad'),
  manageTempAddress: addressFlag('manageTempAddress'),
  noPrefixRoute: addressFlag('noPrefixRoute'),
  multicastAutoJoin: addressFlag('multicastAutoJoin'),
  optimistic: addressFlag('optimistic'),
  dadFailed: addressFlag('dadFailed'),
  stablePrivacy: addressFlag('stablePrivacy'),
  dynamic: (_: unknown, { whole }: At) =>
    (whole.flags as readonly unknown[]).includes('permanent') ? undefined : true,
  namespaceName: (value: unknown, { scene }: At) => scene.namespaces.get(Number(value)),
  cacheFlags: cacheFlagsOf,
  unlessCloned: (value: unknown, { whole }: At) => (isCloned(whole) ? undefined : String(value)),
  tableFound: (value: unknown) => (value === 'unspecified' ? undefined : String(value)),
  someOrNone: (value: unknown) =>
    value === undefined ? undefined : new Tolerant('any number', (other) => typeof other !== 'string'),
  destination: (_: unknown, { whole }: At) =>
    whole.destination === undefined
      ? whole.destinationLength === 0
        ? 'default'
        : `0/${whole.destinationLength}`
      : prefix(whole.destination, whole.destinationLength, whole.family),
  source: (_: unknown, { whole }: At) =>
    whole.source === undefined ? undefined : prefix(whole.source, whole.sourceLength, whole.family),
  tos: (value: unknown) => (value === 0 ? undefined : `0x${hexOf(value)?.padStart(2, '0')}`),
  /** A realm is printed as text; the source's only where there is one. */
  realmFrom: (value: unknown) => (Number(value ?? 0) >>> 16 ? String(Number(value) >>> 16) : undefined),
  realmTo: (value: unknown) => (value === undefined ? undefined : String(Number(value) & 0xffff)),
  /** Whole seconds of a kernel's clock. */
  clockSeconds: (value: unknown) =>
    Number(value ?? 0) === 0 ? undefined : near(Math.floor(Number(value) / 100), patience),
  /** One that is locked is printed as 0 where it is not set. */
  metric: (value: unknown, { whole, path }: At) =>
    value ?? ((whole.lock as readonly unknown[] | undefined)?.includes(path) ? 0 : undefined),
  ecn: (value: unknown) => ((value as readonly unknown[] | undefined)?.includes('ecn') ? null : undefined),
  eighths: (value: unknown) => (value === undefined ? undefined : Number(value) / 8),
  quarters: (value: unknown) => (value === undefined ? undefined : Number(value) / 4),
  multicastGroup: (_: unknown, { whole }: At) => groupOf(whole, 'group', true),
  unicastGroup: (_: unknown, { whole }: At) => groupOf(whole, 'group', false),
  multicastGroup6: (_: unknown, { whole }: At) => groupOf(whole, 'group6', true),
  unicastGroup6: (_: unknown, { whole }: At) => groupOf(whole, 'group6', false),
  tunnelTos: (value: unknown) => (value === 0 || value === undefined ? undefined : `0x${hexOf(value)}`),
  flowLabel: (value: unknown) =>
    value === 0 || value === undefined ? undefined : `0x${hexOf(value)?.padStart(5, '0')}`,
  zero: (value: unknown) => value ?? 0,
  nullWhenTrue: (value: unknown) => (value === true ? null : undefined),
  unlessMinusOne: (value: unknown) => (value === -1 ? undefined : value),
  unlessMinusOneText: (value: unknown) => (value === undefined || value === -1 ? undefined : String(value)),
  hundredths: (value: unknown) => (value === undefined ? undefined : Number(value) / 100),
  clockCount: (value: unknown) =>
    value === undefined ? undefined : near(Math.floor(Number(value) / 100), patience),
  inverted: nullWhen('invert'),
  iifDetached: nullWhen('iifDetached'),
  oifDetached: nullWhen('oifDetached'),
  unresolved: nullWhen('unresolved'),
  proxyFlag: nullWhen('proxy'),
  routerFlag: nullWhen('router'),
  externalFlag: nullWhen('extLearned'),
  offloadedFlag: nullWhen('offloaded'),
  managedFlag: nullWhen('managed'),
  ruleSource: (_: unknown, { whole }: At) => whole.source ?? (whole.sourceLength ? '0' : 'all'),
  ruleSourceLength: (_: unknown, { whole }: At) => lengthUnlessHost(whole, 'sourceLength'),
  ruleDestinationLength: (_: unknown, { whole }: At) => lengthUnlessHost(whole, 'destinationLength'),
  ruleTos: (value: unknown) => (value === 0 ? undefined : `0x${hexOf(value)?.padStart(2, '0')}`),
  ruleMark: (_: unknown, { whole: { mark = 0, mask = 0 } }: At) =>
    mark === 0 && mask === 0 ? undefined : `0x${hexOf(mark)}`,
  ruleMask: (value: unknown) =>
    value === undefined || value === 0xffff_ffff ? undefined : `0x${hexOf(value)}`,
  protocolName: (value: unknown) => (value === 'icmpv6' ? 'ipv6-icmp' : value),
  protocolText: (value: unknown) => (value === 'unspecified' || value === 0 ? 'unspec' : String(value)),
  onePort: (value: unknown) => portsOf(value, true)?.start,
  firstPort: (value: unknown) => portsOf(value, false)?.start,
  lastPort: (value: unknown) => portsOf(value, false)?.end,
  ruleTable: (value: unknown) => (value === undefined || value === 'unspecified' ? undefined : String(value)),
  ruleGoto: (_: unknown, { whole }: At) => (whole.action === 'goto' ? whole.goto : undefined),
  ruleNop: (value: unknown) => (value === 'nop' ? null : undefined),
  ruleAction: (value: unknown) =>
    ['toTable', 'goto', 'nop'].includes(String(value)) ? undefined : String(value),
  /** Of an address without bytes, as a tun's neighbours have, ip prints the byte that stands behind it. */
  linkAddress: (value: unknown) => (value === '' ? new Tolerant('no bytes', () => true) : value),
  neighbourStates: (value: unknown) => {
    const states = value as readonly string[];
    return states.length === 0 ? undefined : states.map((state) => state.toUpperCase());
  },
  fdbFlags: (value: unknown) =>
    Object.keys(fdbFlags)
      .filter((name) => (value as readonly unknown[]).includes(name))
      .map((name) => fdbFlags[name]),
  /** The first of several that says something (bridge/fdb.c, fdb_print_state). */
  fdbState: (value: unknown) => {
    const state = Object.keys(fdbStates).find((name) => (value as readonly unknown[]).includes(name));
    return state === undefined ? `state=${value}` : fdbStates[state];
  },
  rangeEnd: (value: unknown, { whole }: At) => (value === whole.vid ? undefined : value),
  tunnelEnd: (value: unknown, { whole }: At) =>
    whole.vidEnd === whole.vid ? undefined : Number(value) + Number(whole.vidEnd) - Number(whole.vid),
  /** Of a range there is always a list: its ends are flags to iproute2 as well (bridge/vlan.c, print_vlan_flags). */
  vlanFlags: (_: unknown, { whole }: At) => {
    const flags = [...(whole.pvid ? ['PVID'] : []), ...(whole.untagged ? ['Egress Untagged'] : [])];
    return flags.length === 0 && whole.vidEnd === whole.vid ? undefined : flags;
  },
  memberWeight: (value: unknown) => (value === 0 ? undefined : Number(value) + 1),
  groupType: (value: unknown, { whole }: At) =>
    whole.group === undefined ? undefined : value === 'multipath' ? 'mpath' : value,
  scopeUnlessGlobal: (value: unknown) => value,
  routeFlags: (value: unknown) =>
    Object.keys(routeFlags)
      .filter((name) => (value as readonly unknown[]).includes(name))
      .map((name) => routeFlags[name]),
  weight: (value: unknown) => Number(value) + 1,
  /** ip/iplink_macvlan.c stops before these in other modes. */
  inSourceMode: (value: unknown, { whole }: At) =>
    (whole.linkInfo as { data: Plain }).data.mode === 'source' ? value : undefined,
  noPromisc: hasBit('noPromisc'),
  noDst: hasBit('noDst'),
  whenTrue: (value: unknown) => (value === true ? true : undefined),
  bitNumbers: (value: unknown) =>
    typeof value === 'number' && value !== 0
      ? Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => (value >>> bit) & 1)
      : undefined,
  noLinkLocalLearn: (value: unknown) => bridgeSwitch(value, 'noLinkLocalLearn'),
  mcastVlanSnooping: (value: unknown) => bridgeSwitch(value, 'mcastVlanSnooping'),
  stpState: named({ disabled: 0, kernel: 1, user: 2 }),
  routerNumber: named({ disabled: 0, query: 1, permanent: 2, temporary: 3 }),
  addressMode: named({ stablePrivacy: 'stable_secret' }),
  validLifetime: (_: unknown, at: At) => lifetime(at, 'valid'),
  preferredLifetime: (_: unknown, at: At) => lifetime(at, 'preferred'),
} as const satisfies Readonly<Record<string, (value: unknown, at: At) => unknown>>;

export type Format = keyof typeof formats;
