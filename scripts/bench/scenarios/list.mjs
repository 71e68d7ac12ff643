// Owns: reading a host's links, as the library's table has it. It must not know how they are read. Rivals: operations.mjs.
import { Host } from '../host.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { PORTS, plugPorts } from './ports.mjs';

const BRIDGE = 'br0';

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
    await host.ip([`link add ${BRIDGE} type bridge`]);
    await plugPorts(host, peers, BRIDGE, session.signal);
    const plan = { bridge: BRIDGE, gateway: '', prefix: 0, subnet: '', containers: [] };
    const inside = host.enter(command({ plan, lock: session.lock, folder: '' }));
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
