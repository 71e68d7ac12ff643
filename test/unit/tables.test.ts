// The attribute tables against the kernel's own headers on this machine. What is newer than the headers is counted, not failed:
// the tables are those of a newer kernel. Knows nothing of how a table becomes bytes.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reference } from '../../scripts/types/reference.mjs';
import { typescript } from '../../scripts/types/typescript.mjs';
import { binding } from '../../src/binding.js';
import { readHeaders } from '../support/kernel-headers.js';

type Description = Parameters<typeof typescript>[0];

const multiarch = `${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch}-linux-gnu`;
const { constants, structs } = readHeaders([
  ...[
    'if_link',
    'if_addr',
    'rtnetlink',
    'if_bridge',
    'if',
    'if_arp',
    'lwtunnel',
    'icmpv6',
    'if_tunnel',
    'if_vlan',
    'ip6_tunnel',
    'veth',
    'devlink',
    'dpll',
    'in',
    'if_ether',
    'if_bonding',
    'if_tun',
    'pkt_sched',
    'pkt_cls',
    'gen_stats',
    'tc_act/tc_mirred',
    'tc_act/tc_gact',
    'netlink',
    'neighbour',
    'fib_rules',
    'nexthop',
    'net_namespace',
    'netfilter/nfnetlink',
    'netfilter/nf_tables',
  ].map((name) => `/usr/include/linux/${name}.h`),
  '/usr/include/bits/socket.h',
  `/usr/include/${multiarch}/bits/socket.h`,
]);
const description = binding.describe() as unknown as Description;
const rows = description.tables.flatMap((table) => table.rows.map((row) => ({ table, row })));
// The elements of some lists are numbered by place, and have no number of their own; nor has what a sibling chooses from.
const choices = new Set(rows.map(({ row }) => (row.type === 'Choice' ? row.table : undefined)));
const attributes = rows.filter(
  ({ table, row }) => table.size === 0 && row.number !== 0 && !choices.has(table.name),
);

function pathOf({ table, row }: (typeof rows)[number]): string {
  return `${table.name}.${row.name}`;
}

function constantsOf(prefixes: readonly string[], left: RegExp): readonly (readonly [string, number])[] {
  return [...constants].filter(
    ([name]) => prefixes.some((prefix) => name.startsWith(prefix)) && !left.test(name),
  );
}

describe('attribute numbers', () => {
  it('are those of the kernel headers', () => {
    const known = attributes.filter(({ row }) => constants.has(row.kernel));
    const newer = attributes.filter(({ row }) => !constants.has(row.kernel));
    console.log(
      `tables: ${known.length} attribute numbers compared, ${newer.length} newer than the headers` +
        (newer.length > 0 ? `: ${newer.map(({ row }) => row.kernel).join(', ')}` : ''),
    );
    expect(known.length).toBeGreaterThan(180);
    expect(known.map((one) => [pathOf(one), one.row.number])).toEqual(
      known.map((one) => [pathOf(one), constants.get(one.row.kernel)]),
    );
  });

  it('leave no attribute of the headers out', () => {
    const described = new Set(rows.map(({ row }) => row.kernel));
    const families = [
      'IFLA_VLAN_',
      'IFLA_MACVLAN_',
      'IFLA_IPVLAN_',
      'IFLA_VRF_',
      'IFLA_VXLAN_',
      'IFLA_GENEVE_',
      'IFLA_BOND_',
      'IFLA_GRE_',
      'IFLA_IPTUN_',
      'IFLA_VTI_',
      'IFLA_XFRM_',
      'IFLA_TUN_',
      'IFLA_NETKIT_',
      'IFLA_BRPORT_',
      'IFLA_BR_',
      'IFLA_INET6_',
      'IFLA_INET_',
      'IFLA_INFO_',
      'IFLA_XDP_',
      'IFLA_MCTP_',
      'IFLA_PROTO_DOWN_REASON_',
    ];
    const others = ['BRIDGE_QUERIER_', 'RTA_', 'RTAX_', 'IFA_', 'VETH_INFO_'];
    const links = linkAttributes();
    expect(links).toContain('IFLA_MTU');
    const wanted = [
      ...links,
      ...constantsOf(
        [...families, ...others],
        /_MAX$|_UNSPEC$|_PAD$|^IFA_F_|^RTAX_FEATURE_|^RTA_ALIGNTO$/,
      ).map(([name]) => name),
    ];
    const left = wanted.filter((name) => !described.has(name) && !unused.has(name));
    expect(left).toEqual([]);
    expect(wanted.length).toBeGreaterThan(200);
  });
});

