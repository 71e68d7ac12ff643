// Putting back what others took from a network: its NAT and forwarding. The caller holds the lock exclusively. Links and addresses are `ensure`'s.

import type { Namespace } from '../../namespace.js';
import { familyOf, type NetworkIntent } from '../../nat/index.js';
import { natOf, type StandingBridge } from '../standing.js';
import { forward } from './ensure.js';
import { localRouting } from './local-routing.js';
import type { HostNat } from './nat.js';
import { intentOf } from './nat-intent.js';
import { reconcileNat } from './reconcile-nat.js';

/** What was put back, or taken out because it says something else. */
export interface Restoration {
  /** As shell lines, in order; empty where all stood as wanted. */
  readonly lines: readonly string[];
}

/** How often settings are looked at, in milliseconds: nothing tells of a write below /proc/sys. */
const settingsMs = 400;

/** @throws {NatError} @throws {NetworkError} where the network is gone */
export async function heal(host: Namespace, nat: HostNat, bridge: StandingBridge): Promise<Restoration> {
  const backend = natOf(bridge.label);
  if (backend === false) return { lines: [] };
  const { rules, settings } = await reconcileNat(host, nat, backend, bridge);
  const before = await switchedOff(host, intentOf(bridge.label));
  await forward(host, bridge);
  return { lines: [...rules, ...before.map((sysctl) => `sysctl -w ${sysctl}=1`), ...settings] };
}

/** The forwarding a network needs that is off. */
async function switchedOff(
  host: Namespace,
  { subnets, internal }: NetworkIntent,
): Promise<readonly string[]> {
  if (internal) return [];
  const needed = [...new Set(subnets.map(({ subnet }) => forwardings[familyOf(subnet)]))];
  const values = await Promise.all(needed.map((sysctl) => host.sysctl.get(sysctl)));
  return needed.filter((_, i) => values[i] === '0');
}

const forwardings = { 4: 'net.ipv4.ip_forward', 6: 'net.ipv6.conf.all.forwarding' } as const;

/** Calls back when rules or settings of a network may have changed. Fulfils with the end of it. */
export async function onChange(
  host: Namespace,
  nat: HostNat,
  bridge: StandingBridge,
  changed: () => void,
): Promise<() => void> {
  const { network } = bridge.label;
  const backend = natOf(bridge.label);
  const stopRules =
    backend === false ? () => {} : await nat.of(backend).watch(intentOf(bridge.label), changed);
  let last = '';
  const look = async () => {
    const now = (await settings(host, network)).join();
    if (last !== '' && now !== last) changed();
    last = now;
  };
  // A network that is gone shows when it is healed.
  const timer = setInterval(() => void look().catch(changed), settingsMs);
  return () => {
    clearInterval(timer);
    stopRules();
  };
}

async function settings(host: Namespace, network: string): Promise<readonly string[]> {
  const names = [...Object.values(forwardings), localRouting(network)];
  return Promise.all(names.map((name) => host.sysctl.get(name).catch(() => '')));
}
