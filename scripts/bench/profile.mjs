// Where an attach goes: node scripts/bench/profile.mjs [--n N] [--rounds N] [--perf]. Rounds of the library's attach with its diagnostics
// channel on, of the same with it off, and of the floor, in turn; a thread hop by itself; and how long the kernel reaps what was made. With
// --perf, also what the CPUs were doing meanwhile. It must not know how an attach is done. What it taught: docs/performance.md.
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Namespace } from 'netplumb';
import { floorTuned } from './implementations/floors.mjs';
import { netplumb } from './implementations/netplumb.mjs';
import { run } from './processes.mjs';
import { ReapBarrier } from './reaped.mjs';
import { requireRoot } from './requirements.mjs';
import { measureAttach, onHost } from './scenarios/measure-attach.mjs';
import { Session } from './session.mjs';
import { mean, median } from './statistics.mjs';
import { planContainers } from './work-list.mjs';

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    perf: { type: 'boolean', default: false },
  },
});
const [n, rounds] = [values.n, values.rounds].map((text) => Number(text) || 1);

/** @param {string} what @param {number} us @param {string} [note] */
const line = (what, us, note = '') =>
  console.log(`${us.toFixed(1).padStart(10)} µs  ${what}${note && `  (${note})`}`);

/** What it costs to leave the JavaScript thread and come back: a trivial request awaited, less the same on the calling thread. */
async function measureHop() {
  const namespace = await Namespace.current();
  const took = { awaited: /** @type {number[]} */ ([]), here: /** @type {number[]} */ ([]) };
  for (let i = 0; i < 300; i++) {
    let begun = performance.now();
    await namespace.links.get('lo');
    took.awaited.push((performance.now() - begun) * 1000);
    begun = performance.now();
    namespace.links.getSync('lo');
    took.here.push((performance.now() - begun) * 1000);
  }
  namespace.close();
  return { hop: median(took.awaited) - median(took.here), here: median(took.here) };
}

/** @param {Session} session */
async function recordCpus(session) {
  const context = { session, implementation: netplumb, n: n ?? 100 };
  const plan = planContainers(session.name(''), context.n);
  await onHost(context, plan, async (host) => {
    const folder = session.folder();
    const command = netplumb.commands['attach-cold']?.({ plan, lock: session.lock, folder });
    if (command === undefined) throw new Error('netplumb cannot attach');
    const { file, args, input = '' } = host.enter(command);
    const data = `${folder}/perf.data`;
    // Of all CPUs: what the kernel does in its own threads belongs to it.
    const record = ['record', '-q', '-a', '-e', 'cpu-clock', '-F', '1999', '-o', data, '--', file, ...args];
    await run({ file: 'perf', args: record, input }, { timeoutMs: 120_000 });
    const report = ['report', '-i', data, '--stdio', '--percent-limit', '0.2', '--sort', 'comm,symbol'];
    const printed = await run({ file: 'perf', args: report }, { timeoutMs: 120_000 });
    console.log('\nwhat the CPUs did, all of them, idling included:');
    console.log(
      printed
        .split('\n')
        .filter((text) => /^\s+\d/.test(text))
        .map((text) => text.replace(/(\s+-)*\s*$/, '').replace(/\s{2,}(?=\[)/, '  '))
        .slice(0, 40)
        .join('\n'),
    );
    rmSync(data);
  });
}

requireRoot();
const session = new Session();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => session.interrupt());
const barrier = await ReapBarrier.open(session);
try {
  for (const implementation of [floorTuned, netplumb]) await implementation.prepare();
  const usual = await barrier.pass(session);
  /** @type {Map<string, number[]>} medians of rounds, by step, in their order */
  const steps = new Map();
  /** @type {Record<'floor' | 'plain' | 'heard' | 'reap', number[]>} */
  const took = { floor: [], plain: [], heard: [], reap: [] };
  const ways = /** @type {const} */ ([
    ['floor', floorTuned, 'attach-cold'],
    ['plain', netplumb, 'attach-cold'],
    ['heard', netplumb, 'attach-steps'],
  ]);
  for (let round = 0; round < (rounds ?? 5); round++) {
    for (const [way, implementation, verb] of ways) {
      const sample = await measureAttach(verb)({ session, implementation, n: n ?? 100 });
      took[way].push(median(sample.durationsUs));
      for (const [name, us] of Object.entries(sample.extra ?? {}))
        steps.set(name, [...(steps.get(name) ?? []), us]);
      await session.removeNamespaces(barrier.keep);
      const reaped = await barrier.pass(session);
      took.reap.push((Math.max(0, reaped - usual) * 1000) / ((n ?? 100) + 1));
    }
  }
  const { hop, here } = await measureHop();
  console.log(`one attach of ${n}, medians over ${rounds} rounds:`);
  line('the floor: the same messages from C', median(took.floor));
  line('netplumb', median(took.plain));
  line('netplumb, with its diagnostics channel on', median(took.heard));
  console.log('of the latter:');
  for (const [name, us] of steps) line(name.replace(/^step (.*)_us$/, '$1'), median(us));
  console.log('apart:');
  line('a hop to another thread and back', hop, `a trivial request takes ${here.toFixed(1)} µs without`);
  line(
    'the kernel, to reap one container',
    mean(took.reap),
    'after the measurement; holds the lock that attaching needs',
  );
  if (values.perf) await recordCpus(session);
} finally {
  barrier.close();
  await session.close();
}
