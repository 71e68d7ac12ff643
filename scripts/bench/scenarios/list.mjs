// Owns: reading a host's links: a bridge with as many ports as one can have, whose other ends are in another namespace, as a
// host of containers has them. It must not know how they are read.
import { Host } from '../host.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';

const BRIDGE = 'br0';
const PORTS = 1023; // BR_MAX_PORTS, less one

/** @param {string} figure @param {number} atMost @returns {import('./scenario.mjs').Target} */
const againstIp = (figure, atMost) => ({ implementation: 'netplumb', figure, against: 'ip_us', atMost });

/** @type {import('./scenario.mjs').Scenario} */
export const list = {
  name: 'list',
  description: `list ${PORTS} bridge ports N times, on the calling thread, awaited, and by ip, in turn`,
  floor: 'netplumb',
  targets: [againstIp('p50', 0.5), againstIp('async_us', 0.5), againstIp('objects_us', 1 / 3)],
  async measure({ session, implementation, n }) {
    const command = implementation.commands.list;
    if (command === undefined) throw new Error(`${implementation.name} cannot list`);
    const host = await Host.create(session.name('host'), {
      style: 'own',
      bridge: '',
      gateway: '',
      prefix: 0,
    });
    const peers = await Host.create(session.name('peers'), {
      style: 'own',
      bridge: '',
      gateway: '',
      prefix: 0,
    });
    const lines = [`link add ${BRIDGE} type bridge`];
    for (let i = 0; i < PORTS; i++)
      lines.push(`link add port${i} master ${BRIDGE} type veth peer name end${i} netns ${peers.name}`);
    const batch = { file: 'ip', args: ['-batch', '-'], input: lines.map((line) => `${line}\n`).join('') };
    await run(host.enter(batch), { signal: session.signal });
    const plan = { bridge: BRIDGE, gateway: '', prefix: 0, subnet: '', containers: [] };
    const inside = host.enter(command({ plan, lock: session.lock }));
    const counted = { ...inside, args: [...inside.args, String(n), String(PORTS)] };
    const printed = await run(counted, { signal: session.signal, timeoutMs: 60_000 + n * 1000 });
    return { ...readTiming(printed, n), endState: await traitsOf(host.name) };
  },
};

/** @param {string} namespace @returns {Promise<import('../end-state.mjs').Traits>} */
async function traitsOf(namespace) {
  const printed = await run({ file: 'ip', args: ['-n', namespace, '-j', '-d', 'link'] });
  /** @type {{ master?: string, num_tx_queues: number, ifalias?: string, altnames?: string[] }[]} */
  const links = JSON.parse(printed);
  const ports = links.filter(({ master }) => master === BRIDGE);
  const [port] = ports;
  if (port === undefined || ports.length !== PORTS) throw new Error(`${ports.length} ports stand`);
  const { num_tx_queues: queues, ifalias, altnames = [] } = port;
  return { queues, ipv6: false, label: ifalias !== undefined, claims: altnames.length };
}
