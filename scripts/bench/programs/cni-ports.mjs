// Ports by the CNI plugin portmap, after bridge as in a chain, which it gets the result of. It publishes all ports of a container in one
// call, so ports one after the other are of containers one after the other. Driven as ports.mjs says.
import { cniPlugin } from './cni-plugin.mjs';
import { drive } from './ports.mjs';

const portmap = cniPlugin('portmap', {
  cniVersion: '1.0.0',
  name: 'npbench',
  type: 'portmap',
  capabilities: { portMappings: true },
  snat: true,
});
let name = '';
/** @type {object} */
let prevResult = {};

/** @param {readonly import('./ports.mjs').Port[]} ports */
const mappings = (ports) => ({
  runtimeConfig: { portMappings: ports.map((port) => ({ ...port, protocol: 'tcp' })) },
  prevResult,
});
/** A name for what is published together. @param {readonly import('./ports.mjs').Port[]} ports */
const owner = (ports) => `${name}-${ports[0]?.hostPort}`;

await drive({
  prepare: (container) => {
    ({ name } = container);
    prevResult = {
      cniVersion: '1.0.0',
      interfaces: [{ name: 'eth0', sandbox: `/run/netns/${name}` }],
      ips: [{ interface: 0, address: `${container.address}/${container.prefix}` }],
    };
  },
  publish: (ports) => portmap('ADD', owner(ports), 'eth0', mappings(ports)),
  unpublish: (ports) => portmap('DEL', owner(ports), 'eth0', mappings(ports)),
  publishRange: ({ range, ...first }) =>
    portmap(
      'ADD',
      owner([first]),
      'eth0',
      mappings(
        Array.from({ length: range }, (_, i) => ({
          hostPort: first.hostPort + i,
          containerPort: first.containerPort + i,
        })),
      ),
    ),
});
