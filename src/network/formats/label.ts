// Owns what the label of a bridge and of a host link says: the link's alias, from which everything about a network is
// read back (./label-reader). The grammar is that of ./fields; the format is documented in docs/formats.md.
// Must not know links.

import type { NatSettings } from '../../nat/intent.js';
import { encodeList, encodeValue, formatFields, MAX_LABEL_BYTES } from './fields.js';
import { type NetworkSettings, settingFields } from './network-settings.js';
import { ruleFields } from './rule-fields.js';

/** Keys this version does not know, with their values as they stood; a rewrite keeps them. */
export type ExtraFields = readonly (readonly [key: string, rawValue: string])[];

export interface BridgeLabel {
  readonly kind: 'bridge';
  readonly network: string;
  /** Canonical CIDRs. */
  readonly subnets: readonly string[];
  /** One address per subnet, in the same order. */
  readonly gateways: readonly string[];
  /** Who masquerades. A version that does not know the word must not touch the rules. */
  readonly nat: string;
  /** What its rules do beside the default; absent where nothing. */
  readonly rules?: NatSettings;
  /** What it says about its containers' links; absent where all is the default. */
  readonly settings?: NetworkSettings;
  /** The value of net.ipv4.ip_forward to put back; only where this network recorded it. */
  readonly forward?: string;
  /** The value of net.ipv6.conf.all.forwarding to put back; only where this network recorded it. */
  readonly forward6?: string;
  /** The value of net.ipv4.conf.all.accept_redirects to put back after `forward`. */
  readonly redirects?: string;
  /** Links, or `default`, whose net.ipv4.conf.LINK.forwarding is 1 again after `forward`. */
  readonly forwarding?: readonly string[];
  /** The same of net.ipv6.conf.LINK.forwarding, after `forward6`. */
  readonly forwarding6?: readonly string[];
  /** Links whose net.ipv6.conf.LINK.accept_ra goes back from 2 to 1 before that. */
  readonly acceptRa?: readonly string[];
  readonly extra?: ExtraFields;
}

export interface HostLinkLabel {
  readonly kind: 'hostLink';
  readonly network: string;
  readonly container: string;
  /** With prefix, `172.16.0.2/24`. */
  readonly addresses: readonly string[];
  readonly mac: string;
  readonly interfaceName: string;
  /** Whether netplumb made the container's namespace, and so removes it, or the caller brought it. */
  readonly namespace: 'created' | 'brought';
  /** The file below /run/netns, where there is one and it is not called like the container. */
  readonly namespaceName?: string;
  readonly extra?: ExtraFields;
}

/** Of the host end of an endpoint that stands ready in a pool: no container has it yet. */
export interface PooledLabel {
  readonly kind: 'pooled';
  readonly network: string;
  /** The pool, as its owner announces itself (./pool). */
  readonly pool: string;
  /** With prefix; none where an address is given only with the container. */
  readonly addresses: readonly string[];
  /** Of the endpoint's end; only where it follows from an address. */
  readonly mac?: string;
  readonly interfaceName: string;
  readonly extra?: ExtraFields;
}

export type Label = BridgeLabel | HostLinkLabel | PooledLabel;

/** What an alias turned out to be. Only a {@link Label} may be rewritten; anything else is left as it is. */
export type ReadLabel =
  | Label
  /** Of this version, in a role it does not know: no bridge, no container's link, nothing pooled. */
  | { readonly kind: 'other'; readonly network: string }
  | { readonly kind: 'newer'; readonly version: string }
  | { readonly kind: 'damaged'; readonly reason: string };

/**
 * The alias text of a label.
 * @throws {RangeError} when it would exceed the 255 bytes that the kernel keeps
 */
export function encodeLabel(label: Label): string {
  const text = labelText(label);
  if (text.length > MAX_LABEL_BYTES)
    throw new RangeError(`label: ${text.length} bytes, at most ${MAX_LABEL_BYTES}: ${text}`);
  return text;
}

/** The same, however long: as earlier versions read it where that fits, else as short as can be. */
export function labelText(label: Label): string {
  const usual = formatFields(labelFields(label, false));
  return usual.length <= MAX_LABEL_BYTES ? usual : formatFields(labelFields(label, true));
}

/** What stands in it. */
export function labelFields(label: Label, short: boolean): readonly (readonly [string, string])[] {
  return [...known(label, short), ...(label.extra ?? [])];
}

function known(label: Label, short: boolean): (readonly [string, string])[] {
  const fields: (readonly [string, string])[] = [['network', encodeValue(label.network)]];
  if (label.kind === 'bridge') {
    fields.push(
      ['subnets', encodeList(label.subnets)],
      ['gateway', encodeList(label.gateways)],
      ['nat', encodeValue(label.nat)],
    );
    fields.push(...ruleFields(label.rules), ...settingFields(label.settings, short));
    if (label.forward !== undefined) fields.push(['forward', encodeValue(label.forward)]);
    if (label.forward6 !== undefined) fields.push(['forward6', encodeValue(label.forward6)]);
    if (label.redirects !== undefined) fields.push(['redirects', encodeValue(label.redirects)]);
    if (label.forwarding !== undefined) fields.push(['links', encodeList(label.forwarding)]);
    if (label.forwarding6 !== undefined) fields.push(['links6', encodeList(label.forwarding6)]);
    if (label.acceptRa !== undefined) fields.push(['ra', encodeList(label.acceptRa)]);
    return fields;
  }
  if (label.kind === 'pooled') {
    fields.push(['pool', encodeValue(label.pool)]);
    if (label.addresses.length > 0) fields.push(['addresses', encodeList(label.addresses)]);
    if (label.mac !== undefined) fields.push(['mac', label.mac]);
    fields.push(['if', encodeValue(label.interfaceName)]);
    return fields;
  }
  fields.push(
    ['container', encodeValue(label.container)],
    ['addresses', encodeList(label.addresses)],
    ['mac', label.mac],
  );
  fields.push(['if', encodeValue(label.interfaceName)], ['netns', label.namespace]);
  if (label.namespaceName !== undefined) fields.push(['nsname', encodeValue(label.namespaceName)]);
  return fields;
}
