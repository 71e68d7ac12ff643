// Taking a network down: one that stands, and what is left of one whose bridge is gone or was never finished: links with its
// labels and claims, the names of namespaces made for them, rules. Rules go first, so that a failure of iptables leaves the
// network whole; the bridge last, for its label says what must be put back. The caller holds the host's lock exclusively.

import { binding } from '../../binding.js';
import { NetworkError } from '../../errors.js';
import { unwrap } from '../../job.js';
import type { Namespace } from '../../namespace.js';
import { deriveMac } from '../formats/mac.js';
import { flowsOf, HostFlows } from '../host/flows.js';
import { type ForwardingReport, switchBack } from '../host/forwarding.js';
import type { HostNat } from '../host/nat.js';
import { intentOf } from '../host/nat-intent.js';
import { addressesOf, findLink, findStanding, natOf, type StandingBridge } from '../standing.js';
import { type Survey, surveyNetwork } from '../survey.js';
import { takeAway } from './removal.js';

export interface RemovalReport extends ForwardingReport {
  /** Names below /run/netns that netplumb had made and removed now. */
  readonly namespaces: readonly string[];
}

/** Removes a network that stands. @throws {NetworkError} ENOTOURS where a newer netplumb has made links of it */
export async function removeWhole(
  host: Namespace,
  nat: HostNat,
  bridge: StandingBridge,
): Promise<RemovalReport> {
  const { network } = bridge.label;
  const survey = await surveyNetwork(host, network, bridge.index);
  if (survey.newer.length > 0) {
    const links = survey.newer.join(', ');
    throw new NetworkError(
      'ENOTOURS',
      `network ${network} has links of a newer netplumb (${links}); it is left as it is`,
    );
  }
  const backend = natOf(bridge.label);
  if (backend !== false) await nat.disable(backend, intentOf(bridge.label));
  const forwarding = await switchBack(host, nat, bridge);
  const namespaces = await takeAway(host, survey, survey.ports, [...besides(survey), bridge.index]);
  await new HostFlows(host).end(flowsOf(bridge.label.subnets));
  unwrap(await binding.removeAbandonedNames());
  return { ...forwarding, namespaces };
}

/** The indexes of what stands of a network beside its containers, and of what was detached. */
function besides({ pooled, strays, detached }: Survey): readonly number[] {
  return [...pooled.map(({ index }) => index), ...strays, ...detached];
}

/**
 * Removes it.
 * @throws {NetworkError} ENONETWORK where nothing is left, ENOTOURS where another's link has the network's name
 */
export async function removeRuins(host: Namespace, nat: HostNat, network: string): Promise<RemovalReport> {
  const bridge = await findHalfMade(host, network);
  const survey = await surveyNetwork(host, network);
  const ruled = (await nat.networks()).includes(network);
  const links = survey.ports.length + survey.pooled.length + survey.strays.length;
  if (links === 0 && bridge === undefined && !ruled)
    throw new NetworkError('ENONETWORK', `there is no network ${network} here`);
  if (ruled) await nat.clear(network);
  const others = bridge === undefined ? [] : [bridge];
  const names = await takeAway(host, survey, survey.ports, [...besides(survey), ...others]);
  await new HostFlows(host).end(flowsOf(addressesOf(survey.ports)));
  unwrap(await binding.removeAbandonedNames());
  return { forwarding: 'untouched', namespaces: names };
}

// A bridge that has no label yet: it is in the group of those in the making, or, of an older netplumb, has a MAC that follows
// from its address.
async function findHalfMade(host: Namespace, network: string): Promise<number | undefined> {
  const link = await findLink(host, network);
  if (link === undefined) return undefined;
  const addresses = await host.addresses.list({ link: link.index ?? 0 });
  for (const { local = '' } of addresses) {
    const standing = await findStanding(host, network, deriveMac(network, local));
    if (standing.kind === 'halfMade') return standing.index;
  }
  const standing = await findStanding(host, network);
  if (standing.kind === 'halfMade') return standing.index;
  if (standing.kind === 'foreign')
    throw new NetworkError('ENOTOURS', `${network} ${standing.why}; it is left as it is`);
  return undefined;
}
