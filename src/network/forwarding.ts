// Forwarding: switched on for a network with NAT, and put back when the last one goes, by the value its label recorded
// before the write. It stays on when somebody else may rely on it by then.

import { NetlinkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import { encodeLabel } from './formats/label.js';
import type { HostNat } from './host-nat.js';
import { listBridges, natOf, type StandingBridge } from './standing.js';

export const forwardingSysctl = 'net.ipv4.ip_forward';

/** What became of forwarding when a network was removed. */
export interface ForwardingReport {
  readonly forwarding: 'restored' | 'kept' | 'untouched';
  /** Why it was kept. */
  readonly reason?: string;
}

/** What a new network's label must record: the value to put back, where switching on will change it. */
export async function valueToRecord(host: Namespace): Promise<string | undefined> {
  const value = await host.sysctl.get(forwardingSysctl);
  return value === '0' ? value : undefined;
}

/** `sysctl -w net.ipv4.ip_forward=1`, unless it is on. */
export async function switchOn(host: Namespace): Promise<void> {
  if ((await host.sysctl.get(forwardingSysctl)) !== '1') await host.sysctl.set(forwardingSysctl, 1);
}

/** Puts back what the network recorded, or hands the record on. The caller holds the lock; the network's own rules are gone. */
export async function switchBack(
  host: Namespace,
  nat: HostNat,
  leaving: StandingBridge,
): Promise<ForwardingReport> {
  const recorded = leaving.label.forward;
  if (recorded === undefined) return { forwarding: 'untouched' };
  if ((await host.sysctl.get(forwardingSysctl)) !== '1') return { forwarding: 'untouched' };
  const others = (await listBridges(host)).filter((bridge) => bridge.index !== leaving.index);
  // One without NAT may be routed to: it does not need forwarding switched on, but must not lose it.
  const heir = others.find((bridge) => natOf(bridge.label) !== false) ?? others[0];
  if (heir !== undefined) {
    if (heir.label.forward === undefined) {
      await host.links.set(heir.index, { alias: encodeLabel({ ...heir.label, forward: recorded }) });
    }
    return { forwarding: 'kept', reason: `network ${heir.label.network} may rely on it` };
  }
  const reason = await whoReliesOnIt(host, nat, leaving);
  if (reason !== undefined) return { forwarding: 'kept', reason };
  try {
    await host.sysctl.set(forwardingSysctl, recorded);
  } catch (error) {
    // A read-only /proc/sys must not keep the rest of the network standing.
    if (error instanceof NetlinkError && error.code === 'EROFS')
      return { forwarding: 'kept', reason: error.message };
    throw error;
  }
  return { forwarding: 'restored' };
}

async function whoReliesOnIt(
  host: Namespace,
  nat: HostNat,
  leaving: StandingBridge,
): Promise<string | undefined> {
  const bridges = await host.links.list({ kind: 'bridge' });
  const other = bridges.find((bridge) => bridge.index !== leaving.index);
  if (other !== undefined) return `bridge ${other.name} may rely on it`;
  const [rule] = await nat.foreign();
  return rule === undefined ? undefined : `a rule that is not netplumb's may rely on it: iptables ${rule}`;
}
