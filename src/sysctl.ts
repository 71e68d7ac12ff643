// Settings below /proc/sys/net. They belong to a network namespace: reading and writing happens inside it, without a process.

import { unusable, wrongType } from './argument.js';
import { nothing, type Operation, type Performer, type Recorder } from './rtnl/operation.js';

function checkName(name: unknown): string {
  if (typeof name !== 'string' || name === '')
    throw new TypeError('sysctl: name: must be a string such as "net.ipv4.ip_forward"');
  return name;
}

export function getSysctl(name: string): Operation<string> {
  const checked = checkName(name);
  return {
    step: (slot) => ({ do: 'sysctlGet', operation: 'sysctl.get', target: checked, slot, name: checked }),
    result: (value) => value as string,
    undoable: false,
  };
}

export function setSysctl(name: string, value: string | number): Operation<void> {
  const checked = checkName(name);
  if (typeof value !== 'string' && typeof value !== 'number')
    throw wrongType(`sysctl: ${checked}`, 'a string or a number', value);
  // The kernel would take what stands before it and drop the rest.
  if (/[\n\0]/.test(String(value))) throw unusable(`sysctl: ${checked}`, value, 'holds a newline or NUL');
  return {
    step: (slot) => ({
      do: 'sysctlSet',
      operation: 'sysctl.set',
      target: checked,
      slot,
      name: checked,
      value: String(value),
    }),
    result: nothing,
    undoable: false,
  };
}

/**
 * The `net.*` settings of a namespace. Names as sysctl(8) takes them: `net.ipv4.ip_forward`, or with slashes where a part
 * has a dot, `net/ipv4/conf/eth0.100/forwarding`.
 */
export class Sysctl {
  readonly #at: Performer;

  constructor(at: Performer) {
    this.#at = at;
  }

  /** The value as text. `sysctl -n NAME`. @throws {NetlinkError} `ENOENT` @throws {TypeError} for a name outside `net` */
  async get(name: string): Promise<string> {
    return this.#at.perform(getSysctl(name));
  }
  getSync(name: string): string {
    return this.#at.performSync(getSysctl(name));
  }

  /** `sysctl -w NAME=VALUE`. @throws {NetlinkError} `EROFS` where /proc/sys is read-only, `EINVAL` for what the kernel refuses */
  async set(name: string, value: string | number): Promise<void> {
    return this.#at.perform(setSysctl(name, value));
  }
  setSync(name: string, value: string | number): void {
    this.#at.performSync(setSysctl(name, value));
  }
}

/** The same inside a plan. */
export class PlannedSysctl {
  readonly #plan: Recorder;

  constructor(plan: Recorder) {
    this.#plan = plan;
  }

  set(name: string, value: string | number): void {
    this.#plan.record(setSysctl(name, value));
  }
}
