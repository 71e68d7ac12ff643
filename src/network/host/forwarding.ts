// Who has forwarding put back: the last network that goes, unless somebody else may rely on it by then. How, and what a label records for it,
// is forwarding-record.ts's.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { encodeLabel } from '../formats/label.js';
import { listBridges, natOf, type StandingBridge } from '../standing.js';
import {
  type FamilyForwarding,
  type ForwardingRecord,
  familiesOf,
  fits,
  ipv4,
  ipv6,
  recordIn,
  restore,
} from './forwarding-record.js';
import type { HostNat } from './nat.js';

type Outcome = 'restored' | 'kept' | 'untouched';

interface FamilyReport {
  readonly forwarding: Outcome;
  /** Why it was kept. */
  readonly reason?: string;
}

/** What became of forwarding when a network was removed. */
export interface ForwardingReport extends FamilyReport {
  /** The same of IPv6, where the network had switched it on. */
  readonly ipv6?: FamilyReport;
}

/** Puts back what the network recorded, or hands the record on. The caller holds the lock; the network's own rules are gone. */
export async function switchBack(
  host: Namespace,
  nat: HostNat,
  leaving: StandingBridge,
): Promise<ForwardingReport> {
  const report = await switchFamilyBack(host, nat, leaving, ipv4);
  if (leaving.label.forward6 === undefined) return report;
  return { ...report, ipv6: await switchFamilyBack(host, nat, leaving, ipv6) };
}

async function switchFamilyBack(
  host: Namespace,
  nat: HostNat,
  leaving: StandingBridge,
  one: FamilyForwarding,
): Promise<FamilyReport> {
  const { family, key, sysctl } = one;
  const { [key]: recorded } = leaving.label;
  if (recorded === undefined) return { forwarding: 'untouched' };
  if ((await host.sysctl.get(sysctl)) !== '1') {
    // Whoever switched it off, this network's `down` that was killed perhaps, has changed what goes with it.
    await restore(host, one, leaving.label);
    return { forwarding: 'untouched' };
  }
  const others = (await listBridges(host)).filter(
    ({ index, label }) => index !== leaving.index && familiesOf(label.subnets).includes(family),
  );
  // One without NAT may be routed to: it does not need forwarding switched on, but must not lose it.
  const heir = others.find((bridge) => natOf(bridge.label) !== false) ?? others[0];
  if (heir !== undefined) {
    const reason = `network ${heir.label.network} may rely on it`;
    if (heir.label[key] === undefined && !(await handOn(host, heir, recordIn(leaving.label, one.keys))))
      return { forwarding: 'kept', reason: `${reason}, and its label has no room for ${sysctl}=${recorded}` };
    return { forwarding: 'kept', reason };
  }
  const reason = await whoReliesOnIt(host, nat, leaving);
  if (reason !== undefined) return { forwarding: 'kept', reason };
  try {
    await restore(host, one, leaving.label);
  } catch (error) {
    // A read-only /proc/sys must not keep the rest of the network standing.
    if (error instanceof NetlinkError && error.code === 'EROFS')
      return { forwarding: 'kept', reason: error.message };
    throw error;
  }
  return { forwarding: 'restored' };
}

/** False where the heir's label has no room: that must not keep the network that goes standing. */
async function handOn(
  host: Namespace,
  { index, label }: StandingBridge,
  record: ForwardingRecord,
): Promise<boolean> {
  const heir = { ...label, ...record };
  if (!fits(heir)) return false;
  await host.links.set(index, { alias: encodeLabel(heir) });
  return true;
}

async function whoReliesOnIt(
  host: Namespace,
  nat: HostNat,
  leaving: StandingBridge,
): Promise<string | undefined> {
  const bridges = await host.links.list({ kind: 'bridge' });
  const ours = new Set((await listBridges(host)).map(({ index }) => index));
  const other = bridges.find(({ index = 0 }) => index !== leaving.index && !ours.has(index));
  if (other !== undefined) return `bridge ${other.name} may rely on it`;
  const [rule] = await nat.foreign();
  return rule === undefined ? undefined : `a rule that is not netplumb's may rely on it: ${rule}`;
}
