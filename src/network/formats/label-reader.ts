// Owns reading an alias back as a label. Anything in an alias can have been written by another program, and goes into
// paths and rules from here: every value is checked like an argument. Must not lose what a later version wrote.

import { isInterfaceName } from '../../interface-name.js';
import { formatCidr, parseAddress, parseCidr } from './address.js';
import { decodeList, decodeValue, type Fields, parseFields } from './fields.js';
import type { BridgeLabel, ExtraFields, HostLinkLabel, PooledLabel, ReadLabel } from './label.js';
import { isMac } from './mac.js';
import { isContainerName, isNetworkName } from './names.js';
import { readSettingFields, settingKeys } from './network-settings.js';
import { isPoolId } from './pool.js';
import { readRuleFields, ruleKeys } from './rule-fields.js';

/** Reads an alias. Undefined for one that is not ours, or none. */
export function parseLabel(alias: string | undefined): ReadLabel | undefined {
  const parsed = alias === undefined ? undefined : parseFields(alias);
  if (parsed?.kind !== 'fields') return parsed;
  const { fields } = parsed;
  try {
    if (fields.has('container')) return readHostLink(fields);
    if (fields.has('subnets')) return readBridge(fields);
    if (fields.has('pool')) return readPooled(fields);
    return { kind: 'other', network: one(fields, 'network', isNetworkName) };
  } catch (error) {
    if (error instanceof Damage) return { kind: 'damaged', reason: error.message };
    throw error;
  }
}

function readBridge(fields: Fields): BridgeLabel {
  const subnets = list(fields, 'subnets', isCidr);
  const gateways = list(fields, 'gateway', isAddress);
  if (gateways.length !== subnets.length)
    throw new Damage(`${subnets.length} subnets, ${gateways.length} gateways`);
  return {
    kind: 'bridge',
    network: one(fields, 'network', isNetworkName),
    subnets,
    gateways,
    nat: one(fields, 'nat', isWord),
    ...rules(fields),
    ...settings(fields),
    ...(fields.has('forward') && { forward: one(fields, 'forward', isInteger) }),
    ...(fields.has('forward6') && { forward6: one(fields, 'forward6', isInteger) }),
    ...(fields.has('redirects') && { redirects: one(fields, 'redirects', isInteger) }),
    ...(fields.has('links') && { forwarding: list(fields, 'links', isLinkName) }),
    ...(fields.has('links6') && { forwarding6: list(fields, 'links6', isLinkName) }),
    ...(fields.has('ra') && { acceptRa: list(fields, 'ra', isLinkName) }),
    ...extra(fields, [
      'network',
      'subnets',
      'gateway',
      'nat',
      ...ruleKeys,
      ...settingKeys,
      'forward',
      'forward6',
      'redirects',
      'links',
      'links6',
      'ra',
    ]),
  };
}

function readHostLink(fields: Fields): HostLinkLabel {
  const namespace = one(fields, 'netns', isOwnership);
  return {
    kind: 'hostLink',
    network: one(fields, 'network', isNetworkName),
    container: one(fields, 'container', isContainerName),
    addresses: list(fields, 'addresses', isCidr),
    mac: one(fields, 'mac', isMac),
    interfaceName: one(fields, 'if', isInterfaceName),
    namespace: namespace === 'created' ? 'created' : 'brought',
    ...(fields.has('nsname') && { namespaceName: one(fields, 'nsname', isFileName) }),
    ...extra(fields, ['network', 'container', 'addresses', 'mac', 'if', 'netns', 'nsname']),
  };
}

function readPooled(fields: Fields): PooledLabel {
  return {
    kind: 'pooled',
    network: one(fields, 'network', isNetworkName),
    pool: one(fields, 'pool', isPoolId),
    addresses: fields.has('addresses') ? list(fields, 'addresses', isCidr) : [],
    ...(fields.has('mac') && { mac: one(fields, 'mac', isMac) }),
    interfaceName: one(fields, 'if', isInterfaceName),
    ...extra(fields, ['network', 'pool', 'addresses', 'mac', 'if']),
  };
}

function settings(fields: Fields): Pick<BridgeLabel, 'settings'> {
  try {
    const read = readSettingFields(fields);
    return read === undefined ? {} : { settings: read };
  } catch (error) {
    throw new Damage((error as Error).message);
  }
}

function rules(fields: Fields): Pick<BridgeLabel, 'rules'> {
  try {
    const read = readRuleFields(fields);
    return read === undefined ? {} : { rules: read };
  } catch (error) {
    throw new Damage((error as Error).message);
  }
}

/** Why a label of our version cannot be read. */
class Damage extends Error {}

function one(fields: Fields, key: string, fits: (text: string) => boolean): string {
  const raw = fields.get(key);
  if (raw === undefined) throw new Damage(`no ${key}`);
  const text = decodeValue(raw);
  if (text === undefined || !fits(text)) throw new Damage(`${key}=${raw}`);
  return text;
}

function list(fields: Fields, key: string, fits: (text: string) => boolean): string[] {
  const raw = fields.get(key);
  if (raw === undefined) throw new Damage(`no ${key}`);
  const items = decodeList(raw);
  if (items === undefined || !items.every(fits)) throw new Damage(`${key}=${raw}`);
  return items;
}

function extra(fields: Fields, knownKeys: readonly string[]): { extra?: ExtraFields } {
  const rest = [...fields].filter(([key]) => !knownKeys.includes(key));
  return rest.length > 0 ? { extra: rest } : {};
}

const isAddress = (text: string) => parseAddress(text)?.address === text;
const isWord = (text: string) => /^[a-z][a-z0-9]*$/.test(text);
const isInteger = (text: string) => /^-?\d{1,10}$/.test(text);
const isOwnership = (text: string) => text === 'created' || text === 'brought';
/** Of somebody else's link: what the kernel takes (dev_valid_name). It goes into a path. */
const isLinkName = (text: string) => isFileName(text) && /^[^\s:]{1,15}$/.test(text);
const isFileName = (text: string) => text !== '' && text !== '.' && text !== '..' && !/[/\0]/.test(text);

function isCidr(text: string): boolean {
  const range = parseCidr(text);
  return range !== undefined && formatCidr(range) === text;
}
