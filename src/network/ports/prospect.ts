// A container as ports are published for it: by which names its link is found and takes claims. Of one in the making the claims are
// encoded ahead, for that takes as long as the kernel takes for them. Must not know rules, nor whose turn it is.

import type { FilledSteps } from '../../binding.js';
import type { Namespace } from '../../namespace.js';
import type { ContainerIntent, PortChange, PortIntent } from '../../nat/index.js';
import { Plan } from '../../plan.js';
import { addressClaim, containerClaim } from '../formats/claims.js';
import { portClaim } from '../formats/port-claims.js';
import { containerIntent } from '../host/nat-intent.js';
import type { StandingPort } from '../standing.js';

/** What publishing for a container in the making will come to, where nothing comes between. */
export interface Prospect {
  /** Without prefix. */
  readonly addresses: readonly string[];
  readonly links: Links;
  /** Why not, where a process of the host has one of the ports; undefined where none has. */
  readonly refusal: unknown;
  /** What can be said of it before anything is read, or chosen: the change, and its claims on those links. */
  readonly ready?: { readonly change: PortChange; readonly claims: FilledSteps };
}

/** A container as ports are published for it. */
export interface Publishing {
  readonly links: Links;
  readonly intent: ContainerIntent;
}

/** A container's link on the host, by what it is found. */
export interface Links {
  /** Takes the claims. */
  readonly claims: string | number;
  /** The same one, perhaps by something else of its container: where that has been replaced meanwhile, one of the two is not there. */
  readonly settings: string | number;
}

/** By the claims of the container itself, which nobody needs to read. */
export function linksByClaims(network: string, container: string, addresses: readonly string[]): Links {
  const claims = containerClaim(network, container);
  const [address] = addresses;
  return { claims, settings: address === undefined ? claims : addressClaim(network, address) };
}

export function publishing(port: StandingPort): Publishing {
  return { links: { claims: port.index, settings: port.index }, intent: containerIntent(port) };
}

/** What a plan claims the ports of a change with; encoded ahead where it was foreseen as it is. */
export function claimingPlan(
  host: Namespace,
  links: Links,
  change: PortChange,
  prospect: Prospect | undefined,
): Plan {
  const { ready } = prospect ?? {};
  if (ready?.change !== change || prospect?.links !== links) return planOf(host, links, change.add);
  const plan = new Plan();
  plan.append(ready.claims, [host]);
  return plan;
}

export function prepareClaims(host: Namespace, links: Links, add: readonly PortIntent[]): FilledSteps {
  return planOf(host, links, add).prepare(0, [host], []).fill([]);
}

/** Claims ports, and lets packets go back out of the link they came by: to a container from itself, by its published port. */
function planOf(host: Namespace, { claims, settings }: Links, add: readonly PortIntent[]): Plan {
  const plan = new Plan();
  const { links } = plan.on(host);
  links.addAltNames(claims, add.map(portClaim));
  links.set(settings, { portKind: 'bridge', portData: { hairpin: true } });
  return plan;
}
