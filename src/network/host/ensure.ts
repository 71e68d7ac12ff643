// Making a network, or adopting the one that stands. Everything here runs under the host's lock.

import { NatError, NetlinkError, NetworkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import {
  type BackendName,
  type NatSettings,
  plainSettings as plainRules,
  type WantedNat,
} from '../../nat/index.js';
import { Plan } from '../../plan.js';
import type { Family } from '../formats/address.js';
import { type BridgeLabel, encodeLabel } from '../formats/label.js';
import { checkRoom } from '../formats/label-room.js';
import { deriveMac, linkLocalAddress } from '../formats/mac.js';
import type { NetworkSubnet } from '../formats/network-addresses.js';
import {
  type NetworkSettings,
  plainSettings,
  settingFields,
  settingKeys,
} from '../formats/network-settings.js';
import { makingGroup } from '../formats/reaping.js';
import { ruleFields } from '../formats/rule-fields.js';
import { carriesIpv6, deafness, hasIpv6, quiet } from '../quiet.js';
import { findStanding, listBridges, natOf, type StandingBridge } from '../standing.js';
import { checkFree } from './conflicts.js';
import {
  explainSwitchOn,
  type ForwardingRecord,
  familiesOf,
  putBack,
  switchOn,
  withRecord,
} from './forwarding-record.js';
import { explainDisable, explainEnable, type HostNat } from './nat.js';
import { intentOf, wantedNat } from './nat-intent.js';
import { reconcileNat } from './reconcile-nat.js';
import { uplinkMtu } from './uplink.js';

/** What is wanted of a network, checked. */
export interface Wanted {
  readonly name: string;
  /** At least one. */
  readonly subnets: readonly NetworkSubnet[];
  readonly nat: BackendName | false;
  /** Somebody asked for just that: a network that stands with another backend is switched. */
  readonly natAsked: boolean;
  /** Of the bridge, where it is not to follow from its name. */
  readonly mac?: string;
  readonly settings: NetworkSettings;
  /** What its rules do beside the default. */
  readonly rules?: NatSettings;
  readonly vlanFiltering: boolean;
  /** Make it although the host has a route into one of the subnets. */
  readonly allowOverlap: boolean;
}

export interface Ensured {
  readonly bridge: StandingBridge;
  readonly created: boolean;
}

function labelOf({ name, subnets, nat, settings, rules }: Wanted, record: ForwardingRecord): BridgeLabel {
  const plain = settingFields(settings).length === 0;
  return {
    kind: 'bridge',
    network: name,
    subnets: subnets.map(({ cidr }) => cidr),
    gateways: subnets.map(({ gateway }) => gateway),
    nat: nat || 'none',
    ...(!plain && { settings }),
    ...(rules && { rules }),
    ...record,
  };
}

/**
 * @throws {RangeError} where the label would not hold all that is wanted and what may have to be recorded later; it begins with `where`
 * and names the option
 */
export function checkLabel(wanted: Wanted, where: string): void {
  checkRoom(labelOf(wanted, { forward: '0', ...(isWide(wanted) && { forward6: '0' }) }), where);
}

function masquerade(wanted: Wanted): WantedNat {
  return { network: intentOf(labelOf(wanted, {})), containers: [] };
}

/** The bridge's MAC: pinned, or it would follow the ports; and a bridge without a label is known for ours by it. */
function macOf({ name, mac, subnets: [subnet] }: Wanted): string {
  return mac ?? deriveMac(name, subnet?.gateway ?? '');
}

/** The bridge's addresses. Those of IPv6 do not wait for duplicates; with them goes a link-local one, as a router has. */
function addressesOf(wanted: Wanted): readonly { readonly address: string; readonly flags?: ['noDad'] }[] {
  const own = wanted.subnets.map(({ family, gateway, prefix }) => ({
    address: `${gateway}/${prefix}`,
    ...(family === 6 && { flags: ['noDad'] as ['noDad'] }),
  }));
  return isWide(wanted) ? [...own, { address: linkLocalAddress(macOf(wanted)), flags: ['noDad'] }] : own;
}

function isWide({ subnets }: Wanted): boolean {
  return subnets.some(({ family }) => family === 6);
}

// By the group a bridge is known for ours until it has its label, which cannot be part of the create.
function creation(host: Namespace, wanted: Wanted, label: BridgeLabel, deaf = hasIpv6()): Plan {
  return creationSteps(host, wanted, label, deaf, [{ group: makingGroup }, { group: 0 }]);
}

function creationSteps(
  host: Namespace,
  wanted: Wanted,
  label: BridgeLabel,
  deaf: boolean,
  [making, made]: readonly [object, object],
): Plan {
  const { vlanFiltering } = wanted;
  const { mtu } = label.settings ?? {};
  const plan = new Plan();
  const { links, addresses, sysctl } = plan.on(host);
  const data = vlanFiltering ? { data: { vlanFiltering } } : {};
  links.add({ kind: 'bridge', name: wanted.name, address: macOf(wanted), ...making, ...data });
  for (const address of addressesOf(wanted)) addresses.add({ link: wanted.name, ...address });
  // In a create the mtu would not be pinned: the bridge would follow its ports.
  const size = mtu === undefined ? {} : { mtu };
  links.set(wanted.name, { alias: encodeLabel(label), ...size, ...made, ...quiet(mtu) });
  if (deaf && carriesIpv6(mtu)) sysctl.set(...deafness(wanted.name));
  links.set(wanted.name, { up: true });
  return plan;
}

function differences(wanted: Wanted, { label, mac, vlanFiltering }: StandingBridge): readonly string[] {
  const nat = natOf(label) || 'none';
  const pairs: readonly (readonly [string, string, string])[] = [
    ['subnet', label.subnets.join(','), wanted.subnets.map(({ cidr }) => cidr).join(',')],
    ['gateway', label.gateways.join(','), wanted.subnets.map(({ gateway }) => gateway).join(',')],
    ['nat', nat, natWanted(wanted, label) || 'none'],
    ['mac', mac, wanted.mac ?? mac],
    ['vlan filtering', onOrOff(vlanFiltering), onOrOff(wanted.vlanFiltering)],
    ...settingDifferences(label.settings, wanted.settings),
    ['rules', ruleText(label.rules), ruleText(wanted.rules)],
  ];
  return pairs.flatMap(([what, stands, asked]) =>
    stands === asked ? [] : [`${what} is ${stands}, not ${asked}`],
  );
}

/** Which of the two backends it is makes no difference: the network is switched, or nobody asked. */
function natWanted({ nat }: Wanted, label: BridgeLabel): BackendName | false {
  const standing = natOf(label);
  return nat !== false && standing !== false ? standing : nat;
}

/** As the label says them, for comparing. */
function ruleText(rules: NatSettings = plainRules): string {
  const words = ruleFields(rules).map(([key, value]) => `${key}=${value}`);
  return words.join(' ') || 'the default';
}

function onOrOff(on: boolean): string {
  return on ? 'on' : 'off';
}

/** An MTU nobody asks for may be any: it follows from the uplink, which may be another by now. */
function settingDifferences(
  standing: NetworkSettings = plainSettings,
  wanted: NetworkSettings,
): readonly (readonly [string, string, string])[] {
  const { mtu = standing.mtu } = wanted;
  const fields = (settings: NetworkSettings) => new Map(settingFields(settings));
  const [stands, asked] = [fields(standing), fields({ ...wanted, ...(mtu !== undefined && { mtu }) })];
  return settingKeys.map((key) => [key, stands.get(key) ?? 'none', asked.get(key) ?? 'none']);
}

function refuseDifferences(wanted: Wanted, bridge: StandingBridge): void {
  const found = differences(wanted, bridge);
  if (found.length === 0) return;
  throw new NetworkError(
    'ENETWORKDIFFERS',
    `network ${wanted.name} stands with other options: ${found.join('; ')}`,
    {
      differences: found,
    },
  );
}

/** Makes the network or finds it as wanted; what fails on the way is taken back. */
export async function ensureNetwork(host: Namespace, nat: HostNat, wanted: Wanted): Promise<Ensured> {
  const standing = await findStanding(host, wanted.name, macOf(wanted));
  if (standing.kind === 'foreign') {
    throw new NetworkError('ENOTOURS', `${wanted.name} ${standing.why}; it is left as it is`);
  }
  if (standing.kind === 'network') {
    refuseDifferences(wanted, standing.bridge);
    const bridge = await switched(host, nat, wanted, standing.bridge);
    await repair(host, nat, wanted, bridge);
    return { bridge, created: false };
  }
  const halfMade = standing.kind === 'halfMade' ? standing.index : undefined;
  await checkFree(host, wanted, await listBridges(host), halfMade);
  // Nothing hangs on a half-made one yet.
  if (halfMade !== undefined) await host.links.remove(halfMade);
  return { bridge: await create(host, nat, await withUplinkMtu(host, wanted)), created: true };
}

async function create(host: Namespace, nat: HostNat, wanted: Wanted): Promise<StandingBridge> {
  const label = await recordedLabel(host, wanted);
  checkRoom(label, 'Network.ensure'); // the uplink's mtu, and what is to be put back, have come to it
  try {
    await creation(host, wanted, label).run();
  } catch (error) {
    if (wanted.vlanFiltering) throw explainVlans(error);
    // Without an address of IPv6 nothing is lost where /proc/sys is read-only.
    if (isWide(wanted) || !isReadOnly(error)) throw error;
    await creation(host, wanted, label, false).run();
  }
  const { index = 0 } = await host.links.get(wanted.name);
  try {
    if (wanted.nat !== false) {
      await nat.reconcile(wanted.nat, masquerade(wanted));
      await switchOn(host, familiesIn(wanted), label);
    }
  } catch (error) {
    const untouched = error instanceof NatError && error.applied === false;
    await takeBack(host, untouched ? undefined : nat, wanted, label, index);
    throw error;
  }
  return { index, up: true, mac: macOf(wanted), vlanFiltering: wanted.vlanFiltering, label };
}

/** The families it forwards; an internal network forwards nothing. */
function familiesIn({ subnets, rules }: Wanted): readonly Family[] {
  return rules?.internal === true ? [] : familiesOf(subnets.map(({ cidr }) => cidr));
}

async function recordedLabel(host: Namespace, wanted: Wanted): Promise<BridgeLabel> {
  const label = labelOf(wanted, {});
  return wanted.nat === false ? label : withRecord(host, familiesIn(wanted), label);
}

/** Packets that leave by a narrower link would be taken apart, or lost; a wider one would be wasted. */
export async function withUplinkMtu(host: Namespace, wanted: Wanted): Promise<Wanted> {
  if (wanted.nat === false || wanted.settings.mtu !== undefined) return wanted;
  const mtu = await uplinkMtu(host, familiesIn(wanted));
  return mtu === undefined ? wanted : { ...wanted, settings: { ...wanted.settings, mtu } };
}

/** A bridge that cannot tell VLANs apart says so for the attribute, as for one it does not know. */
function explainVlans(error: unknown): unknown {
  if (!(error instanceof NetlinkError) || error.operation !== 'link.add') return error;
  if (error.code !== 'EOPNOTSUPP' && error.code !== 'EINVAL') return error;
  const message = 'this kernel has no VLAN filtering on bridges (CONFIG_BRIDGE_VLAN_FILTERING)';
  return new NetworkError('EUNSUPPORTED', message, { cause: error });
}

function isReadOnly(error: unknown): boolean {
  return error instanceof NetlinkError && error.operation === 'sysctl.set' && error.code === 'EROFS';
}

// Where nothing was applied iptables is not asked again: one that hangs would hang twice. What cannot be taken back must not hide
// why it had to be. A bridge whose label says what to put back stays where that failed, for the next `up` or `down`.
async function takeBack(
  host: Namespace,
  nat: HostNat | undefined,
  wanted: Wanted,
  label: BridgeLabel,
  index: number,
): Promise<void> {
  if (wanted.nat !== false) await nat?.disable(wanted.nat, masquerade(wanted).network).catch(() => undefined);
  await putBack(host, label)
    .then(() => host.links.remove(index))
    .catch(() => undefined);
}

// What others took away from a network that stands is put back: adopting means that it works.
async function repair(host: Namespace, nat: HostNat, wanted: Wanted, bridge: StandingBridge): Promise<void> {
  const listed = await host.addresses.list({ link: bridge.index });
  // IPv6 has no `local` where there is no peer.
  const standing = new Set(listed.map((one) => `${one.local ?? one.address}/${one.prefixLength}`));
  for (const one of addressesOf(wanted))
    if (!standing.has(one.address)) await host.addresses.add({ link: bridge.index, ...one });
  if (!bridge.up) await host.links.set(bridge.index, { up: true });
  const backend = natOf(bridge.label);
  if (backend === false) return;
  await reconcileNat(host, nat, backend, bridge);
  await forward(host, bridge);
}

/**
 * To the backend that was asked for: its rules first, then the label, and the other's rules last, so that there is no moment without any.
 * A connection keeps the translation it began with, for the kernel remembers that and not by whose rule.
 */
async function switched(
  host: Namespace,
  nat: HostNat,
  wanted: Wanted,
  bridge: StandingBridge,
): Promise<StandingBridge> {
  const asked = backendAsked(wanted, natOf(bridge.label));
  if (asked === undefined) return bridge;
  await nat.of(asked).reconcile(await wantedNat(host, bridge));
  const label = { ...bridge.label, nat: asked };
  await host.links.set(bridge.index, { alias: encodeLabel(label) });
  return { ...bridge, label };
}

/** The shell lines of `switched`. */
async function explainSwitch(
  host: Namespace,
  wanted: Wanted,
  bridge: StandingBridge,
): Promise<readonly string[]> {
  const standing = natOf(bridge.label);
  const asked = backendAsked(wanted, standing);
  if (asked === undefined || standing === false) return [];
  const rules = await wantedNat(host, bridge);
  const alias = encodeLabel({ ...bridge.label, nat: asked });
  const plan = new Plan();
  plan.on(host).links.set(wanted.name, { alias });
  return [...explainEnable(asked, rules), ...plan.explain(host), ...explainDisable(standing, rules)];
}

/** The backend that a network is to be switched to, if any. */
function backendAsked({ nat, natAsked }: Wanted, standing: BackendName | false): BackendName | undefined {
  return natAsked && nat !== false && standing !== false && standing !== nat ? nat : undefined;
}

/** Switches forwarding on for a network that stands, and records first what to put back. */
export async function forward(host: Namespace, { index, label }: StandingBridge): Promise<void> {
  const families = label.rules?.internal === true ? [] : familiesOf(label.subnets);
  const recorded = await withRecord(host, families, label);
  if (encodeLabel(recorded) !== encodeLabel(label))
    await host.links.set(index, { alias: encodeLabel(recorded) });
  await switchOn(host, families, recorded);
}

/** The shell lines of making it; none where it stands. */
export async function explainEnsure(host: Namespace, wanted: Wanted): Promise<readonly string[]> {
  const standing = await findStanding(host, wanted.name, macOf(wanted));
  if (standing.kind === 'foreign') {
    throw new NetworkError('ENOTOURS', `${wanted.name} ${standing.why}; it is left as it is`);
  }
  if (standing.kind === 'network') {
    refuseDifferences(wanted, standing.bridge);
    return explainSwitch(host, wanted, standing.bridge);
  }
  const halfMade = standing.kind === 'halfMade' ? standing.index : undefined;
  await checkFree(host, wanted, await listBridges(host), halfMade);
  const sized = await withUplinkMtu(host, wanted);
  const label = await recordedLabel(host, sized);
  const steps = creationSteps(host, sized, label, hasIpv6(), [{}, {}]);
  const lines = steps.explain(host);
  if (wanted.nat === false) return lines;
  return [...lines, ...explainEnable(wanted.nat, masquerade(wanted)), ...explainSwitchOn(label)];
}
