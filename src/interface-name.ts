// Owns what a link may be called, and how a name is refused. Stricter than the kernel on purpose: it takes `a"b`, `-j`, `x+`
// and `br%d`, and each of them means something else to iptables, to `ip` or to the kernel itself.
// Must not know networks or containers: their names are network/formats/names.ts's.

import { unusable, wrongType } from './argument.js';

/** IFNAMSIZ less its NUL (linux/if.h). */
export const MAX_INTERFACE_NAME_BYTES = 15;

/** `all` and `default` stand beside interfaces in /proc/sys/net, so the kernel gives such a link no settings; `lo` is in every namespace. */
const reserved = new Set(['all', 'default', 'lo']);

// What every name is like; the rest only tells what is wrong with those that are not.
const fit = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Why a name cannot be used, as the end of a sentence that began with the name; undefined when it can. */
export function objection(name: string, maxBytes: number): string | undefined {
  if (fit.test(name) && name.length <= maxBytes) return undefined;
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

export function interfaceObjection(name: string): string | undefined {
  if (reserved.has(name)) return 'is reserved by the kernel';
  return objection(name, MAX_INTERFACE_NAME_BYTES);
}

/** The name, if `find` has nothing against it. */
export function checkName(
  value: unknown,
  option: string,
  find: (name: string) => string | undefined,
): string {
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

/** Whether text read back from the kernel can be an interface name of ours. */
export function isInterfaceName(text: string): boolean {
  return interfaceObjection(text) === undefined;
}
