// Ports by a process of iptables for each rule, or one of iptables-restore for each change; NETPLUMB_BENCH_IPTABLES says which. A rule for
// each port, a shifted one for a range, in a chain that packets to this host go through. Driven as ports.mjs says.
import { execute } from './execute.mjs';
import { drive } from './ports.mjs';

const chain = 'BENCH';
const wait = ['-w', '5'];
let address = '';

/** @param {readonly string[]} lines of table nat */
const restore = (lines) =>
  execute('iptables-restore', [...wait, '--noflush'], { input: `*nat\n${lines.join('\n')}\nCOMMIT\n` });

/** @param {readonly string[]} lines */
const oneByOne = async (lines) => {
  for (const line of lines) await execute('iptables', [...wait, '-t', 'nat', ...line.split(' ')]);
};

const change = process.env.NETPLUMB_BENCH_IPTABLES === 'restore' ? restore : oneByOne;
const rule = (/** @type {import('./ports.mjs').Port} */ { hostPort, containerPort }) =>
  `${chain} -p tcp -m tcp --dport ${hostPort} -j DNAT --to-destination ${address}:${containerPort}`;

await drive({
  prepare: async (container) => {
    ({ address } = container);
    await restore([
      `:${chain} - [0:0]`,
      `-A PREROUTING -m addrtype --dst-type LOCAL -j ${chain}`,
      `-A OUTPUT -m addrtype --dst-type LOCAL -j ${chain}`,
    ]);
  },
  publish: (ports) => change(ports.map((port) => `-A ${rule(port)}`)),
  unpublish: (ports) => change(ports.map((port) => `-D ${rule(port)}`)),
  publishRange: ({ hostPort, containerPort, range }) =>
    change([
      `-A ${chain} -p tcp -m tcp --dport ${hostPort}:${hostPort + range - 1} -j DNAT --to-destination ${address}:${containerPort}-${containerPort + range - 1}/${hostPort}`,
    ]),
});
