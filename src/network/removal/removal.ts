// Taking many containers and whole networks away at once: names first, so that a crash leaves nothing that has a name and no
// links, then every link by one group. Which ones go is for others to say, who hold the host's lock exclusively.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { Plan } from '../../plan.js';
import { newReapingGroup } from '../formats/reaping.js';
import type { StandingBridge, StandingPort } from '../standing.js';
import type { HostEnd, Survey } from '../survey.js';
import { findMade, giveUp, namespaceName } from './made-namespaces.js';
import { deleteGroup } from './reaper.js';

/** How often links are listed again because some went in between. */
const rounds = 5;

/**
 * Removes containers' links, other links, and the names of the namespaces that netplumb made for the containers, unless
 * somebody stays in them.
 * @param survey by which they were found: whether somebody stays in a namespace
 * @param others indexes of more links to remove
 * @returns the names that went
 */
export async function takeAway(
  host: Namespace,
  { pairs }: Pick<Survey, 'pairs'>,
  ports: readonly StandingPort[],
  others: readonly number[],
): Promise<readonly string[]> {
  const leaving = [...ports.map(({ index }) => index), ...others];
  const { names, held } = await surrenderNames(host, pairs, ports, leaving);
  await deleteLinks(host, leaving, held);
  return names;
}

interface Surrendered {
  readonly names: readonly string[];
  /** Held until their links are gone, which is then one tearing down for all. */
  readonly held: readonly Namespace[];
}

// Nobody joins while the lock is held, so what was found once is true for all names, and none of them waits for the kernel's
// lock to ask.
async function surrenderNames(
  host: Namespace,
  pairs: readonly HostEnd[],
  ports: readonly StandingPort[],
  leaving: readonly number[],
): Promise<Surrendered> {
  const made = ports.filter(({ label, netNsId }) => label.namespace === 'created' && netNsId !== undefined);
  const going = new Set(leaving);
  const staying = pairs.filter(({ index }) => !going.has(index));
  const inhabited = new Set(staying.map(({ netNsId }) => netNsId));
  const names: string[] = [];
  for (const port of made) if (inhabited.has(port.netNsId)) await handDown(host, port, leaving, names);
  const held: Namespace[] = [];
  let left = made.filter(({ netNsId }) => !inhabited.has(netNsId));
  while (left.length > 0) {
    const plan = new Plan({ undo: false });
    const planned = left.map(({ label, netNsId = 0 }) =>
      plan.surrenderName(host, namespaceName(label), netNsId, []),
    );
    try {
      const result = await plan.run();
      planned.forEach((one, at) => {
        const namespace = result.surrendered(one);
        const port = left[at];
        if (namespace === undefined || port === undefined) return;
        held.push(namespace);
        names.push(namespaceName(port.label));
      });
      left = [];
    } catch (error) {
      // Somebody else's mount stands below ours: the name is his from now on. Those before it are done; what was held of them was let go.
      const at = error instanceof NetlinkError && error.code === 'EBUSY' ? error.step : undefined;
      if (at === undefined) throw error;
      names.push(...left.slice(0, at).map(({ label }) => namespaceName(label)));
      left = left.slice(at + 1);
    }
  }
  return { names, held };
}

// Somebody else's container of ours lives in there, who has the name to give up from now on.
async function handDown(
  host: Namespace,
  port: StandingPort,
  leaving: readonly number[],
  names: string[],
): Promise<void> {
  const made = await findMade(host, port, new Set(leaving));
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
