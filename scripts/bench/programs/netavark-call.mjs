// Owns: what podman hands to netavark. It must not know what is measured.
import { execute } from './execute.mjs';

const [, , gateway = '', subnet = ''] = process.argv.slice(2);

export const NETAVARK = process.env.NETPLUMB_BENCH_NETAVARK ?? '/usr/lib/podman/netavark';

/**
 * @param {'setup' | 'teardown'} command @param {string} bridge
 * @param {{ name: string, address: string }} container
 * @param {readonly object[]} [port_mappings]
 */
export function netavark(command, bridge, { name, address }, port_mappings = []) {
  const configuration = {
    container_id: name,
    container_name: name,
    port_mappings,
    networks: { npbench: { static_ips: [address], interface_name: 'eth0' } },
    network_info: {
      npbench: {
        name: 'npbench',
        id: '6e70'.padEnd(64, '0'),
        driver: 'bridge',
        network_interface: bridge,
        subnets: [{ subnet, gateway }],
        ipv6_enabled: false,
        internal: false,
        dns_enabled: false,
        ipam_options: { driver: 'host-local' },
      },
    },
  };
  const folder = `${process.env.NETPLUMB_BENCH_FOLDER}/netavark`;
  const args = ['--config', folder, command, `/run/netns/${name}`];
  return execute(NETAVARK, args, { input: JSON.stringify(configuration) });
}
