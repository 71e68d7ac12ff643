// Owns: the host namespace of a round, and the bridge in it. It must not know who will attach containers to
// it.
import { rmSync, statSync } from 'node:fs';
import { run } from './processes.mjs';

/**
 * How the bridge is made: `plain` as everyone does it; `quiet` as the library makes it, without an IPv6
 * link-local address and with its MAC address pinned; `own`: not at all, the implementation makes it before
 * it starts timing.
 * @typedef {'plain' | 'quiet' | 'own'} BridgeStyle
 */

/** @typedef {import('./processes.mjs').Command} Command */

const PINNED_MAC = '02:6e:70:62:65:6e';

export class Host {
  /** @param {string} name below /run/netns */
  constructor(name) {
    this.name = name;
    this.path = `/run/netns/${name}`;
  }

  /**
   * Makes a namespace with lo up and, unless the implementation makes its own, the bridge up with the
   * gateway's address.
   * @param {string} name
   * @param {{ style: BridgeStyle, bridge: string, gateway: string, prefix: number }} wanted
   */
  static async create(name, wanted) {
    await run({ file: 'ip', args: ['netns', 'add', name] });
    const host = new Host(name);
    await host.ip(['link set lo up']);
    await host.addBridge(wanted);
    return host;
  }

  /** @param {{ style: BridgeStyle, bridge: string, gateway: string, prefix: number }} wanted */
  async addBridge({ style, bridge, gateway, prefix }) {
    if (style === 'own') return;
    const quiet = `link set ${bridge} address ${PINNED_MAC} addrgenmode none`;
    await this.ip([
      `link add ${bridge} type bridge`,
      ...(style === 'quiet' ? [quiet] : []),
      `address add ${gateway}/${prefix} dev ${bridge}`,
      `link set ${bridge} up`,
    ]);
  }

  /** Lines of `ip -batch`, inside. @param {readonly string[]} lines @param {AbortSignal} [signal] */
  async ip(lines, signal) {
    const input = lines.map((line) => `${line}\n`).join('');
    await run(this.enter({ file: 'ip', args: ['-batch', '-'], input }), { signal });
  }

  /**
   * The same command, started inside. Not by `ip netns exec`: names made below that are seen by nobody else.
   * @param {Command} command
   * @returns {Command}
   */
  enter(command) {
    return { ...command, file: 'nsenter', args: [`--net=${this.path}`, command.file, ...command.args] };
  }

  /** Removes the lock file that the library keeps for this host; the namespace itself goes with the session's. */
  forgetLock() {
    rmSync(`/run/netplumb/${statSync(this.path).ino}.lock`, { force: true });
  }
}
