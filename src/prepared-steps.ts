// Steps that the addon keeps encoded, for plans that differ in texts only. Plan makes and appends them.

import { binding, type FilledSteps, type PreparedHandle, type Step } from './binding.js';

export class PreparedSteps {
  readonly #handle: PreparedHandle;
  readonly #operations: readonly string[];

  /** @param first the index of the first of them in the jobs they will be part of */
  constructor(steps: readonly Step[], first: number, standIns: readonly string[]) {
    this.#handle = binding.prepare(steps, first, standIns);
    this.#operations = steps.map(({ operation }) => operation);
  }

  /** With one text for each stand-in, in their order. */
  fill(texts: readonly string[]): FilledSteps {
    return { prepared: this.#handle, texts, operations: this.#operations };
  }
}
