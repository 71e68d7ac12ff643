// Forwarding, of each family: switched on for a network with NAT, and put back when the last one goes, by the values its label
// recorded before the write. It stays on when somebody else may rely on it by then.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { type Family, familyOf } from '../formats/address.js';
import { type BridgeLabel, encodeLabel } from '../formats/label.js';
import { linkSetting } from '../quiet.js';
import { listBridges, natOf, type StandingBridge } from '../standing.js';
import type { HostNat } from './nat.js';

/** What a label records to be put back. */
export type ForwardingRecord = Pick<BridgeLabel, 'forward' | 'forward6' | 'acceptRa'>;

/** What a label has of it. */
export function recordIn({ forward, forward6, acceptRa }: BridgeLabel): ForwardingRecord {
  return {
    ...(forward !== undefined && { forward }),
    ...(forward6 !== undefined && { forward6 }),
    ...(acceptRa !== undefined && { acceptRa }),
  };
}

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

interface FamilyForwarding {
  readonly family: Family;
  readonly sysctl: string;
  /** Where the label records it. */
  readonly key: 'forward' | 'forward6';
}

const ipv4: FamilyForwarding = { family: 4, sysctl: 'net.ipv4.ip_forward', key: 'forward' };
const ipv6: FamilyForwarding = { family: 6, sysctl: 'net.ipv6.conf.all.forwarding', key: 'forward6' };

/** The families that a network's subnets are of. */
export function familiesOf(subnets: readonly string[]): readonly Family[] {
  return [...new Set(subnets.map(familyOf))].sort();
}

function forwardingsOf(families: readonly Family[]): readonly FamilyForwarding[] {
  return [ipv4, ipv6].filter(({ family }) => families.includes(family));
}

/** What a network's label must record: the values to put back, where switching on will change them. */
export async function valuesToRecord(
  host: Namespace,
  families: readonly Family[],
): Promise<ForwardingRecord> {
  const record: { -readonly [Key in keyof ForwardingRecord]: ForwardingRecord[Key] } = {};
  for (const { family, key, sysctl } of forwardingsOf(families)) {
    const value = await host.sysctl.get(sysctl);
    if (value !== '0') continue;
    record[key] = value;
    const uplinks = family === 6 ? await advertisedLinks(host) : [];
    if (uplinks.length > 0) record.acceptRa = uplinks;
  }
  return record;
}

/**
 * `sysctl -w net.ipv4.ip_forward=1`, and the same of IPv6, unless it is on. A host that forwards forgets what routers told it,
 * its default route first, and hears no more, unless its uplinks are told otherwise before: `accept_ra=2`.
 */
export async function switchOn(
  host: Namespace,
  families: readonly Family[],
  { acceptRa = [] }: ForwardingRecord,
): Promise<void> {
  for (const { family, sysctl } of forwardingsOf(families)) {
    if (family === 6) for (const link of acceptRa) await changeIfThere(host, acceptRaOf(link), '1', '2');
    if ((await host.sysctl.get(sysctl)) !== '1') await host.sysctl.set(sysctl, 1);
  }
}

/** The lines of `switchOn`, where it changes what was recorded. */
export function explainSwitchOn({ forward, forward6, acceptRa = [] }: ForwardingRecord): readonly string[] {
  return [
    ...(forward === undefined ? [] : [`sysctl -w ${ipv4.sysctl}=1`]),
    ...acceptRa.map((link) => `sysctl -w ${acceptRaOf(link)}=2`),
    ...(forward6 === undefined ? [] : [`sysctl -w ${ipv6.sysctl}=1`]),
  ];
}

/** The lines that put back what was recorded. */
export function explainPutBack({ forward, forward6, acceptRa = [] }: ForwardingRecord): readonly string[] {
  return [
    ...(forward === undefined ? [] : [`sysctl -w ${ipv4.sysctl}=${forward}`]),
    ...(forward6 === undefined ? [] : [`sysctl -w ${ipv6.sysctl}=${forward6}`]),
    ...acceptRa.map((link) => `sysctl -w ${acceptRaOf(link)}=1`),
  ];
}

/** Puts back what was recorded. */
export async function putBack(host: Namespace, record: ForwardingRecord): Promise<void> {
  for (const one of [ipv4, ipv6]) await restore(host, one, record);
}

async function restore(host: Namespace, { family, key, sysctl }: FamilyForwarding, record: ForwardingRecord) {
  const value = record[key];
  if (value !== undefined && (await host.sysctl.get(sysctl)) !== value) await host.sysctl.set(sysctl, value);
  if (family === 6)
    for (const link of record.acceptRa ?? []) await changeIfThere(host, acceptRaOf(link), '2', '1');
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
  const { [key]: recorded, acceptRa } = leaving.label;
  if (recorded === undefined) return { forwarding: 'untouched' };
  if ((await host.sysctl.get(sysctl)) !== '1') return { forwarding: 'untouched' };
  const others = (await listBridges(host)).filter(
    ({ index, label }) => index !== leaving.index && familiesOf(label.subnets).includes(family),
  );
  // One without NAT may be routed to: it does not need forwarding switched on, but must not lose it.
  const heir = others.find((bridge) => natOf(bridge.label) !== false) ?? others[0];
  if (heir !== undefined) {
    const links = family === 6 && acceptRa !== undefined ? { acceptRa } : {};
    const reason = `network ${heir.label.network} may rely on it`;
    if (heir.label[key] === undefined && !(await handOn(host, heir, { [key]: recorded, ...links })))
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
  let alias: string;
  try {
    alias = encodeLabel({ ...label, ...record });
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
  await host.links.set(index, { alias });
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

/** The links that learnt a route or an address from a router and would not be told again by a host that forwards. */
async function advertisedLinks(host: Namespace): Promise<readonly string[]> {
  const routes = await host.routes.list({ family: 'inet6', protocol: 'ra' });
  const addresses = await host.addresses.list({ family: 'inet6' });
  const indexes = new Set([
    ...routes.map(({ outputLink }) => outputLink),
    ...addresses.filter(({ flags = [] }) => !flags.includes('permanent')).map(({ index }) => index),
  ]);
  const names: string[] = [];
  for (const index of indexes) {
    const { name = '' } = index === undefined ? {} : await host.links.get(index);
    if (name !== '' && (await host.sysctl.get(acceptRaOf(name))) === '1') names.push(name);
  }
  return names.sort();
}

function acceptRaOf(link: string): string {
  return linkSetting(6, link, 'accept_ra');
}

// Links come and go, and settings change hands: only what still stands as it was is changed.
async function changeIfThere(host: Namespace, sysctl: string, from: string, to: string): Promise<void> {
  try {
    if ((await host.sysctl.get(sysctl)) === from) await host.sysctl.set(sysctl, to);
  } catch (error) {
    if (!(error instanceof NetlinkError && error.code === 'ENOENT')) throw error;
  }
}
