// Changes to the numbers by which a namespace knows others.

import type { Maker } from './model.js';

export const namespaceIdMakers: readonly Maker[] = [
  {
    what: 'namespaceId.set',
    weight: 2,
    make(random, model) {
      const other = random.pick(model.others);
      const id = random.one(undefined, random.int(0, 99));
      return other && (({ namespaceIds }) => namespaceIds.set(other, id));
    },
  },
];