/** Numbers that neither the kernel's policies nor its answers have. */
const unused = new Set([
  'IFLA_COST',
  'IFLA_PRIORITY',
  'IFLA_IF_NETNSID', // the older name of IFLA_TARGET_NETNSID
  'RTA_PROTOINFO',
  'RTA_SESSION',
  'RTA_MP_ALGO',
]);

/** The first enum of if_link.h has no prefix of its own. */
function linkAttributes(): readonly string[] {
  const text = readFileSync('/usr/include/linux/if_link.h', 'utf8').replace(/\/\*[\s\S]*?\*\/|^#.*$/gm, '');
  const body = /enum\s*\{\s*IFLA_UNSPEC,([^}]*)\}/.exec(text)?.[1] ?? '';
  return [...body.matchAll(/\b(IFLA_\w+)\b\s*(?=[,=])/g)].flatMap(([, name]) =>
    name && name !== 'IFLA_PAD' ? [name] : [],
  );
}

/** Of the kernel's own headers (include/net/vxlan.h): what a packet has, not a message. */
const insideTheKernel = ['VxlanHeader'];

/** A field, or half of one: 'TC_H_MAJ(tcm_info)' is the upper half of tcm_info. */
function fieldOf(kernel: string): { name: string; offset: number } {
  const [, half, name = kernel] = /^TC_H_(MAJ|MIN)\((\w+)\)$/.exec(kernel) ?? [];
  return { name, offset: half === 'MAJ' ? 2 : 0 };
}

describe('structs', () => {
  for (const table of description.tables.filter(
    ({ name, size }) => size > 0 && !insideTheKernel.includes(name),
  )) {
    it(`lay ${table.name} out as the kernel headers do`, () => {
      const fields = table.rows.map(({ kernel }) => fieldOf(kernel));
      const alike = [...structs].filter(([, { fields: own }]) => fields.every(({ name }) => own.has(name)));
      const [name, struct] = alike.find(([, { size }]) => size === table.size) ?? alike[0] ?? [];
      expect(name, 'a struct with these fields').toBeDefined();
      expect(struct?.size).toBe(table.size);
      expect(table.rows.map((row) => [row.kernel, row.number])).toEqual(
        fields.map(({ name, offset }, i) => [
          table.rows[i]?.kernel,
          (struct?.fields.get(name) ?? 0) + offset,
        ]),
      );
    });
  }
});

/** Where the values of names come from; `partly` where only the ones worth a name have one. */
const origins: Readonly<
  Record<string, { prefix: readonly string[]; left?: RegExp; partly?: true; shift?: true }>
