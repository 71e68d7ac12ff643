// The errors netplumb rejects with. errno is data, and the kernel's own sentence is kept: nobody has to parse a message.
// Wrong arguments are not here: they are TypeError and RangeError, thrown before any system call.

import { type AttributePolicy, policyInWords } from './attribute-policy.js';
import type { FailureRecord } from './binding.js';

export { NatError } from './nat/nat-error.js';

/** The kernel refused an operation, or a system call on the way failed. What is not known is absent, not undefined. */
export class NetlinkError extends Error {
  override readonly name = 'NetlinkError';
  /** The name of the errno, such as `EEXIST`. `EAGAIN` of a `list`: it changed each of the six times it was read; no part of it is returned. */
  readonly code: string;
  /** The errno, positive. */
  readonly errno: number;
  /** What was being done, such as `link.add`. */
  readonly operation: string;
  /** To what, such as `br0`. */
  declare readonly target?: string;
  /** The kernel's own sentence, from its extended acknowledgement. */
  declare readonly kernelMessage?: string;
  /** The option the kernel pointed at, such as `linkInfo.data.id`. */
  declare readonly attribute?: string;
  /** Present where that option is required and was not given. */
  declare readonly missing?: true;
  /** What the kernel would have taken there, where it says so. */
  declare readonly policy?: AttributePolicy;
  /** The index of the failed step, in a plan. */
  declare readonly step?: number;
  /** Indexes of steps that had succeeded and could not be taken back. */
  declare readonly notUndone?: readonly number[];

  constructor(record: FailureRecord) {
    super(describe(record));
    this.code = record.code;
    this.errno = record.errno;
    this.operation = record.operation;
    if (record.target !== undefined) this.target = record.target;
    if (record.kernelMessage !== undefined) this.kernelMessage = record.kernelMessage;
    if (record.attribute !== undefined) this.attribute = record.attribute;
    if (record.missing !== undefined) this.missing = record.missing;
    if (record.policy !== undefined) this.policy = record.policy;
    if (record.step !== undefined) this.step = record.step;
    if (record.notUndone !== undefined) this.notUndone = record.notUndone;
  }
}

function describe(record: FailureRecord): string {
  const what = record.target === undefined ? record.operation : `${record.operation} ${record.target}`;
  const details = [record.kernelMessage, record.explanation, fault(record)].filter(Boolean);
  return `${what}: ${record.code}: ${record.reason}${details.length > 0 ? ` (${details.join('; ')})` : ''}`;
}

/** What is wrong with the option the kernel pointed at. */
function fault({ attribute, missing, policy }: FailureRecord): string | undefined {
  if (attribute !== undefined && missing) return `${attribute} is missing`;
  const words = policy && policyInWords(policy);
  if (words) return attribute === undefined ? words : `${attribute} ${words}`;
  return attribute && `at ${attribute}`;
}

/** What is wrong with a network, an address or a container, in netplumb's own terms. */
export type NetworkErrorCode =
  /** A network stands under that name, with other options; see `differences`. */
  | 'ENETWORKDIFFERS'
  /** A link of that name stands there and netplumb did not make it, or a newer netplumb did. It was left as it is. */
  | 'ENOTOURS'
  /** Every address of the subnet is taken. */
  | 'ESUBNETFULL'
  /** The bridge has its 1,023 ports, which is all the kernel lets it have. */
  | 'EBRIDGEFULL'
  /** Another container has that address. */
  | 'EADDRTAKEN'
  /** The container has an interface of that name already. */
  | 'EINTERFACETAKEN'
  /** The container's namespace is the host's own. */
  | 'EHOSTNAMESPACE'
  /** A container of that name is attached already. */
  | 'ECONTAINERTAKEN'
  /** The subnet overlaps another network's, or a route of the host. */
  | 'EOVERLAP'
  /** There is no network of that name. */
  | 'ENONETWORK'
  /** No container of that name is attached. */
  | 'ENOCONTAINER'
  /** Somebody, in this process or another, holds the host's lock for longer than the caller waits. */
  | 'ELOCKED'
  /** Another container has published that port of the host, or a process listens on it. */
  | 'EPORTTAKEN'
  /** The container has no such port published. */
  | 'ENOPORT'
  /** The host does not have the address a port was to be published on. */
  | 'ENOHOSTADDRESS'
  /** The network has no NAT, or is internal: nothing can be published. */
  | 'ENONAT'
  /** The kernel, or the machine, lacks something that is needed. */
  | 'EUNSUPPORTED';

/** A network operation that cannot be done as asked. Nothing was changed. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly code: NetworkErrorCode;
  /** For `ENETWORKDIFFERS`: one sentence for each difference. */
  declare readonly differences?: readonly string[];

  constructor(
    code: NetworkErrorCode,
    message: string,
    options?: { differences?: readonly string[]; cause?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options?.differences !== undefined) this.differences = options.differences;
  }
}
