// Single requests with the npm package netlink: the structures are its types, what is in IFLA_LINKINFO it takes as bytes. A link is
// looked up once, as its README does. Driven as operations.mjs says.
import { createRtNetlink } from 'netlink';
import { drive, target } from './operations.mjs';

const socket = createRtNetlink({ ref: true, recvBufferSize: 2 ** 20, sendBufferSize: 2 ** 16 });
const CREATE = { flags: 0x600 }; // NLM_F_CREATE | NLM_F_EXCL
const AF_INET = 2;
const [RT_TABLE_MAIN, RTPROT_STATIC, RT_SCOPE_LINK, RTN_UNICAST] = [254, 4, 253, 1];
// One attribute: IFLA_INFO_KIND, 7 bytes of text and its end.
const BRIDGE = Buffer.from([11, 0, 1, 0, ...Buffer.from('bridge\0'), 0]);

const bytes = (/** @type {string} */ address) => Buffer.from(address.split('.').map(Number));
const everyLink = await socket.getLinks();
const index = everyLink.find(({ attrs }) => attrs.ifname === target)?.data.index ?? 0;

await drive({
  'link-add': (ifname) => socket.newLink({}, { ifname, linkinfo: BRIDGE }, CREATE),
  'link-set': (up) => socket.setLink({ index, change: { up: true }, flags: up ? { up } : {} }),
  'address-add': (address) =>
    socket.newAddress(
      { family: AF_INET, prefixlen: 32, index },
      { local: bytes(address), address: bytes(address) },
      CREATE,
    ),
  'route-add': (address) =>
    socket.newRoute(
      {
        family: AF_INET,
        dstLen: 32,
        table: RT_TABLE_MAIN,
        protocol: RTPROT_STATIC,
        scope: RT_SCOPE_LINK,
        type: RTN_UNICAST,
      },
      { dst: bytes(address), oif: index },
      CREATE,
    ),
  'link-get': (ifname) => socket.getLink({}, { ifname }),
  'links-list': () => socket.getLinks(),
});
socket.socket.close();
