// How a row of the golden tables says which netplumb call stands for a command of iproute2's.

import type { Operation } from '../../../src/rtnl/operation.js';
import type { NamespaceTarget } from '../../../src/rtnl/references.js';

/** The surroundings of a capture. */
export interface Scene {
  /** The index of a link of the capture namespace: iproute2 looks names up before it sends. */
  link(name: string): number;
  /** The namespace that commands call `other`. */
  readonly other: NamespaceTarget;
}

export type Call = (at: Scene) => Operation<unknown>;

/** By the command, as on the first line of its fixture. */
export type Calls = Readonly<Record<string, Call>>;

/** Rows that differ in their options only. */
export function calls<Options>(
  command: string,
  options: Readonly<Record<string, Options>>,
  call: (options: Options, at: Scene) => Operation<unknown>,
): Calls {
  return Object.fromEntries(
    Object.entries(options).map(([words, value]): [string, Call] => [
      `${command} ${words}`,
      (at) => call(value, at),
    ]),
  );
}
