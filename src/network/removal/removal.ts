// Taking many containers and whole networks away at once: names first, so that a crash leaves nothing that has a name and no
// links, then every link by one group. Which ones go is for others to say, who hold the host's lock exclusively.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { Plan } from '../../plan.js';
import { newReapingGroup } from '../formats/reaping.js';
import type { StandingBridge, StandingPort } from '../standing.js';
import { findMade, giveUp, namespaceName } from './made-namespaces.js';
import { deleteGroup } from './reaper.js';

/** How often links are listed again because some went in between. */
const rounds = 5;

/**
 * Removes containers' links, other links, and the names of the namespaces that netplumb made for the containers, unless
 * somebody stays in them.
 * @param others indexes of more links to remove
 * @returns the names that went
 */
export async function takeAway(
  host: Namespace,
  ports: readonly StandingPort[],
  others: readonly number[],
): Promise<readonly string[]> {
  const { names, held } = await surrenderNames(host, ports);
  await deleteLinks(host, [...ports.map(({ index }) => index), ...others], held);
  return names;
}

interface Surrendered {
  readonly names: readonly string[];
  /** Held until their links are gone, which is then one tearing down for all. */
  readonly held: readonly Namespace[];
}

async function surrenderNames(host: Namespace, ports: readonly StandingPort[]): Promise<Surrendered> {
  const names: string[] = [];
  const held: Namespace[] = [];
  let left = ports.filter(({ label, netNsId }) => label.namespace === 'created' && netNsId !== undefined);
  const inside = byNamespace(ports);
  while (left.length > 0) {
    const plan = new Plan({ undo: false });
    const planned = left.map((port) => {
      const housemates = inside.get(port.netNsId) ?? [];
      const leaving = [port, ...housemates.filter((other) => other !== port)];
      return plan.surrenderName(host, namespaceName(port.label), port.netNsId ?? 0, leaving);
    });
    try {
      const result = await plan.run();
      planned.forEach((one, at) => {
        const namespace = result.surrendered(one);
        const label = left[at]?.label;
        if (namespace === undefined || label === undefined) return;
        held.push(namespace);
        names.push(namespaceName(label));
      });
      left = [];
    } catch (error) {
      const at = error instanceof NetlinkError && error.code === 'EBUSY' ? error.step : undefined;
      const shared = at === undefined ? undefined : left[at];
      if (at === undefined || shared === undefined) throw error;
      // Those before it are done; what was held of them was let go.
      names.push(...left.slice(0, at).map(({ label }) => namespaceName(label)));
      await handDown(host, shared, inside.get(shared.netNsId) ?? [], names);
      left = left.slice(at + 1);
    }
  }
  return { names, held };
}

function byNamespace(
  ports: readonly StandingPort[],
): ReadonlyMap<number | undefined, readonly StandingPort[]> {
  const groups = new Map<number | undefined, StandingPort[]>();
  for (const port of ports) {
    const group = groups.get(port.netNsId);
    if (group === undefined) groups.set(port.netNsId, [port]);
    else group.push(port);
  }
  return groups;
}

// Somebody else's container of ours lives in there, who has the name to give up from now on.
async function handDown(
  host: Namespace,
  port: StandingPort,
  housemates: readonly StandingPort[],
  names: string[],
): Promise<void> {
  const made = await findMade(host, port, new Set(housemates.map(({ index }) => index)));
  if (made !== undefined && (await giveUp(host, made))) names.push(made.name);
}

/** By group: one wait for RCU in all instead of 16-33 ms each. @param held namespaces to let go of when the links are gone */
export async function deleteLinks(
  host: Namespace,
  links: readonly number[],
  held: readonly Namespace[] = [],
): Promise<void> {
  let left = links;
  for (let round = 1; ; round++) {
    const group = newReapingGroup();
    const plan = new Plan({ undo: false });
    // Together, although a link may be gone: the others are wanted gone all the same.
    const onHost = plan.together(host).links;
    for (const index of left) onHost.set(index, { group });
    try {
      if (left.length > 0) await plan.run();
      await deleteGroup(host, group, held);
      return;
    } catch (error) {
      if (!(error instanceof NetlinkError && error.code === 'ENODEV') || round === rounds) {
        for (const namespace of held) namespace.close();
        throw error;
      }
      const standing = new Set((await host.links.list()).map(({ index }) => index));
      left = left.filter((index) => standing.has(index));
    }
  }
}

/** The shell lines of removing a network's links. */
export function explainLinkRemoval(
  bridge: StandingBridge,
  ports: readonly StandingPort[],
): readonly string[] {
  const made = ports.filter(({ label }) => label.namespace === 'created');
  return [
    ...made.map(({ label }) => `ip netns del ${namespaceName(label)}`),
    ...ports.map(({ name }) => `ip link del dev ${name}`),
    `ip link del dev ${bridge.label.network}`,
  ];
}
