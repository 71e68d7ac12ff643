// Making a network, or adopting the one that stands. Everything here runs under the host's lock.

import { NatError, NetlinkError, NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import { Plan } from '../plan.js';
import { checkFree } from './conflicts.js';
import { type BridgeLabel, encodeLabel } from './formats/label.js';
import { deriveMac, linkLocalAddress } from './formats/mac.js';
import type { NetworkSubnet } from './formats/network-addresses.js';
import { forwardingSysctl, switchOn, valueToRecord } from './forwarding.js';
import { explainEnable, type HostNat } from './host-nat.js';
import { deafness, hasIpv6, quiet } from './quiet.js';
import { findStanding, listBridges, natOf, type StandingBridge } from './standing.js';

/** What is wanted of a network, checked. */
export interface Wanted {
  readonly name: string;
  /** At least one. */
  readonly subnets: readonly NetworkSubnet[];
  readonly nat: 'iptables' | false;
}

export interface Ensured {
  readonly bridge: StandingBridge;
  readonly created: boolean;
}

function labelOf({ name, subnets, nat }: Wanted, forward: string | undefined): BridgeLabel {
  const label: BridgeLabel = {
    kind: 'bridge',
    network: name,
    subnets: subnets.map(({ cidr }) => cidr),
    gateways: subnets.map(({ gateway }) => gateway),
    nat: nat || 'none',
  };
  return forward === undefined ? label : { ...label, forward };
}

function masquerade({ name, subnets: [subnet] }: Wanted) {
  return { network: name, subnet: subnet?.cidr ?? '', bridge: name };
}

/** The bridge's MAC: pinned, or it would follow the ports; and a bridge without a label is known for ours by it. */
function macOf({ name, subnets: [subnet] }: Wanted): string {
  return deriveMac(name, subnet?.gateway ?? '');
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

function creation(host: Namespace, wanted: Wanted, label: BridgeLabel, deaf = hasIpv6()): Plan {
  const plan = new Plan();
  const { links, addresses, sysctl } = plan.on(host);
  links.add({ kind: 'bridge', name: wanted.name, address: macOf(wanted) });
  for (const address of addressesOf(wanted)) addresses.add({ link: wanted.name, ...address });
  links.set(wanted.name, { alias: encodeLabel(label), ...quiet() });
  if (deaf) sysctl.set(...deafness(wanted.name));
  links.set(wanted.name, { up: true });
  return plan;
}

function differences(wanted: Wanted, { label }: StandingBridge): readonly string[] {
  const nat = natOf(label) || 'none';
  const pairs: readonly (readonly [string, string, string])[] = [
    ['subnet', label.subnets.join(','), wanted.subnets.map(({ cidr }) => cidr).join(',')],
    ['gateway', label.gateways.join(','), wanted.subnets.map(({ gateway }) => gateway).join(',')],
    ['nat', nat, wanted.nat || 'none'],
  ];
  return pairs.flatMap(([what, stands, asked]) =>
    stands === asked ? [] : [`${what} is ${stands}, not ${asked}`],
  );
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
    await repair(host, nat, wanted, standing.bridge);
    return { bridge: standing.bridge, created: false };
  }
  const halfMade = standing.kind === 'halfMade' ? standing.index : undefined;
  await checkFree(host, wanted.subnets, wanted.name, await listBridges(host), halfMade);
  // Nothing hangs on a half-made one yet.
  if (halfMade !== undefined) await host.links.remove(halfMade);
  return { bridge: await create(host, nat, wanted), created: true };
}

async function create(host: Namespace, nat: HostNat, wanted: Wanted): Promise<StandingBridge> {
  const label = labelOf(wanted, wanted.nat === false ? undefined : await valueToRecord(host));
  try {
    await creation(host, wanted, label).run();
  } catch (error) {
    // Without an address of IPv6 nothing is lost where /proc/sys is read-only.
    if (isWide(wanted) || !isReadOnly(error)) throw error;
    await creation(host, wanted, label, false).run();
  }
  const { index = 0 } = await host.links.get(wanted.name);
  try {
    if (wanted.nat !== false) {
      await nat.enable(masquerade(wanted));
      await switchOn(host);
    }
  } catch (error) {
    const untouched = error instanceof NatError && error.applied === false;
    await takeBack(host, untouched ? undefined : nat, wanted, label, index);
    throw error;
  }
  return { index, up: true, label };
}

function isReadOnly(error: unknown): boolean {
  return error instanceof NetlinkError && error.operation === 'sysctl.set' && error.code === 'EROFS';
}

// Where nothing was applied iptables is not asked again: one that hangs would hang twice. What cannot be taken back must not hide why it had to be.
async function takeBack(
  host: Namespace,
  nat: HostNat | undefined,
  wanted: Wanted,
  label: BridgeLabel,
  index: number,
): Promise<void> {
  const steps = [
    async () => nat?.disable(wanted.name),
    async () => label.forward !== undefined && (await host.sysctl.set(forwardingSysctl, label.forward)),
    () => host.links.remove(index),
  ];
  for (const step of steps) await step().catch(() => undefined);
}

// What others took away from a network that stands is put back: adopting means that it works.
async function repair(host: Namespace, nat: HostNat, wanted: Wanted, bridge: StandingBridge): Promise<void> {
  const listed = await host.addresses.list({ link: bridge.index });
  // IPv6 has no `local` where there is no peer.
  const standing = new Set(listed.map((one) => `${one.local ?? one.address}/${one.prefixLength}`));
  for (const one of addressesOf(wanted))
    if (!standing.has(one.address)) await host.addresses.add({ link: bridge.index, ...one });
  if (!bridge.up) await host.links.set(bridge.index, { up: true });
  if (wanted.nat === false) return;
  await nat.enable(masquerade(wanted));
  const forward = bridge.label.forward === undefined ? await valueToRecord(host) : undefined;
  if (forward !== undefined)
    await host.links.set(bridge.index, { alias: encodeLabel({ ...bridge.label, forward }) });
  await switchOn(host);
}

/** The shell lines of making it; none where it stands. */
export async function explainEnsure(host: Namespace, wanted: Wanted): Promise<readonly string[]> {
  const standing = await findStanding(host, wanted.name, macOf(wanted));
  if (standing.kind === 'foreign') {
    throw new NetworkError('ENOTOURS', `${wanted.name} ${standing.why}; it is left as it is`);
  }
  if (standing.kind === 'network') {
    refuseDifferences(wanted, standing.bridge);
    return [];
  }
  const halfMade = standing.kind === 'halfMade' ? standing.index : undefined;
  await checkFree(host, wanted.subnets, wanted.name, await listBridges(host), halfMade);
  const forward = wanted.nat === false ? undefined : await valueToRecord(host);
  const lines = creation(host, wanted, labelOf(wanted, forward)).explain(host);
  if (wanted.nat === false) return lines;
  const forwarding = forward === undefined ? [] : [`sysctl -w ${forwardingSysctl}=1`];
  return [...lines, ...explainEnable(masquerade(wanted)), ...forwarding];
}
