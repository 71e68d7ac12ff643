// Owns: the cold attach: N containers, one after the other, onto a bridge that stands, each from no namespace
// at all to one with an address and a default route. It must not know how an implementation does it.
import { measureAttach } from './measure-attach.mjs';

/** @type {import('./scenario.mjs').Scenario} */
export const attachCold = {
  name: 'attach-cold',
  description: 'attach N containers to a bridge, one after the other, each in a new named namespace',
  floor: 'floor-tuned',
  targets: [{ implementation: 'netplumb', atMost: 1.12 }],
  measure: measureAttach('attach-cold'),
};

/** @type {import('./scenario.mjs').Scenario} */
export const attachThousand = {
  ...attachCold,
  name: 'attach-1000',
  command: 'attach-cold',
  description: 'the same with a thousand containers: what it costs when many stand already',
  targets: [
    { implementation: 'netplumb', figure: 'total', atMost: 1.12 },
    { implementation: 'netplumb', figure: 'growth', against: null, atMost: 2.5 },
  ],
};
