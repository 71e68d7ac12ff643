// What each system call is made to answer, once or for good, and what may become of it.
import type { Call } from './child.js';

export interface Fault {
  /** As strace's --inject takes it, without its `when`. */
  readonly error: string;
  readonly forGood: boolean;
  /** Never seen by the caller: the call is to be made again. */
  readonly unseen?: boolean;
}

const refusals = (...errors: readonly string[]): Fault[] => [
  ...errors.map((error) => ({ error, forGood: false })),
  ...errors.slice(-1).map((error) => ({ error, forGood: true })),
];

const interrupted: Fault = { error: 'EINTR', forGood: false, unseen: true };

/**
 * The last of the errors also for good. Writes are made to fail on /proc/sys, and on the NAT session; not what Node's threads
 * write to each other: libuv ends the process.
 */
export const faults: Readonly<Record<Call, readonly Fault[]>> = {
  sendmsg: [...refusals('ENOBUFS', 'ENOMEM', 'EPERM'), interrupted],
  recvmsg: [...refusals('ENOBUFS', 'ENOMEM'), interrupted],
  setns: refusals('ENOMEM', 'EPERM'),
  unshare: refusals('ENOMEM', 'ENOSPC', 'EPERM'),
  mount: refusals('ENOMEM', 'EPERM'),
  umount2: refusals('ENOMEM', 'EPERM'),
  unlink: refusals('EIO', 'EPERM'),
  unlinkat: refusals('EIO', 'EPERM'),
  rename: refusals('EIO', 'EPERM'),
  renameat: refusals('EIO', 'EPERM'),
  renameat2: refusals('EIO', 'EPERM'),
  mkdir: refusals('ENOSPC', 'EPERM'),
  mkdirat: refusals('ENOSPC', 'EPERM'),
  fchmod: refusals('EIO', 'EPERM'),
  flock: [...refusals('ENOLCK'), interrupted],
  write: [...refusals('EIO', 'EPERM'), interrupted],
};
