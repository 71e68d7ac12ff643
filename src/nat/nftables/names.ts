// Owns the names by which netplumb's part of nf_tables is recognised: a public format, version 1 (docs/formats.md).
// Must not know what the rules say.

import { checkNetworkName, commentPrefix } from '../iptables/chains.js';

/** The table, of the family inet. */
export const tableName = 'netplumb';

/** The administrator's chain: the first that forwarded packets see. Made with the table, never filled, emptied or changed. */
export const userChain = 'user';

/** What an element's comment says: whose it is. */
export interface Owner {
  readonly network: string;
  /** Absent where it is the network's own. */
  readonly container?: string;
}

/** `netplumb/1 br0`, `netplumb/1 br0 web`. At most 126 bytes, of the 255 that nft shows. */
export function commentOf({ network, container }: Owner): string {
  const own = commentPrefix + checkNetworkName(network);
  return container === undefined ? own : `${own} ${checkContainerName(container)}`;
}

/** Whose an element is; undefined where it is not netplumb's. What a later version appends after a space is left aside. */
export function ownerIn(comment: string | undefined): Owner | undefined {
  if (comment?.startsWith(commentPrefix) !== true) return undefined;
  const [network = '', container] = comment.slice(commentPrefix.length).split(' ');
  try {
    checkNetworkName(network);
    return container === undefined ? { network } : { network, container: checkContainerName(container) };
  } catch {
    return undefined;
  }
}

function checkContainerName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name))
    throw new RangeError(`container: ${JSON.stringify(name)} is no container's name`);
  return name;
}

const commentType = 0; // NFTNL_UDATA_SET_ELEM_COMMENT and NFTNL_UDATA_RULE_COMMENT (libnftnl/udata.h)

// All ports of a container have the same.
let latest: { readonly comment?: string; readonly bytes: Uint8Array } = { bytes: new Uint8Array() };

/** A comment as nft keeps it beside an element or a rule: type, length with the NUL, text. */
export function commentBytes(comment: string): Uint8Array {
  if (comment !== latest.comment) {
    const text = Buffer.from(`${comment}\0`, 'latin1');
    const bytes = new Uint8Array(2 + text.length);
    bytes.set([commentType, text.length]);
    bytes.set(text, 2);
    latest = { comment, bytes };
  }
  return latest.bytes;
}

/** The comment in what nft, or netplumb, put down beside an element; undefined where there is none. */
export function readComment(userData: Uint8Array | undefined): string | undefined {
  for (let at = 0; userData !== undefined && at + 2 <= userData.length; ) {
    const [type, length = 0] = userData.subarray(at, at + 2);
    const value = userData.subarray(at + 2, at + 2 + length);
    if (type === commentType) return Buffer.from(value).toString('latin1').replace(/\0.*$/s, '');
    at += 2 + length;
  }
  return undefined;
}
