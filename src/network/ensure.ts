// Making a network, or adopting the one that stands. Everything here runs under the host's lock.

import { existsSync } from 'node:fs';
import { NatError, NetworkError } from '../errors.js';
import type { Namespace } from '../namespace.js';
import { Plan } from '../plan.js';
import { checkFree } from './conflicts.js';
import { type BridgeLabel, encodeLabel } from './formats/label.js';
import { deriveMac } from './formats/mac.js';
import { parseSubnet } from './formats/subnet.js';
import { forwardingSysctl, switchOn, valueToRecord } from './forwarding.js';
import { explainEnable, type HostNat } from './host-nat.js';
import { findStanding, listBridges, natOf, type StandingBridge } from './standing.js';

/** What is wanted of a network, checked. */
export interface Wanted {
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly nat: 'iptables' | false;
}

export interface Ensured {
  readonly bridge: StandingBridge;
  readonly created: boolean;
}

/**
 * IPv6 of a link off: no link-local address is made, so no port sends reports that the bridge copies to all others (mean
 * attach at 1,000 containers: 8-17 ms with, 2 ms without). A kernel without IPv6 refuses to be told. `addrgenmode none`
 */
export function quiet(): { afSpec?: { inet6: { addressGenerationMode: 'none' } } } {
  hasIpv6 ??= existsSync('/proc/sys/net/ipv6');
  return hasIpv6 ? { afSpec: { inet6: { addressGenerationMode: 'none' } } } : {};
}

// The kernel's, not a namespace's: looked at once.
let hasIpv6: boolean | undefined;

function labelOf({ name, subnet, gateway, nat }: Wanted, forward: string | undefined): BridgeLabel {
  const label: BridgeLabel = {
    kind: 'bridge',
    network: name,
    subnets: [subnet],
    gateways: [gateway],
    nat: nat || 'none',
  };
  return forward === undefined ? label : { ...label, forward };
}

function masquerade({ name, subnet }: Wanted) {
  return { network: name, subnet, bridge: name };
}

/** `address` of the bridge, with the subnet's prefix length. */
function gatewayAddress({ gateway, subnet }: Wanted): string {
  return `${gateway}/${parseSubnet(subnet).prefix}`;
}

function creation(host: Namespace, wanted: Wanted, label: BridgeLabel): Plan {
  const plan = new Plan();
  const { links, addresses } = plan.on(host);
  // Pinned, or it would follow the ports; and known for ours by it until the label stands.
  links.add({ kind: 'bridge', name: wanted.name, address: deriveMac(wanted.name, wanted.gateway) });
  addresses.add({ link: wanted.name, address: gatewayAddress(wanted) });
  links.set(wanted.name, { alias: encodeLabel(label), ...quiet() });
  links.set(wanted.name, { up: true });
  return plan;
}

function differences(wanted: Wanted, { label }: StandingBridge): readonly string[] {
  const nat = natOf(label) || 'none';
  const pairs: readonly (readonly [string, string, string])[] = [
    ['subnet', label.subnets.join(','), wanted.subnet],
    ['gateway', label.gateways.join(','), wanted.gateway],
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
  const standing = await findStanding(host, wanted.name, wanted.gateway);
  if (standing.kind === 'foreign') {
    throw new NetworkError('ENOTOURS', `${wanted.name} ${standing.why}; it is left as it is`);
  }
  if (standing.kind === 'network') {
    refuseDifferences(wanted, standing.bridge);
    await repair(host, nat, wanted, standing.bridge);
    return { bridge: standing.bridge, created: false };
  }
  const halfMade = standing.kind === 'halfMade' ? standing.index : undefined;
  await checkFree(host, parseSubnet(wanted.subnet), wanted.name, await listBridges(host), halfMade);
  // Nothing hangs on a half-made one yet.
  if (halfMade !== undefined) await host.links.remove(halfMade);
  return { bridge: await create(host, nat, wanted), created: true };
}

async function create(host: Namespace, nat: HostNat, wanted: Wanted): Promise<StandingBridge> {
  const label = labelOf(wanted, wanted.nat === false ? undefined : await valueToRecord(host));
  await creation(host, wanted, label).run();
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
  const address = gatewayAddress(wanted);
  const addresses = await host.addresses.list({ link: bridge.index, family: 'inet' });
  if (!addresses.some((one) => `${one.local}/${one.prefixLength}` === address)) {
    await host.addresses.add({ link: bridge.index, address });
  }
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
  const standing = await findStanding(host, wanted.name, wanted.gateway);
  if (standing.kind === 'foreign') {
    throw new NetworkError('ENOTOURS', `${wanted.name} ${standing.why}; it is left as it is`);
  }
  if (standing.kind === 'network') {
    refuseDifferences(wanted, standing.bridge);
    return [];
  }
  const halfMade = standing.kind === 'halfMade' ? standing.index : undefined;
  await checkFree(host, parseSubnet(wanted.subnet), wanted.name, await listBridges(host), halfMade);
  const forward = wanted.nat === false ? undefined : await valueToRecord(host);
  const lines = creation(host, wanted, labelOf(wanted, forward)).explain(host);
  if (wanted.nat === false) return lines;
  const forwarding = forward === undefined ? [] : [`sysctl -w ${forwardingSysctl}=1`];
  return [...lines, ...explainEnable(masquerade(wanted)), ...forwarding];
}
