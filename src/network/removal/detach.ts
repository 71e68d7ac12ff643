// Detaching one container: what is done at once, and what is left to the reaper. Knows in which order a crash does no harm;
// when links are deleted is reaper.ts's.
//
// The name goes first: whoever then makes a container of that name makes a new namespace, and if this process is killed after
// it, the old one goes with whoever holds it, its links too. Then, in one send: the host's end down, which the container cannot
// undo, out of the bridge, and into a group that is known to be on its way out; and the claims, so that name and addresses are
// free.

import { NetlinkError, NetworkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { Plan, type PlanResult, type RunOptions } from '../../plan.js';
import type { PlannedNamespace } from '../../plan-result.js';
import { withoutPrefix } from '../formats/address.js';
import { addressClaim, containerClaim } from '../formats/claims.js';
import { parseLabel } from '../formats/label-reader.js';
import { exclusively, sharedLock, whenUnlocked } from '../host-lock.js';
import { findLink, portOf, type StandingPort } from '../standing.js';
import { findMade, giveUp, namespaceName } from './made-namespaces.js';
import type { Detached } from './reaper.js';

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
  if (link === undefined || label?.kind !== 'hostLink') throw notAttached(network, container);
  return portOf(link, label);
}

function notAttached(network: string, container: string, cause?: unknown): NetworkError {
  return new NetworkError('ENOCONTAINER', `no container ${container} is attached to network ${network}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}

interface DetachPlan {
  readonly plan: Plan;
  /** Of the step that takes the container's claim. */
  readonly claim: number;
  /** Held when its name was taken away. */
  readonly made?: PlannedNamespace;
}

/** @param group absent in an explanation */
function detachPlan(
  host: Namespace,
  port: StandingPort,
  group: number | undefined,
  surrender: boolean,
): DetachPlan {
  const plan = new Plan({ undo: false });
  const { index, label } = port;
  const made =
    surrender && label.namespace === 'created' && port.netNsId !== undefined
      ? plan.surrenderName(host, namespaceName(label), port.netNsId, [port])
      : undefined;
  const { links } = plan.together(host);
  links.set(index, { up: false, master: 0, ...(group !== undefined && { group }) });
  links.removeAltNames(index, [containerClaim(label.network, label.container)]);
  const addresses = label.addresses.map((text) => addressClaim(label.network, withoutPrefix(text)));
  if (addresses.length > 0) links.removeAltNames(index, addresses);
  return { plan, claim: made === undefined ? 1 : 2, ...(made && { made }) };
}

/** What a failed detach means: nothing, where the link went meanwhile, with its namespace or by somebody's hand. */
function judge(error: unknown, { claim }: DetachPlan, { label }: StandingPort): void {
  if (!(error instanceof NetlinkError)) throw error;
  if (error.code === 'ENODEV') return;
  const claimGone =
    error.operation === 'altName.remove' && (error.code === 'ENOENT' || error.code === 'EINVAL');
  if (!claimGone) throw error;
  // Another detach was faster. An address' claim may have been taken away by anybody.
  if (error.step === claim) throw notAttached(label.network, label.container, error);
}

async function run(
  planned: DetachPlan,
  port: StandingPort,
  options: RunOptions,
): Promise<PlanResult | undefined> {
  try {
    return await planned.plan.run(options);
  } catch (error) {
    judge(error, planned, port);
    return undefined;
  }
}

/** Silences a container and gives back its name and addresses; its link goes with the group. */
export async function detachPort(host: Namespace, port: StandingPort, group: number): Promise<Detached> {
  const planned = detachPlan(host, port, group, true);
  const soon = port.label.namespace === 'brought';
  try {
    const result = await whenUnlocked(host, () => run(planned, port, { lock: sharedLock(host) }));
    return { namespace: planned.made && result?.surrendered(planned.made), soon, left: port.label };
  } catch (error) {
    const shared =
      error instanceof NetlinkError && error.operation === 'namespace.surrender' && error.code === 'EBUSY';
    if (!shared) throw error;
  }
  // Who else lives in the namespace, and whether its name goes, is decided while nobody attaches.
  const { network, container } = port.label;
  return exclusively(host, async () => {
    const standing = await findPort(host, network, container);
    const made = await findMade(host, standing, new Set([standing.index]));
    if (made !== undefined) await giveUp(host, made);
    await run(detachPlan(host, standing, group, false), standing, {});
    return { soon: true, left: standing.label };
  });
}

/** Detaches a container whose namespace is not asked about, and waits until its link is gone. */
export async function removePort(
  host: Namespace,
  port: StandingPort,
  lock: RunOptions['lock'],
): Promise<void> {
  const planned = detachPlan(host, port, undefined, false);
  planned.plan.on(host).links.remove(port.index);
  await run(planned, port, { lock });
}

/** The shell lines of detaching a container. */
export function explainDetach(host: Namespace, port: StandingPort): readonly string[] {
  const { plan } = detachPlan(host, port, undefined, true);
  plan.on(host).links.remove(port.index);
  return plan.explain(host).map((line) => line.replaceAll(`if${port.index}`, port.name));
}
