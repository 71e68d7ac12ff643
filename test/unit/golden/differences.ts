// Where our bytes may differ from iproute2's, and why it is the same to the kernel. Each entry brings either side's request to
// a common form; nothing else may differ.

import type { Line, Lines } from '../../support/request-lines.js';

interface Difference {
  readonly what: string;
  readonly why: string;
  readonly common: (request: Lines) => Lines;
}

const NLM_F_ACK = 0x04;
const NLM_F_ECHO = 0x08;
const NLM_F_EXCL = 0x200;
const NLM_F_CREATE = 0x400;
const NLM_F_APPEND = 0x800;
const RTM_GETLINK = 18;
const RTM_SETLINK = 19;
const RTM_NEWLINKPROP = 108;
const AF_PACKET = 17;
const IFLA_GRE_ERSPAN_VER = 22;

const find = ({ lines }: Lines, path: string) => lines.find((line) => line.path === path);
const without = (request: Lines, ...paths: readonly string[]): Lines => ({
  ...request,
  lines: request.lines.filter(({ path }) => !paths.includes(path)),
});
const replacing = (request: Lines, ...lines: readonly Line[]): Lines => {
  const others = without(request, ...lines.map(({ path }) => path));
  return { ...others, lines: [...others.lines, ...lines] };
};

function withoutNul(request: Lines, path: string): Lines {
  const text = find(request, path)?.bytes;
  return text?.at(-1) === 0 ? replacing(request, { path, bytes: text.subarray(0, -1) }) : request;
}

export const differences: readonly Difference[] = [
  {
    what: 'NLM_F_ACK and NLM_F_ECHO',
    why: 'they choose the answer, not what is done',
    common: (request) => ({ ...request, flags: request.flags & ~(NLM_F_ACK | NLM_F_ECHO) }),
  },
  {
    what: 'NLA_F_NESTED',
    why: 'the kernel does not look at it in these messages; the lines do not show it',
    common: (request) => request,
  },
  {
    what: 'the NUL behind IFLA_INFO_KIND and RTAX_CC_ALGO',
    why: 'the kernel reads them to their NUL or their end (nla_strscpy)',
    common: (request) => withoutNul(withoutNul(request, 'linkInfo.kind'), 'metrics.congestionControl'),
  },
  {
    what: 'IFLA_GRE_ERSPAN_VER of ip6gre and ip6gretap',
    why: 'ip sends it of every tunnel of that family; the kernel reads it of ip6erspan (ip6erspan_set_version)',
    common: (request) => {
      const kind = find(request, 'linkInfo.kind')?.bytes.toString() ?? '';
      return without(request, /^ip6gre(tap)?$/.test(kind) ? `linkInfo.data.${IFLA_GRE_ERSPAN_VER}` : '');
    },
  },
  {
    what: "a port's kind",
    why: 'ip writes IFLA_INFO_KIND "bridge_slave"; the kernel takes the master\'s kind (rtnl_changelink), whatever stands there',
    common: (request) => {
      const port = find(request, 'linkInfo.kind')?.bytes.toString().endsWith('_slave');
      return without(request, port ? 'linkInfo.kind' : '', 'linkInfo.slaveKind');
    },
  },
  {
    what: 'RTA_DST of ::/0',
    why: 'a destination of no bits is the default route, with or without its address',
    common: (request) => {
      const none = find(request, 'header.destinationLength')?.bytes[0] === 0;
      return none && find(request, 'destination')?.bytes.every((byte) => byte === 0)
        ? without(request, 'destination')
        : request;
    },
  },
  {
    what: 'IFA_FLAGS for the low eight flags',
    why: 'ip puts them into the header where no higher one is set; the attribute, where there is one, replaces it',
    common: (request) => {
      const low = find(request, 'header.headerFlags')?.bytes[0];
      if (low === undefined || low === 0) return request;
      const flags = find(request, 'flags')?.bytes ?? Buffer.from([low, 0, 0, 0]);
      return replacing(
        request,
        { path: 'flags', bytes: flags },
        { path: 'header.headerFlags', bytes: Buffer.from([0]) },
      );
    },
  },
  {
    what: 'NLM_F_APPEND where an altname is added',
    why: 'the kernel does not look at it (rtnl_linkprop)',
    common: (request) =>
      request.type === RTM_NEWLINKPROP ? { ...request, flags: request.flags & ~NLM_F_APPEND } : request,
  },
  {
    what: 'NLM_F_CREATE and NLM_F_EXCL where VLANs of a bridge are added',
    why: 'the kernel does not look at them (rtnl_bridge_setlink)',
    common: (request) =>
      request.type === RTM_SETLINK
        ? { ...request, flags: request.flags & ~(NLM_F_CREATE | NLM_F_EXCL) }
        : request,
  },
  {
    what: 'IFLA_EXT_MASK and AF_PACKET where links are read',
    why: 'the mask chooses what is left out of the answer, and AF_PACKET means every family, as 0 does',
    common: (request) => {
      if (request.type !== RTM_GETLINK) return request;
      const family = find(request, 'header.family');
      const masked = without(request, 'extMask');
      return family?.bytes[0] === AF_PACKET
        ? replacing(masked, { path: 'header.family', bytes: Buffer.alloc(family.bytes.length) })
        : masked;
    },
  },
];

export function common(request: Lines): Lines {
  return differences.reduce((before, difference) => difference.common(before), request);
}
