// Walks netlink messages for tests: header, attributes, and the nests of rtnetlink requests.
// Independent of the addon's reader on purpose, so that it can judge what the addon wrote.

/** One attribute; `type` without the flag bits. */
export interface Attribute {
  readonly type: number;
  readonly nested: boolean;
  readonly payload: Buffer;
}

export interface Message {
  readonly type: number;
  readonly flags: number;
  /** The fixed part behind the netlink header: ifinfomsg, ifaddrmsg or rtmsg. */
  readonly body: Buffer;
  readonly attributes: readonly Attribute[];
}

const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

/** Bytes of the fixed part, by the first message type of each object (linux/rtnetlink.h); of the others 16. */
const bodies: Readonly<Record<number, number>> = {
  20: 8, // RTM_NEWADDR: struct ifaddrmsg
  24: 12, // RTM_NEWROUTE: struct rtmsg
  28: 12, // RTM_NEWNEIGH: struct ndmsg
  32: 12, // RTM_NEWRULE: struct fib_rule_hdr
  36: 20, // RTM_NEWQDISC: struct tcmsg
  40: 20, // RTM_NEWTCLASS
  44: 20, // RTM_NEWTFILTER
  88: 4, // RTM_NEWNSID: struct rtgenmsg
  104: 8, // RTM_NEWNEXTHOP: struct nhmsg
  112: 8, // RTM_NEWVLAN: struct br_vlan_msg
};

function bodyLength(type: number): number {
  return bodies[type & ~3] ?? 16;
}

/** Attributes of one level; throws where a length is too short, too long, or leaves a rest. */
export function walkAttributes(bytes: Buffer): Attribute[] {
  const found: Attribute[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw new Error(`${bytes.length - at} bytes left over at ${at}`);
    const length = bytes.readUInt16LE(at);
    const type = bytes.readUInt16LE(at + 2);
    if (length < 4 || at + length > bytes.length)
      throw new Error(`attribute at ${at} claims ${length} bytes`);
    const payload = bytes.subarray(at + 4, at + length);
    found.push({ type: type & NLA_TYPE_MASK, nested: (type & NLA_F_NESTED) !== 0, payload });
    at += (length + 3) & ~3;
  }
  return found;
}

/** One whole request; throws unless nlmsg_len is exactly the length of the bytes. */
export function walkMessage(bytes: Buffer): Message {
  const length = bytes.readUInt32LE(0);
  if (length !== bytes.length) throw new Error(`nlmsg_len is ${length}, there are ${bytes.length} bytes`);
  const type = bytes.readUInt16LE(4);
  const start = 16 + bodyLength(type);
  const body = bytes.subarray(16, start);
  return { type, flags: bytes.readUInt16LE(6), body, attributes: walkAttributes(bytes.subarray(start)) };
}

/** The attribute at a path of types, as in `find(attributes, 18, 2, 7)` for IFLA_LINKINFO, IFLA_INFO_DATA, IFLA_BR_VLAN_FILTERING. */
export function find(attributes: readonly Attribute[], ...path: number[]): Attribute | undefined {
  const [type, ...rest] = path;
  const found = attributes.find((attribute) => attribute.type === type);
  if (!found || rest.length === 0) return found;
  return find(walkAttributes(found.payload), ...rest);
}
