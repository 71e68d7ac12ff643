// Where an explained line says in other words what a capture's command says; the kernel test of explained lines has ip send
// both.

export const otherWords: Readonly<Record<string, string>> = {
  'ip link set veth0 type bridge_slave mcast_fast_leave on':
    'ip link set dev veth0 type bridge_slave fastleave on',
  'ip link set veth2 group default': 'ip link set dev veth2 group 0',
  'ip address add 172.16.1.1/24 dev veth2 broadcast +':
    'ip address add 172.16.1.1/24 dev veth2 broadcast 172.16.1.255',
  'ip address add 172.16.1.1/24 dev veth2 broadcast -':
    'ip address add 172.16.1.1/24 dev veth2 broadcast 172.16.1.0',
  'ip address add 172.16.1.1/24 dev veth2 scope 200': 'ip address add 172.16.1.1/24 dev veth2 scope site',
  'ip address add 172.16.1.1/24 dev veth2 broadcast + label veth2:1 scope link noprefixroute metric 7':
    'ip address add 172.16.1.1/24 dev veth2 broadcast 172.16.1.255 label veth2:1 scope link noprefixroute metric 7',
  'ip address add fd00::2/64 dev veth2 preferred_lft 0':
    'ip address add fd00::2/64 dev veth2 valid_lft forever preferred_lft 0',
  'ip address add 127.0.0.2/8 dev lo': 'ip address add 127.0.0.2/8 dev lo scope host',
  'ip route add unicast 10.0.0.0/8 via 172.16.0.2': 'ip route add 10.0.0.0/8 via 172.16.0.2',
  'ip route add 10.0.0.0/8 dev veth2 scope link': 'ip route add 10.0.0.0/8 dev veth2',
  'ip route add 10.0.0.0/8 nexthop via 172.16.0.2 dev veth2 weight 1 nexthop via 172.16.0.3 dev veth2 weight 5':
    'ip route add 10.0.0.0/8 nexthop via 172.16.0.2 dev veth2 nexthop via 172.16.0.3 dev veth2 weight 5',
  'ip route add 10.0.0.0/8 via 172.16.0.2 rtt 100ms': 'ip route add 10.0.0.0/8 via 172.16.0.2 rtt 800',
  'ip route add 10.0.0.0/8 via 172.16.0.2 rttvar 50ms': 'ip route add 10.0.0.0/8 via 172.16.0.2 rttvar 200',
  'ip route add 10.0.0.0/8 via 172.16.0.2 rto_min 200ms':
    'ip route add 10.0.0.0/8 via 172.16.0.2 rto_min 200',
  'ip -6 route add fd01::/64 nexthop via fd00::2 dev veth2 weight 1 nexthop via fd00::3 dev veth2 weight 5':
    'ip -6 route add fd01::/64 nexthop via fd00::2 dev veth2 nexthop via fd00::3 dev veth2 weight 5',
};
