// Owns: what the containers of a round are called and get, and the work list that tells a program so. It must
// not know who carries it out. Formats are those of the library's labels and claims, so that a floor which
// only copies strings sends as many bytes as the library.
import { createHash, randomInt } from 'node:crypto';
import { Address4 } from 'ip-address';

/**
 * @typedef {object} Plan
 * @property {string} bridge
 * @property {string} subnet CIDR
 * @property {string} gateway
 * @property {number} prefix
 * @property {readonly ContainerPlan[]} containers
 *
 * @typedef {object} ContainerPlan
 * @property {string} name of the container and of its namespace
 * @property {string} address
 * @property {string} mac
 * @property {string} hostLink
 */

const BRIDGE = 'br0';
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * @param {string} family what the containers' names begin with
 * @param {number} n
 * @param {{ bridge?: string, network?: string }} [where] `br0` and 172.16.0.0 unless told
 * @returns {Plan}
 */
export function planContainers(family, n, { bridge = BRIDGE, network: base = '172.16.0.0' } = {}) {
  const prefix = n <= 253 ? 24 : 16;
  const network = new Address4(`${base}/${prefix}`);
  const containers = Array.from({ length: n }, (_, i) => {
    const address = network.offset(i + 2).correctForm();
    return {
      name: `${family}-c${i + 1}`,
      address,
      mac: derivedMac(bridge, address),
      hostLink: randomLinkName(),
    };
  });
  return {
    bridge,
    subnet: `${base}/${prefix}`,
    gateway: network.offset(1).correctForm(),
    prefix,
    containers,
  };
}

/**
 * One line per container, tab separated: name, address, prefix length, MAC, host link, label, claim of the
 * container's name, claim of the address.
 * @param {Plan} plan
 */
export function workList(plan) {
  return plan.containers
    .map((c) => {
      const label = [
        'netplumb/1',
        `network=${plan.bridge}`,
        `container=${c.name}`,
        `addresses=${c.address}/${plan.prefix}`,
        `mac=${c.mac}`,
        'if=eth0',
        'netns=created',
      ].join(' ');
      const claims = [`np1:${plan.bridge}:c:${c.name}`, `np1:${plan.bridge}:${c.address}`];
      return `${[c.name, c.address, plan.prefix, c.mac, c.hostLink, label, ...claims].join('\t')}\n`;
    })
    .join('');
}

/** @param {string} bridge @param {string} address */
function derivedMac(bridge, address) {
  const digest = createHash('sha256').update(`netplumb/1 ${bridge} ${address}`).digest();
  return ['02', ...[...digest.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, '0'))].join(':');
}

function randomLinkName() {
  return `np${Array.from({ length: 12 }, () => BASE32[randomInt(32)]).join('')}`;
}
