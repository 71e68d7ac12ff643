// Owns what a network, a container and an interface may be called. Stricter than the kernel on purpose: it takes
// `a"b`, `-j`, `x+` and `br%d`, and each of them means something else to iptables, to `ip` or to the kernel itself.
// Must not know where names are written.

import { reservedNetworks } from '../../nat/chains.js';
import { unusable, wrongType } from './argument.js';

/** IFNAMSIZ less its NUL (linux/if.h). */
export const MAX_INTERFACE_NAME_BYTES = 15;
/** Leaves room for the rest of a claim within ALTIFNAMSIZ. */
export const MAX_CONTAINER_NAME_BYTES = 100;

/** `all` and `default` stand beside interfaces in /proc/sys/net, so the kernel gives such a link no settings; `lo` is in every namespace. */
const reserved = new Set(['all', 'default', 'lo']);

/** Why a name cannot be used, as the end of a sentence that began with the name; undefined when it can. */
function objection(name: string, maxBytes: number): string | undefined {
  if (name === '') return 'is empty';
  if (name === '.' || name === '..') return 'means a directory';
  const bytes = Buffer.byteLength(name);
  if (bytes > maxBytes) return `is too long: ${bytes} bytes, at most ${maxBytes}`;
  if (name.startsWith('-')) return 'begins with "-", which reads as an option';
  if (name.endsWith('+')) return 'ends in "+", which iptables reads as a wildcard';
  if (name.includes('%')) return 'contains "%", which the kernel reads as a template';
  if (/\p{Cc}/u.test(name)) return 'contains a control character';
  if (/\s/.test(name)) return 'contains a space';
  const other = /[^A-Za-z0-9_.-]/u.exec(name)?.[0];
  if (other !== undefined)
    return `contains ${JSON.stringify(other)}; letters, digits, "_", "." and "-" are allowed`;
  if (!/^[A-Za-z0-9_]/.test(name)) return 'must begin with a letter, a digit or "_"';
  return undefined;
}

function interfaceObjection(name: string): string | undefined {
  if (reserved.has(name)) return 'is reserved by the kernel';
  return objection(name, MAX_INTERFACE_NAME_BYTES);
}

function networkObjection(name: string): string | undefined {
  if (reservedNetworks.has(name)) return `is reserved: NETPLUMB-${name} is no network's chain`;
  return interfaceObjection(name);
}

function checkName(value: unknown, option: string, find: (name: string) => string | undefined): string {
  if (typeof value !== 'string') throw wrongType(option, 'a string', value);
  const why = find(value);
  if (why !== undefined) throw unusable(option, value, why);
  return value;
}

/**
 * Returns a name fit for a link: 1 to 15 bytes of letters, digits, `_`, `.` and `-`, beginning with a letter, digit or `_`.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} for any other name, and for `all`, `default` and `lo`; the message begins with `option` and says why
 */
export function checkInterfaceName(value: unknown, option = 'interfaceName'): string {
  return checkName(value, option, interfaceObjection);
}

/** Returns a name fit for a network: as for its bridge, see {@link checkInterfaceName}, and not that of a chain kept for others. */
export function checkNetworkName(value: unknown, option = 'name'): string {
  return checkName(value, option, networkObjection);
}

/**
 * Returns a name fit for a container: as for an interface, but up to 100 bytes, and no name is reserved.
 * It has no `:` and no `/`, so it is one word in a claim and one file below /run/netns.
 * @throws {TypeError} unless it is a string
 * @throws {RangeError} for any other name; the message begins with `option` and says why
 */
export function checkContainerName(value: unknown, option = 'container'): string {
  return checkName(value, option, (name) => objection(name, MAX_CONTAINER_NAME_BYTES));
}

/** Whether text read back from the kernel can be a network name of ours. */
export function isNetworkName(text: string): boolean {
  return networkObjection(text) === undefined;
}

/** Whether text read back from the kernel can be an interface name of ours. */
export function isInterfaceName(text: string): boolean {
  return interfaceObjection(text) === undefined;
}

/** Whether text read back from the kernel can be a container name of ours. */
export function isContainerName(text: string): boolean {
  return objection(text, MAX_CONTAINER_NAME_BYTES) === undefined;
}
