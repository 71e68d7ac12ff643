// What we read against what iproute2 prints, over random topologies and changes. NETPLUMB_DIFFERENTIAL_SEED=N plays others than
// those of every run, NETPLUMB_DIFFERENTIAL_SIZE=N says how many changes there are to be.

import { describe, expect, it } from 'vitest';
import { binding } from '../../../src/binding.js';
import { close } from '../../support/closing.js';
import { createHost, removeHost } from '../../support/host.js';
import { hasBridgeVlanFiltering, hasLinkKind } from '../../support/probe.js';
import { makers } from './changes/makers.js';
import { type Maker, Model } from './changes/model.js';
import { vlanMakers } from './changes/vlan.js';
import { ignored } from './ignored.js';
import type { Difference } from './mapping.js';
import { objects } from './objects.js';
import { Random } from './random.js';
import { differencesText, Topology } from './topology.js';

// The same every run, so that a failure is somebody's change.
const firstSeed = Number(process.env.NETPLUMB_DIFFERENTIAL_SEED ?? 20_260_101);
const size = Number(process.env.NETPLUMB_DIFFERENTIAL_SIZE ?? 1000);
const linksFirst = 4;
const changesEach = 22;
/** Between two comparisons. */
const changesAtOnce = 3;
/** Topologies at a time: while one waits for its processes another goes on. */
const sideBySide = 2;

const deckOf = (some: readonly Maker[]) => some.flatMap((maker) => Array<Maker>(maker.weight).fill(maker));
const count = {
  topologies: 0,
  changes: 0,
  refused: 0,
  comparisons: 0,
  fields: 0,
  asked: 0,
  lookups: 0,
  unreachable: 0,
  filtered: 0,
};
const seen = new Set<string>();

async function play(seed: number, kinds: readonly string[], deck: readonly Maker[]): Promise<void> {
  const born = deck.filter(({ what }) => what === 'link.add');
  const random = new Random(seed);
  const hosts = ['differential', 'beside', 'beside'].map((label) => createHost(label));
  const [host, ...others] = hosts as [(typeof hosts)[0], ...typeof hosts];
  const topology = await Topology.open(host, others);
  const model = new Model(kinds, topology.others);
  const check = (differences: readonly Difference[]) => {
    if (differences.length > 0)
      expect.fail(`NETPLUMB_DIFFERENTIAL_SEED=${seed}\n${differencesText(differences, topology.history)}`);
  };
  count.topologies += 1;
  try {
    for (let step = 1; step <= linksFirst + changesEach; step += 1) {
      const change = random.pick(step <= linksFirst ? born : deck)?.make(random, model);
      if (change === undefined) continue;
      const { took, asked, differences } = await topology.make(
        change,
        random.chance(0.25) ? 'ip' : 'netplumb',
      );
      check(differences);
      count[took ? 'changes' : 'refused'] += 1;
      count.asked += asked;
      if (step < linksFirst || step % changesAtOnce > 0) continue;
      const outcome = await topology.compare(random.int(0, 2 ** 31 - 1));
      count.comparisons += 1;
      for (const what of ['fields', 'lookups', 'unreachable', 'filtered'] as const)
        count[what] += outcome[what];
      for (const kind of outcome.kinds) seen.add(kind);
      check(outcome.differences);
    }
  } finally {
    topology.close();
    hosts.forEach(removeHost);
  }
}

describe('what is listed', () => {
  it('agrees with ip, field by field, over random topologies and changes', async (context) => {
    const kinds = binding.describe().kinds.map(({ name }) => name);
    const lacking = kinds.filter((kind) => !hasLinkKind(kind));
    const skipped = [
      ...lacking.map((kind) => `kind ${kind}`),
      ...(hasBridgeVlanFiltering() ? [] : ['bridge VLANs, which are compared as the empty lists they are']),
    ];
    const deck = deckOf([...makers, ...(hasBridgeVlanFiltering() ? vlanMakers : [])]);
    const here = kinds.filter((kind) => !lacking.includes(kind));
    let seed = firstSeed;
    const player = async () => {
      while (count.changes < size) await play(seed++, here, deck);
    };
    const players = await Promise.allSettled(Array.from({ length: sideBySide }, player));
    for (const ended of players) if (ended.status === 'rejected') throw ended.reason;
    close(
      context,
      `differential: ${count.topologies} topologies and ${count.changes} changes (seed ${firstSeed}, ${count.refused} more refused by the kernel), ${count.fields} fields compared in ${count.comparisons} comparisons`,
      `  objects: ${objects.map(({ name }) => name).join(', ')}; kinds of links: ${[...seen].sort().join(', ')}; ignored fields: ${Object.keys(ignored).join(', ')}`,
      `  ${count.lookups} routes looked up, ${count.unreachable} of them in vain, ${count.filtered} lists filtered by the kernel, ${count.asked} attributes of our changes found in what ip shows`,
      `  skipped for lack of kernel support: ${skipped.join(', ') || 'nothing'}`,
    );
    expect(count.refused).toBeLessThan(count.changes);
    expect(here.filter((kind) => !seen.has(kind))).toEqual([]);
  }, 600_000);

  it('leaves out no more than five fields', () => {
    expect(Object.keys(ignored).length).toBeLessThanOrEqual(5);
  });
});
