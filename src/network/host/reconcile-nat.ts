// Bringing a network's NAT to what its labels and claims say: its rules, and the way of 127.0.0.1 into its bridge. The caller holds the lock
// exclusively. Forwarding is `ensure`'s.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { type BackendName, isLoopback } from '../../nat/index.js';
import type { StandingBridge } from '../standing.js';
import { setLocalRouting } from './local-routing.js';
import type { HostNat } from './nat.js';
import { wantedNat } from './nat-intent.js';

/** What had to be done, as shell lines: to rules, and to settings. */
export interface NatCorrection {
  readonly rules: readonly string[];
  readonly settings: readonly string[];
}

/** @throws {NatError} */
export async function reconcileNat(
  host: Namespace,
  nat: HostNat,
  backend: BackendName,
  bridge: StandingBridge,
): Promise<NatCorrection> {
  const wanted = await wantedNat(host, bridge);
  const { lines } = await nat.reconcile(backend, wanted);
  const needed = wanted.containers.some(({ ports }) => ports.some(isLoopback));
  const written = await setLocalRouting(host, wanted.network.bridge, needed).catch((error) => {
    // Open without need it is guarded by the network's own rules.
    if (needed || !(error instanceof NetlinkError)) throw error;
    return undefined;
  });
  return { rules: lines, settings: written === undefined ? [] : [`sysctl -w ${written}`] };
}
