// Taking containers and whole networks away: host ends, claims, the namespaces that netplumb made.

import { randomInt } from 'node:crypto';
import { NetlinkError, NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import { Plan, type RunOptions } from '../plan.js';
import { addressClaim, containerClaim } from './formats/claims.js';
import { parseLabel } from './formats/label-reader.js';
import { namespaceName } from './made-namespaces.js';
import { findLink, listEndpoints, type StandingBridge, type StandingPort } from './standing.js';

/** The host end of a container that must be attached. @throws {NetworkError} ENOCONTAINER */
export async function findPort(host: Namespace, network: string, container: string): Promise<StandingPort> {
  const link = await findLink(host, containerClaim(network, container));
  const label = parseLabel(link?.alias);
  if (link !== undefined && label?.kind !== 'hostLink') {
    const why = label?.kind === 'damaged' ? `: ${label.reason}` : '';
    throw new NetworkError(
      'ENOTOURS',
      `link ${link.name} has the claim of container ${container} on network ${network}, but no label that can be read${why}`,
    );
  }
  if (link === undefined || label?.kind !== 'hostLink') {
    throw new NetworkError('ENOCONTAINER', `no container ${container} is attached to network ${network}`);
  }
  return {
    index: link.index ?? 0,
    name: link.name ?? '',
    peer: link.link ?? 0,
    altNames: link.altNames ?? [],
    label,
  };
}

/**
 * Silences a container and takes its link away. Down first: the container cannot undo that, and whoever holds its namespace
 * is cut off at once. Then the claims, so that name and address are free before the link is gone (16-33 ms).
 */
function silence(host: Namespace, { index, label }: StandingPort): Plan {
  const plan = new Plan({ undo: false });
  const { links } = plan.on(host);
  links.set(index, { up: false });
  links.removeAltNames(index, [
    containerClaim(label.network, label.container),
    ...label.addresses.map((text) => addressClaim(label.network, text.split('/')[0] ?? '')),
  ]);
  return plan;
}

function detachPlan(host: Namespace, port: StandingPort): Plan {
  const plan = silence(host, port);
  plan.on(host).links.remove(port.index);
  return plan;
}

/** Silences a container and frees its name and address; its link stands yet. The caller holds the lock exclusively. */
export async function silencePort(host: Namespace, port: StandingPort): Promise<void> {
  await unlessGone(silence(host, port).run());
}

/** Takes the link of a silenced container away, which waits for RCU and needs no lock. */
export async function removeSilenced(host: Namespace, port: StandingPort): Promise<void> {
  await unlessGone(host.links.remove(port.index));
}

/** Detaches a container, unless its link has gone meanwhile with the namespace at its other end. */
export async function removePort(
  host: Namespace,
  port: StandingPort,
  lock: RunOptions['lock'],
): Promise<void> {
  await unlessGone(detachPlan(host, port).run({ lock }));
}

async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof NetlinkError && error.code === 'ENODEV')) throw error;
  }
}

/** How often links are listed again because some went, or came, in between. */
const rounds = 5;

/** Host ends and the bridge, deleted by group: one wait for RCU in all instead of 16-33 ms each. */
export async function removeLinks(host: Namespace, bridge: StandingBridge): Promise<readonly StandingPort[]> {
  const gone = new Map<number, StandingPort>();
  for (let round = 1; ; round++) {
    const { ports, pooled } = await listEndpoints(host, bridge);
    for (const port of ports) gone.set(port.index, port);
    try {
      const leaving = [...ports, ...pooled].map(({ index }) => index);
      await groupRemoval(host, [...leaving, bridge.index]).run();
      return [...gone.values()];
    } catch (error) {
      const lost = error instanceof NetlinkError && error.code === 'ENODEV';
      if (lost && (await findLink(host, bridge.label.network)) === undefined) return [...gone.values()];
      if (!lost || round === rounds) throw error;
    }
  }
}

/** Deletes the links by one group, so with one wait for RCU. */
export function groupRemoval(host: Namespace, links: readonly number[]): Plan {
  // An id nobody else uses, for the kernel deletes everything in the group.
  const group = randomInt(0x4e50_0000, 0x4e50_ffff);
  const plan = new Plan({ undo: false });
  // Together, although a link may be gone: the others are wanted gone all the same.
  const onHost = plan.together(host).links;
  for (const index of links) onHost.set(index, { group });
  onHost.removeGroup(group);
  return plan;
}

/** The shell lines of removing a network's links. */
export function explainLinkRemoval(
  bridge: StandingBridge,
  ports: readonly StandingPort[],
): readonly string[] {
  const made = ports.filter(({ label }) => label.namespace === 'created');
  return [
    ...ports.map(({ name }) => `ip link del dev ${name}`),
    `ip link del dev ${bridge.label.network}`,
    ...made.map(({ label }) => `ip netns del ${namespaceName(label)}`),
  ];
}

/** The shell lines of detaching a container. */
export function explainDetach(host: Namespace, port: StandingPort): readonly string[] {
  const made = port.label.namespace === 'created' ? [`ip netns del ${namespaceName(port.label)}`] : [];
  return [
    ...detachPlan(host, { ...port, index: port.index })
      .explain(host)
      .map((line) => line.replaceAll(`if${port.index}`, port.name)),
    ...made,
  ];
}
