// What a network that stands wants of NAT, read from its labels and claims: the same whoever asks, and whatever became of the rules.

import { existsSync } from 'node:fs';
import type { Namespace } from '../../namespace.js';
import { type ContainerIntent, type NetworkIntent, networkIntent, type WantedNat } from '../../nat/index.js';
import type { PortIntent } from '../../nat/ports.js';
import { withoutPrefix } from '../formats/address.js';
import type { BridgeLabel } from '../formats/label.js';
import { parsePortClaim } from '../formats/port-claims.js';
import { listPorts, type StandingBridge, type StandingPort } from '../standing.js';

/** The network's own part. */
export function intentOf({ network, subnets, rules, settings }: BridgeLabel): NetworkIntent {
  const isolation = settings?.isolated ? { bridgedSeen: existsSync(bridgeSettings) } : undefined;
  return networkIntent(network, subnets, rules, isolation);
}

/** Of br_netfilter: there in every namespace where the kernel has it. */
const bridgeSettings = '/proc/sys/net/bridge';

/** The ports a container has published. */
export function publishedBy({ altNames }: Pick<StandingPort, 'altNames'>): readonly PortIntent[] {
  return altNames.flatMap((name) => parsePortClaim(name) ?? []);
}

/** A container's part. */
export function containerIntent(port: StandingPort): ContainerIntent {
  return {
    container: port.label.container,
    addresses: port.label.addresses.map(withoutPrefix),
    ports: publishedBy(port),
  };
}

/** All of a network that stands. */
export async function wantedNat(host: Namespace, bridge: StandingBridge): Promise<WantedNat> {
  const ports = await listPorts(host, bridge);
  return { network: intentOf(bridge.label), containers: ports.map(containerIntent) };
}
