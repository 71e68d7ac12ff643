// Ports by `nft -f` for each change: an element of a map for each, as the nftables wiki advises for many. Driven as ports.mjs says.
import { execute } from './execute.mjs';
import { drive } from './ports.mjs';

let address = '';

/** @param {string} text */
const nft = (text) => execute('nft', ['-f', '-'], { input: `${text}\n` });

/** @param {readonly import('./ports.mjs').Port[]} ports */
const elements = (ports) =>
  ports.map(({ hostPort, containerPort }) => `${hostPort} : ${address} . ${containerPort}`).join(', ');

await drive({
  prepare: async (container) => {
    ({ address } = container);
    await nft(`table ip bench {
      map ports { type inet_service : ipv4_addr . inet_service; }
      chain prerouting { type nat hook prerouting priority dstnat; fib daddr type local dnat ip to tcp dport map @ports; }
      chain output { type nat hook output priority -100; fib daddr type local dnat ip to tcp dport map @ports; }
    }`);
  },
  publish: (ports) => nft(`add element ip bench ports { ${elements(ports)} }`),
  unpublish: (ports) =>
    nft(`delete element ip bench ports { ${ports.map(({ hostPort }) => hostPort).join(', ')} }`),
  // nft 1.0.6 has no shifted translation: a range is so many elements.
  publishRange: ({ hostPort, containerPort, range }) =>
    nft(
      `add element ip bench ports { ${elements(
        Array.from({ length: range }, (_, i) => ({
          hostPort: hostPort + i,
          containerPort: containerPort + i,
        })),
      )} }`,
    ),
});
