// Owns: how a CNI plugin is started (the CNI specification, section 3). It must not know what is plugged in.
import { execute } from './execute.mjs';

export const PLUGINS = process.env.NETPLUMB_BENCH_CNI ?? '/usr/lib/cni';

/**
 * @param {string} plugin @param {object} configuration
 * @returns {(command: 'ADD' | 'DEL', namespace: string, link?: string, more?: object) => Promise<string>} `more`: what a runtime
 *   adds to the configuration of one call, such as the result of the plugin before
 */
export function cniPlugin(plugin, configuration) {
  return (command, namespace, link = 'eth0', more = {}) =>
    execute(`${PLUGINS}/${plugin}`, [], {
      input: JSON.stringify({ ...configuration, ...more }),
      env: {
        CNI_COMMAND: command,
        CNI_CONTAINERID: namespace,
        CNI_NETNS: `/run/netns/${namespace}`,
        CNI_IFNAME: link,
        CNI_PATH: PLUGINS,
      },
    });
}
