// The requests that a change is made of, without making it.

import type { Step } from '../../../../src/binding.js';
import { PlannedVerbs } from '../../../../src/plan-verbs.js';
import type { Operation } from '../../../../src/rtnl/operation.js';
import { Slots } from '../../../../src/rtnl/references.js';
import type { Change } from './model.js';

export type RequestStep = Extract<Step, { do: 'request' }>;

export function requestsOf(change: Change): readonly RequestStep[] {
  const operations: Operation<unknown>[] = [];
  change(new PlannedVerbs({ record: (operation) => operations.push(operation) - 1 }));
  const slots = new Slots();
  return operations
    .map((operation) => operation.step(0, slots))
    .filter((step): step is RequestStep => step.do === 'request');
}
