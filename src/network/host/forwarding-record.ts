// Forwarding, of each family: switched on for a network with NAT, and put back by what the network's label recorded before. Knows all that the
// kernel changes besides. Who has it put back, and when, is forwarding.ts's.

import { NetlinkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import type { Link } from '../../rtnl/links.js';
import { type Family, familyOf } from '../formats/address.js';
import { type BridgeLabel, encodeLabel } from '../formats/label.js';
import { linkSetting } from '../quiet.js';

/** What a label records to be put back. */
export type ForwardingRecord = Pick<BridgeLabel, RecordKey>;

type RecordKey = 'forward' | 'forward6' | 'redirects' | 'forwarding' | 'forwarding6' | 'acceptRa';

const recordKeys = ['forward', 'forward6', 'redirects', 'forwarding', 'forwarding6', 'acceptRa'] as const;

/** What a label has of it. */
export function recordIn(label: ForwardingRecord, keys: readonly RecordKey[] = recordKeys): ForwardingRecord {
  return Object.fromEntries(keys.flatMap((key) => (label[key] === undefined ? [] : [[key, label[key]]])));
}

/** The switch of a family. Whenever it is turned the kernel sets the same of every link, and of `default`, to its value. */
export interface FamilyForwarding {
  readonly family: Family;
  readonly sysctl: string;
  /** Where the label records it. */
  readonly key: 'forward' | 'forward6';
  /** Where the label records the links that had it on by themselves. */
  readonly links: 'forwarding' | 'forwarding6';
  /** All that is recorded with it. */
  readonly keys: readonly RecordKey[];
}

export const ipv4: FamilyForwarding = {
  family: 4,
  sysctl: 'net.ipv4.ip_forward',
  key: 'forward',
  links: 'forwarding',
  keys: ['forward', 'redirects', 'forwarding'],
};
export const ipv6: FamilyForwarding = {
  family: 6,
  sysctl: 'net.ipv6.conf.all.forwarding',
  key: 'forward6',
  links: 'forwarding6',
  keys: ['forward6', 'forwarding6', 'acceptRa'],
};

/** A host that forwards takes no redirects, and one that stops takes them, whatever it did before (inet_forward_change, net/ipv4/devinet.c). */
const redirectsSysctl = 'net.ipv4.conf.all.accept_redirects';

/** The families that a network's subnets are of. */
export function familiesOf(subnets: readonly string[]): readonly Family[] {
  return [...new Set(subnets.map(familyOf))].sort();
}

function forwardingsOf(families: readonly Family[]): readonly FamilyForwarding[] {
  return [ipv4, ipv6].filter(({ family }) => families.includes(family));
}

/**
 * The label with what it must record: the values to put back, where switching on and off again will change them. What it has recorded already
 * stands; of the links that may hear a router yet, as many as it has room for. There may be no room for the rest.
 */
export async function withRecord(
  host: Namespace,
  families: readonly Family[],
  label: BridgeLabel,
): Promise<BridgeLabel> {
  let recorded = label;
  for (const one of forwardingsOf(families)) {
    const value = await host.sysctl.get(one.sysctl);
    if (value !== '0') continue;
    const forwarding = await forwardingLinks(host, one.family);
    recorded = { ...recorded, [one.key]: value, ...(forwarding.length > 0 && { [one.links]: forwarding }) };
    if (one.family === 6) recorded = await withUplinks(host, recorded);
    else if ((await host.sysctl.get(redirectsSysctl)) === '0') recorded = { ...recorded, redirects: '0' };
  }
  return { ...recorded, ...recordIn(label) };
}

/** Those that forward by themselves though their host does not. */
async function forwardingLinks(host: Namespace, family: Family): Promise<readonly string[]> {
  const names = ['default', ...(await host.links.list()).map(({ name = '' }) => name)];
  const on = await Promise.all(
    names.map(async (link) => (await valueIfThere(host, linkSetting(family, link, 'forwarding'))) === '1'),
  );
  return names.filter((_, i) => on[i]);
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
    if ((await host.sysctl.get(sysctl)) === '0') await host.sysctl.set(sysctl, 1); // the kernel takes any other number for on
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
export function explainPutBack(record: ForwardingRecord): readonly string[] {
  const { acceptRa = [], redirects } = record;
  return [
    ...[ipv4, ipv6].flatMap(({ family, key, sysctl, links }) => [
      ...(record[key] === undefined ? [] : [`sysctl -w ${sysctl}=${record[key]}`]),
      ...(record[links] ?? []).map((link) => `sysctl -w ${linkSetting(family, link, 'forwarding')}=1`),
    ]),
    ...(redirects === undefined ? [] : [`sysctl -w ${redirectsSysctl}=${redirects}`]),
    ...acceptRa.map((link) => `sysctl -w ${acceptRaOf(link)}=1`),
  ];
}

/** Puts back what was recorded. */
export async function putBack(host: Namespace, record: ForwardingRecord): Promise<void> {
  for (const one of [ipv4, ipv6]) await restore(host, one, record);
}

/** In an order of which any part may have been done before, by who was killed. */
export async function restore(
  host: Namespace,
  { family, key, links, sysctl }: FamilyForwarding,
  record: ForwardingRecord,
) {
  const value = record[key];
  if (value !== undefined && (await host.sysctl.get(sysctl)) !== value) await host.sysctl.set(sysctl, value);
  for (const link of record[links] ?? [])
    await changeIfThere(host, linkSetting(family, link, 'forwarding'), '0', '1');
  if (family === 4 && record.redirects !== undefined)
    await host.sysctl.set(redirectsSysctl, record.redirects);
  if (family === 6)
    for (const link of record.acceptRa ?? []) await changeIfThere(host, acceptRaOf(link), '2', '1');
}

/**
 * With the links that take what routers tell, and would not be told any more on a host that forwards: those that learnt a route or an address,
 * and those that may yet. A port of a bridge hears nothing for itself.
 */
async function withUplinks(host: Namespace, label: BridgeLabel): Promise<BridgeLabel> {
  const [routes, addresses, links] = await Promise.all([
    host.routes.list({ family: 'inet6', protocol: 'ra' }),
    host.addresses.list({ family: 'inet6' }),
    host.links.list(),
  ]);
  const told = new Set([
    ...routes.map(({ outputLink }) => outputLink),
    ...addresses.filter(({ flags = [] }) => !flags.includes('permanent')).map(({ index }) => index),
  ]);
  const takes = async ({ name = '' }: Link) => (await valueIfThere(host, acceptRaOf(name))) === '1';
  const taking = await Promise.all(links.map(takes));
  const listening = links.filter((_, i) => taking[i]);
  const heard = listening.filter(({ index }) => told.has(index)).map(({ name = '' }) => name);
  let recorded = heard.length > 0 ? { ...label, acceptRa: heard } : label;
  for (const { index, name = '', flags = [], master } of listening) {
    if (told.has(index) || !flags.includes('up') || flags.includes('loopback') || master !== undefined)
      continue;
    const more = { ...recorded, acceptRa: [...(recorded.acceptRa ?? []), name] };
    if (!fits(more)) break;
    recorded = more;
  }
  return recorded;
}

/** Whether the alias takes it. */
export function fits(label: BridgeLabel): boolean {
  try {
    encodeLabel(label);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function acceptRaOf(link: string): string {
  return linkSetting(6, link, 'accept_ra');
}

// Links come and go, and settings change hands: only what still stands as it was is changed.
async function changeIfThere(host: Namespace, sysctl: string, from: string, to: string): Promise<void> {
  try {
    if ((await host.sysctl.get(sysctl)) === from) await host.sysctl.set(sysctl, to);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function valueIfThere(host: Namespace, sysctl: string): Promise<string | undefined> {
  try {
    return await host.sysctl.get(sysctl);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof NetlinkError && error.code === 'ENOENT';
}
