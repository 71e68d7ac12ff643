// Owns: a bridge with as many ports as one can have, whose other ends are in another namespace, as a host of containers has them.

/** BR_MAX_PORTS, less one. */
export const PORTS = 1023;

/**
 * @param {import('../host.mjs').Host} host @param {import('../host.mjs').Host} peers @param {string} bridge which stands
 * @param {AbortSignal} signal
 */
export async function plugPorts(host, peers, bridge, signal) {
  const lines = Array.from(
    { length: PORTS },
    (_, i) => `link add port${i} master ${bridge} type veth peer name end${i} netns ${peers.name}`,
  );
  await host.ip(lines, signal);
}
