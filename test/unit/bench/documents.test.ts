// Owns: proof that README and docs quote nothing that no kept run has, and that the page of benchmarks is drawn from the figures beside it.
import { expect, it } from 'vitest';
import { checkDocs } from '../../../scripts/bench/docs.mjs';

it('quotes only figures that are kept, and draws the page from them', () => {
  expect(checkDocs()).toEqual([]);
});
