// Which VLANs pass a bridge and its ports: what `bridge vlan` does, as requests. Owns how a range becomes its two ends and how two
// ends become a range. To the kernel they are part of a link; links' own verbs know nothing of them.

import { boolean, integer, readOptions } from '../options.js';
import type {
  BridgeVlanAttributes,
  BridgeVlanInfo,
  BridgeVlanTunnel,
  LinkHeader,
} from './attributes.generated.js';
import { type Face, faceOf } from './face.js';
import { all, nothing, type Operation, type Performer, request } from './operation.js';
import { checkLink, type LinkReference, linkTarget } from './references.js';

/** A VLAN of a bridge or of one of its ports, or a range of them that pass alike. */
export interface BridgeVlan {
  /** The link's. */
  readonly index: number;
  readonly vid: number;
  /** The range's last; `vid` where it is one VLAN. */
  readonly vidEnd: number;
  /** Frames that come untagged belong to it. */
  readonly pvid: boolean;
  /** Its frames leave untagged. */
  readonly untagged: boolean;
}

/** Which VLANs, of which link. */
export interface BridgeVlanReference {
  /** `dev NAME` */
  readonly link: LinkReference;
  /** 1 to 4094. `vid VID` */
  readonly vid: number;
  /** The last of a range, which is above `vid`. `vid VID-VID` */
  readonly vidEnd?: number;
  /** Of a port: the VXLAN network that carries the VLAN, 0 to 16,777,215; each of a range has the next. `tunnel_info id ID` */
  readonly tunnelId?: number;
  /** The link's own VLANs, as a bridge has them. `self` */
  readonly self?: boolean;
  /** The port's VLANs, in the bridge it is a port of; this is the default. `master` */
  readonly master?: boolean;
}

/** How VLANs pass. */
export interface BridgeVlanOptions extends BridgeVlanReference {
  /** Frames that come untagged belong to it; one VLAN of a link is that. `pvid` */
  readonly pvid?: boolean;
  /** Its frames leave untagged. `untagged` */
  readonly untagged?: boolean;
}

const which = {
  vidEnd: integer(1, 4094),
  tunnelId: integer(0, 0xff_ffff),
  self: boolean,
  master: boolean,
};
const how = { pvid: boolean, untagged: boolean };
const required = {
  link: (value: unknown, option: string): LinkReference => {
    checkLink(value, option);
    return value;
  },
  vid: integer(1, 4094),
};

function change(verb: 'add' | 'remove', options: BridgeVlanOptions): Operation<void> {
  const operation = `bridgeVlan.${verb}`;
  const read = readOptions(operation, options, required, verb === 'add' ? { ...which, ...how } : which);
  const { link, vid, vidEnd = vid, tunnelId, self, master, pvid, untagged } = read as BridgeVlanOptions;
  if (vidEnd < vid) throw new RangeError(`${operation}: vidEnd must not be below vid`);
  const isRange = vidEnd > vid;
  if (pvid && isRange) throw new RangeError(`${operation}: pvid is for one VLAN, not for a range`);
  if (tunnelId !== undefined && (pvid !== undefined || untagged !== undefined))
    throw new TypeError(`${operation}: tunnelId says where a VLAN goes, pvid and untagged how: two calls`);
  if (tunnelId !== undefined && tunnelId + vidEnd - vid > 0xff_ffff)
    throw new RangeError(`${operation}: tunnelId must leave room for one for each VLAN of the range`);
  const flags = [...(pvid ? (['pvid'] as const) : []), ...(untagged ? (['untagged'] as const) : [])];
  const ends = isRange
    ? ([
        [vid, [...flags, 'rangeBegin']],
        [vidEnd, [...flags, 'rangeEnd']],
      ] as const)
    : ([[vid, flags]] as const);
  const places = [...(self ? ['self'] : []), ...(master ? ['master'] : [])];
  const spec = {
    ...(places.length === 0 ? {} : { flags: places }),
    ...(tunnelId === undefined
      ? { vlans: ends.map(([end, names]) => ({ flags: names, vid: end })) }
      : {
          tunnels: ends.map(([end, names]) => ({ tunnelId: tunnelId + end - vid, vid: end, flags: names })),
        }),
  };
  const target = `${linkTarget(link)} ${isRange ? `${vid}-${vidEnd}` : vid}`;
  return request('bridgeVlan', verb, target, () => ({ family: 'bridge', index: link, spec }), nothing);
}

