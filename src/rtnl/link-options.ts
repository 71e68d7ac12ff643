// What can be said of a link, and how it becomes the tables' names. Knows nothing of verbs.

import { checkInterfaceName } from '../interface-name.js';
import type { LinkFlag, LinkKind, LinkKinds, LinkPortKinds, LinkRequest } from './attributes.generated.js';
import { checkOptions, refuse } from './options.js';
import { isNamespaceTarget, type LinkReference, type NamespaceTarget, type Slots } from './references.js';

/** What is on or off about a link. */
export interface LinkSwitches {
  /** Sets it up or down. `up`, `down` */
  readonly up?: boolean;
  /** Whether it uses ARP. `arp { on | off }` */
  readonly arp?: boolean;
  /** Whether it carries multicast. `multicast { on | off }` */
  readonly multicast?: boolean;
  /** Whether it receives every multicast packet. `allmulticast { on | off }` */
  readonly allMulticast?: boolean;
  /** Whether it receives every packet. `promisc { on | off }` */
  readonly promiscuous?: boolean;
  /** Whether its address may change. `dynamic { on | off }` */
  readonly dynamic?: boolean;
  /** Whether it may send trailers. `trailers { on | off }` */
  readonly trailers?: boolean;
}

/** What can be said of any link. Absent means: leave it to the kernel. */
export interface LinkOptions
  extends Omit<
      LinkRequest,
      | 'altName'
      | 'altNames'
      | 'change'
      | 'extMask'
      | 'family'
      | 'flags'
      | 'index'
      | 'link'
      | 'linkInfo'
      | 'master'
      | 'netNsFd'
    >,
    LinkSwitches {
  /** The bridge (or other) link it is a port of; 0 sets it free. `ip link set NAME master BRIDGE` */
  readonly master?: LinkReference;
  /** The link it is stacked on. `link NAME` */
  readonly link?: LinkReference;
  /** The namespace it is made in, or moved to. Moving waits for RCU (16-32 ms): have it made there. `netns NAME` */
  readonly namespace?: NamespaceTarget;
}

interface Born {
  /** The number it gets; chosen by the kernel where left out. A peer's counts only if the other end asks for one too. `index NUMBER` */
  readonly index?: number;
}

/** The other end of a veth. It cannot be born up: bring it up in its own namespace. */
export type PeerOptions = Omit<LinkOptions, 'up'> & Born;

/** What is particular to the kind; a peer is an option of its own, beside it. */
type DataOf<Kind extends LinkKind> =
  Exclude<keyof LinkKinds[Kind], 'peer'> extends never
    ? { readonly data?: undefined }
    : { readonly data?: Omit<LinkKinds[Kind], 'peer'> };

type PeerOf<Kind extends LinkKind> = 'peer' extends keyof LinkKinds[Kind]
  ? { readonly peer?: PeerOptions }
  : { readonly peer?: undefined };

type Kinds = {
  [Kind in LinkKind]: { readonly kind: Kind } & DataOf<Kind> & PeerOf<Kind>;
}[LinkKind];

type Ports = {
  [Kind in keyof LinkPortKinds]: {
    /** The kind of the link it is a port of. `type KIND_slave` */
    readonly portKind: Kind;
    /** What is particular to such a port. Silently ignored by the kernel while a link is created. */
    readonly portData: LinkPortKinds[Kind];
  };
}[keyof LinkPortKinds];

/** `ip link add NAME type KIND …` */
export type LinkAdd = Omit<LinkOptions, 'netNsPid'> & Born & Kinds;

/** Changes to a link, with `kind` and `data` for those particular to its kind, `portKind` and `portData` to those of its port. */
export type LinkSet = LinkOptions &
  (Kinds | { readonly kind?: undefined; readonly data?: undefined }) &
  (Ports | { readonly portKind?: undefined; readonly portData?: undefined });

/** Changes to every link of a group. */
export type LinkGroupSet = Omit<LinkOptions, 'group' | 'name'>;

// The flag behind each switch, and the state in which the flag is set.
const switches: Readonly<Record<keyof LinkSwitches, readonly [LinkFlag, boolean]>> = {
  up: ['up', true],
  arp: ['noArp', false],
  multicast: ['multicast', true],
  allMulticast: ['allMulticast', true],
  promiscuous: ['promiscuous', true],
  dynamic: ['dynamic', true],
  trailers: ['noTrailers', false],
};

const refused = {
  altName: '; name the link by it',
  altNames: '; use addAltNames',
  change: '; use up, arp, promiscuous, …',
  extMask: '',
  flags: '; use up, arp, promiscuous, …',
  linkInfo: '; use kind and data, portKind and portData',
  netNsFd: '; use namespace',
};

/** The options as a request's header and attributes. */
export function linkValue(
  operation: string,
  options: LinkOptions & Born,
  slots: Slots,
  path = '',
): Record<string, unknown> {
  checkOptions(operation, options, path);
  refuse(options, refused, operation, path);
  const at = path === '' ? '' : `${path}.`;
  const value: Record<string, unknown> = {};
  const flags: LinkFlag[] = [];
  const change: LinkFlag[] = [];
  for (const [name, wanted] of Object.entries(options)) {
    if (wanted === undefined) continue;
    if (Object.hasOwn(switches, name)) {
      if (typeof wanted !== 'boolean')
        throw new TypeError(`${operation}: ${at}${name} must be true or false`);
      const [flag, set] = switches[name as keyof LinkSwitches];
      change.push(flag);
      if (wanted === set) flags.push(flag);
    } else if (name === 'namespace') {
      if (!isNamespaceTarget(wanted)) throw new TypeError(`${operation}: ${at}namespace must be a Namespace`);
      value.netNsFd = { slot: slots.of(wanted) };
    } else {
      if (name === 'name') checkInterfaceName(wanted, `${at}name`);
      if (name === 'index') checkIndex(wanted, `${operation}: ${at}index`);
      value[name] = wanted;
    }
  }
  return change.length > 0 ? { ...value, flags, change } : value;
}

// Elsewhere an index may be a link; here it is a number to be given.
function checkIndex(index: unknown, option: string): void {
  if (typeof index !== 'number') throw new TypeError(`${option} must be a number`);
  if (!Number.isInteger(index) || index < 1 || index > 0x7fff_ffff)
    throw new RangeError(`${option} must be an integer from 1 to 2147483647`);
}
