// Owns: what stands after a round, read by `ip -j` and compared with the plan, to prove that every
// implementation did the same work; and what sets its result apart from the others' without being wrong. It
// must not know who did the work.
import { run } from './processes.mjs';

/**
 * What a report has to state: two results that differ here took different work.
 * @typedef {object} Traits
 * @property {number} queues transmit queues of a host link
 * @property {boolean} ipv6 whether the links got IPv6 addresses
 * @property {boolean} label whether the host link's alias says whose it is
 * @property {number} claims altnames on the host link
 * @property {number} [rules] of iptables, on the host
 */

/** @typedef {import('./work-list.mjs').Plan} Plan */

// Of more than these every second, third, … is looked into: proving a thousand takes longer than making them.
const MOST_LOOKED_INTO = 100;

/** The fields used of `ip -j -d address` and `ip -j route`.
 * @typedef {{ family: string, local: string, prefixlen: number }} AddressInfo
 * @typedef {{ ifname: string, flags: string[], operstate: string, master?: string, num_tx_queues: number,
 *   ifalias?: string, altnames?: string[], addr_info?: AddressInfo[] }} LinkInfo
 * @typedef {{ dst: string, gateway?: string, dev: string }} RouteInfo
 */

/**
 * @param {string} host the host namespace's name
 * @param {Plan} plan
 * @param {AbortSignal} signal
 * @returns {Promise<Traits>} rejects when something of the plan does not stand
 */
export async function verifyEndState(host, plan, signal) {
  const ports = (await addresses(host, signal)).filter((link) => link.master === plan.bridge);
  const upPorts = ports.filter((port) => port.flags.includes('UP') && port.flags.includes('LOWER_UP'));
  if (upPorts.length !== plan.containers.length) {
    throw new Error(`${upPorts.length} links are up on ${plan.bridge}, not ${plan.containers.length}`);
  }
  /** @type {LinkInfo[]} */
  const ends = [];
  const step = Math.ceil(plan.containers.length / MOST_LOOKED_INTO);
  const waiting = plan.containers.filter((_, i) => i % step === 0);
  const worker = async () => {
    for (let c = waiting.shift(); c !== undefined; c = waiting.shift()) {
      ends.push(await verifyContainer(c.name, plan, signal));
    }
  };
  await Promise.all([worker(), worker()]);
  const given = new Set(ends.map((end) => inet(end)?.local));
  if (given.size !== ends.length) throw new Error(`${ends.length} containers share ${given.size} addresses`);
  return { ...traits(ports, ends), rules: await countRules(host, signal) };
}

/** @param {string} host @param {AbortSignal} signal */
async function countRules(host, signal) {
  const save = { file: 'nsenter', args: [`--net=/run/netns/${host}`, 'iptables-save'] };
  const printed = await run(save, { signal }).catch(() => ''); // without iptables there are none
  return printed.split('\n').filter((line) => line.startsWith('-A')).length;
}

/**
 * For what removes again: none of the plan's containers has a link on the host.
 * @param {string} host the host namespace's name
 * @param {Plan} plan
 * @param {AbortSignal} signal
 * @returns {Promise<Traits>} of nothing; rejects when something of the plan stands
 */
export async function verifyGone(host, plan, signal) {
  const links = await addresses(host, signal);
  const left = links.filter(({ ifname, master }) => master === plan.bridge || ifname.startsWith('np'));
  if (left.length > 0) throw new Error(`${left.length} links are left, ${left[0]?.ifname} among them`);
  return { queues: 0, ipv6: false, label: false, claims: 0 };
}

/** @param {string} name @param {Plan} plan @param {AbortSignal} signal */
async function verifyContainer(name, plan, signal) {
  // One process for both: proving N containers takes longer than making them.
  const printed = await run(
    { file: 'ip', args: ['-n', name, '-j', '-d', '-batch', '-'], input: 'address\nroute show default\n' },
    { signal },
  );
  const [first = '', second = ''] = printed.split('\n');
  /** @type {LinkInfo[]} */
  const links = JSON.parse(first);
  /** @type {RouteInfo[]} */
  const routes = JSON.parse(second);
  const up = (/** @type {string} */ link) => links.find((l) => l.ifname === link && l.flags.includes('UP'));
  const eth0 = up('eth0');
  if (!up('lo')) throw new Error(`${name}: lo is not up`);
  if (!eth0?.flags.includes('LOWER_UP')) throw new Error(`${name}: eth0 is not up`);
  if (inet(eth0)?.prefixlen !== plan.prefix)
    throw new Error(`${name}: eth0 has no address of ${plan.subnet}`);
  if (routes.length !== 1 || routes[0]?.gateway !== plan.gateway || routes[0].dev !== 'eth0') {
    throw new Error(`${name}: the default route is not by ${plan.gateway} on eth0`);
  }
  return eth0;
}

/** @param {readonly LinkInfo[]} ports @param {readonly LinkInfo[]} ends @returns {Traits} */
function traits(ports, ends) {
  const [port] = ports;
  return {
    queues: port?.num_tx_queues ?? 0,
    ipv6: [...ports, ...ends].some((link) => link.addr_info?.some((a) => a.family === 'inet6')),
    label: port?.ifalias !== undefined,
    claims: port?.altnames?.length ?? 0,
  };
}

/** @param {LinkInfo} link */
function inet(link) {
  return link.addr_info?.find((address) => address.family === 'inet');
}

/** @param {string} namespace @param {AbortSignal} signal @returns {Promise<LinkInfo[]>} */
async function addresses(namespace, signal) {
  return JSON.parse(await run({ file: 'ip', args: ['-n', namespace, '-j', '-d', 'address'] }, { signal }));
}