> = {
  'LinkHeader.type': { prefix: ['ARPHRD_'], partly: true },
  'LinkHeader.family': { prefix: ['AF_'], partly: true },
  'LinkHeader.flags': { prefix: ['IFF_'], left: /^IFF_VOLATILE$/ },
  'LinkAttributes.operState': { prefix: ['IF_OPER_'] },
  'LinkAttributes.linkMode': { prefix: ['IF_LINK_MODE_'] },
  'LinkAttributes.event': { prefix: ['IFLA_EVENT_'] },
  'LinkAttributes.extMask': { prefix: ['RTEXT_FILTER_'] },
  'LinkInet6.addressGenerationMode': { prefix: ['IN6_ADDR_GEN_MODE_'] },
  'LinkXdp.attached': { prefix: ['XDP_ATTACHED_'] },
  'LinkXdp.flags': { prefix: ['XDP_FLAGS_'], left: /_MASK$|_MODES$/ },
  'AddressHeader.family': { prefix: ['AF_'], partly: true },
  'AddressHeader.scope': { prefix: ['RT_SCOPE_'] },
  'AddressAttributes.flags': { prefix: ['IFA_F_'] },
  'AddressAttributes.protocol': { prefix: ['IFAPROT_'] },
  'RouteHeader.family': { prefix: ['AF_'], partly: true },
  'RouteHeader.protocol': { prefix: ['RTPROT_'] },
  'RouteHeader.scope': { prefix: ['RT_SCOPE_'] },
  'RouteHeader.type': { prefix: ['RTN_'], left: /_MAX$/ },
  'RouteHeader.flags': { prefix: ['RTNH_F_', 'RTM_F_'] },
  'RouteAttributes.table': { prefix: ['RT_TABLE_'], partly: true },
  'RouteAttributes.preference': { prefix: ['ICMPV6_ROUTER_PREF_'], left: /_INVALID$/ },
  'RouteAttributes.encapType': { prefix: ['LWTUNNEL_ENCAP_'], left: /_MAX$/ },
  'RouteAttributes.ipProto': { prefix: ['IPPROTO_'], partly: true },
  'RouteMetrics.lock': { prefix: ['RTAX_'], left: /_MAX$|^RTAX_(UNSPEC|LOCK|FEATURE_.*)$/, shift: true },
  'RouteMetrics.features': { prefix: ['RTAX_FEATURE_'], left: /_MASK$/ },
  'NextHopHeader.flags': { prefix: ['RTNH_F_'] },
  'BridgeData.vlanProtocol': { prefix: ['ETH_P_'], partly: true },
  'BridgeData.mcastRouter': { prefix: ['MDB_RTR_TYPE_'] },
  'BridgeBoolOpt.value': { prefix: ['BR_BOOLOPT_'], left: /_MAX$/, shift: true },
  'BridgePortData.state': { prefix: ['BR_STATE_'] },
  'VlanFlags.flags': { prefix: ['VLAN_FLAG_'], partly: true },
  'VlanData.protocol': { prefix: ['ETH_P_'], partly: true },
  'MacvlanData.mode': { prefix: ['MACVLAN_MODE_'] },
  'MacvlanData.flags': { prefix: ['MACVLAN_FLAG_'] },
  'MacvlanData.addressMode': { prefix: ['MACVLAN_MACADDR_'] },
  'IpvlanData.mode': { prefix: ['IPVLAN_MODE_'], left: /_MAX$/ },
  'IpvlanData.flags': { prefix: ['IPVLAN_F_'], partly: true },
  'VxlanData.df': { prefix: ['VXLAN_DF_'], left: /_MAX$|_END$/ },
  'GeneveData.df': { prefix: ['GENEVE_DF_'], left: /_MAX$|_END$/ },
  'GreData.encapType': { prefix: ['TUNNEL_ENCAP_'], left: /_FLAG_/ },
  'IpipData.encapType': { prefix: ['TUNNEL_ENCAP_'], left: /_FLAG_/ },
  'BondData.mode': { prefix: ['BOND_MODE_'], partly: true },
  'BondData.xmitHashPolicy': { prefix: ['BOND_XMIT_POLICY_'], partly: true },
  'TunData.type': { prefix: ['IFF_'], partly: true },
};

/** 'notPresent' and NOTPRESENT, '802.1Q' and 8021Q are the same. */
function folded(name: string): string {
  return name.replace(/[^a-z0-9]/gi, '').toLowerCase();
}

describe('named values', () => {
  for (const [path, { prefix, left = /^$/, partly, shift }] of Object.entries(origins)) {
    it(`of ${path} are those of ${prefix.join('* and ')}*`, () => {
      const names = rows.find((one) => pathOf(one) === path)?.row.names ?? [];
      const kernel = constantsOf(prefix, left).map(([name, value]) => {
        const own = prefix.find((one) => name.startsWith(one)) ?? '';
        return { name: folded(name.slice(own.length)), value: shift ? 2 ** value : value };
      });
      expect(kernel.length, 'constants in the headers').toBeGreaterThan(1);
      const same = names.flatMap(({ name, value }) => {
        const found = kernel.filter((one) => one.name === folded(name));
        return found.length === 0 ? [] : [{ name, value, kernel: found.map((one) => one.value) }];
      });
      expect(same.filter((one) => !one.kernel.includes(one.value))).toEqual([]);
      expect(same.length, 'names spelled as the kernel spells them').toBeGreaterThan(0);
      const values = new Set(names.map(({ value }) => value));
      if (!partly) expect(kernel.filter(({ value }) => !values.has(value))).toEqual([]);
    });
  }
});

describe('what is generated from the tables', () => {
  it('has the types of src/rtnl/attributes.generated.ts', () => {
    expect(typescript(description)).toBe(readFileSync('src/rtnl/attributes.generated.ts', 'utf8'));
  });

  it('has the text of docs/attributes.md', () => {
    expect(reference(description)).toBe(readFileSync('docs/attributes.md', 'utf8'));
  });

  it('describes nothing twice, and every table that is referred to', () => {
    const names = description.tables.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const referred = rows.flatMap(({ row }) => [row.table, row.header].filter((name) => name !== undefined));
    expect(referred.filter((name) => !names.includes(name))).toEqual([]);
    expect(referred.length).toBeGreaterThan(15);
  });
});