/** As the kernel tells of a link's VLANs: a link's header, and other attributes behind it. */
type BridgeVlanObject = LinkHeader & BridgeVlanAttributes;

/** What both kinds of entries say of themselves. */
type End = Pick<BridgeVlanInfo, 'flags'> | Pick<BridgeVlanTunnel, 'flags'>;

/** Puts the two ends of each range together. */
function ranges<Entry extends End>(
  ends: readonly Entry[],
): readonly (readonly [first: Entry, last: Entry])[] {
  return ends.flatMap((end, i) => {
    if (end.flags?.includes('rangeEnd')) return [];
    const next = end.flags?.includes('rangeBegin') ? ends[i + 1] : undefined;
    return [[end, next ?? end] as const];
  });
}

function vlansOf({ index = 0, spec }: BridgeVlanObject): readonly BridgeVlan[] {
  return ranges(spec?.vlans ?? []).map(([{ vid = 0, flags = [] }, { vid: vidEnd = vid }]) => ({
    index,
    vid,
    vidEnd,
    pvid: flags.includes('pvid'),
    untagged: flags.includes('untagged'),
  }));
}

/** VLANs of a port that VXLAN networks carry. */
export interface BridgeVlanTunnelRange {
  /** The port's. */
  readonly index: number;
  readonly vid: number;
  /** The range's last; `vid` where it is one VLAN. */
  readonly vidEnd: number;
  /** The network of `vid`; each of a range has the next. */
  readonly tunnelId: number;
}

function tunnelsOf({ index = 0, spec }: BridgeVlanObject): readonly BridgeVlanTunnelRange[] {
  return ranges(spec?.tunnels ?? []).map(([{ vid = 0, tunnelId = 0 }, { vid: vidEnd = vid }]) => ({
    index,
    vid,
    vidEnd,
    tunnelId,
  }));
}

const listed = { family: 'bridge', extMask: ['brVlanCompressed'] };

function listOf<Entry>(entries: (link: BridgeVlanObject) => readonly Entry[]): Operation<readonly Entry[]> {
  return request(
    'bridgeVlan',
    'list',
    'all',
    () => listed,
    (answer) => all<BridgeVlanObject>(answer).flatMap(entries),
  );
}

export const bridgeVlanVerbs = {
  /**
   * Lets VLANs pass a port, or a bridge itself with `self`. One that passes already is no error: then it passes as is said now; so undoing
   * a plan, which removes it, does not put back what was there. `bridge vlan add dev NAME vid VID[-VID] [pvid] [untagged] [self]`
   * @throws {NetlinkError} `EOPNOTSUPP` where the link is no port, or the kernel has no VLAN filtering
   * @example await ns.vlans.add({ link: 'veth0', vid: 10, pvid: true, untagged: true })
   */
  add: (options: BridgeVlanOptions): Operation<void> => change('add', options),

  /** Stops them; with `tunnelId`, only their tunnel. `bridge vlan del dev NAME vid VID[-VID]`. @throws {NetlinkError} `ENOENT` */
  remove: (reference: BridgeVlanReference): Operation<void> => change('remove', reference),

  /** The VLANs of every bridge and port, those that pass alike as one range. `bridge -compressvlans vlan show` */
  list: (): Operation<readonly BridgeVlan[]> => listOf(vlansOf),

  /** The VXLAN networks that carry VLANs. `bridge -compressvlans vlan tunnelshow` */
  listTunnels: (): Operation<readonly BridgeVlanTunnelRange[]> => listOf(tunnelsOf),
};

/** The VLANs of a namespace's bridges. Every verb has a `…Sync` twin that runs on the calling thread. */
export type BridgeVlans = Face<typeof bridgeVlanVerbs>;
export const BridgeVlans: new (at: Performer) => BridgeVlans = faceOf(bridgeVlanVerbs);
