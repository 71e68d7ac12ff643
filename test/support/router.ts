// A router next to a host that sends router advertisements (RFC 4861), with python3's raw sockets: no daemon has to run.
import { command } from './command.js';

// Type 134, hop limit 64, lifetime 1,800 s; a prefix option of /64, on-link and autonomous, valid for an hour.
const program = `
import socket, struct, sys
link, prefix = sys.argv[1], sys.argv[2]
head = struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, 1800, 0, 0)
option = struct.pack('!BBBBIII', 3, 4, 64, 0xc0, 3600, 3600, 0) + socket.inet_pton(socket.AF_INET6, prefix)
s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex(link))
s.sendto(head + option, ('ff02::1', 0, 0, socket.if_nametoindex(link)))
`;

/** Sends one advertisement out of a link, from its link-local address, of itself as default router and of an autonomous /64. */
export function advertise(host: { readonly path: string }, link: string, prefix: string): void {
  command('nsenter', [`--net=${host.path}`, 'python3', '-c', program, link, prefix]);
}
