// Owns: which scenarios are measured together into one file of docs/benchmarks, and how many rounds each gets, so that none takes more than
// ten minutes. It must not know any of them.
import { nat } from './nat.mjs';
import { engine } from './scenarios/engine.mjs';

/** @typedef {import('./scenarios/engine.mjs').Part} Part */
/** @typedef {{ name: string, description: string, parts: readonly Part[] }} Suite */

/** What starts processes for each container: that one runs for long makes no difference to it. */
const PROCESSES = [
  'ip-batch',
  'shell-script',
  'shell-out',
  'shell-out-concurrent',
  'cni',
  'netavark',
  'floor-plain',
];

/** What takes so long with a thousand containers that it is not waited for. */
const SLOW = [
  'shell-script',
  'shell-out',
  'shell-out-concurrent',
  'cni',
  'netavark',
  'pyroute2',
  'floor-plain',
];

/** The engine is judged against its floors; of the rivals it has two. @param {Part} part @returns {Part} */
const asBefore = ({ leftOut = [], ...more }) => {
  const others = ['pyroute2', 'ip-batch', 'shell-script', 'shell-out-concurrent', 'cni', 'netavark'];
  const slow = more.scenario === 'create-destroy' ? ['shell-out'] : [];
  return { ...more, leftOut: [...leftOut, ...others, ...slow] };
};

/** @param {string} scenario @param {number} n @param {number} rounds @param {Partial<Part>} [more] @returns {Part} */
const part = (scenario, n, rounds, more = {}) => ({ scenario, n, rounds, rivalRounds: rounds, ...more });

/** @type {readonly Suite[]} */
export const suites = [
  {
    name: 'quick',
    description: 'a look at a cold attach by every way there is, in under a minute',
    parts: [part('attach-cold', 10, 3)],
  },
  {
    name: 'attach',
    description: 'containers attached one after the other, from nothing and from a pool',
    parts: [
      part('attach-cold', 1, 20),
      part('attach-cold', 10, 10),
      part('attach-cold', 100, 10, { rivalRounds: 6 }),
      part('attach-running', 100, 8, { leftOut: PROCESSES }),
      part('warm-sync', 100, 10),
      part('warm-async', 100, 10),
      part('warm-named', 100, 10),
    ],
  },
  {
    name: 'growth',
    description: 'what an attach costs when many stand already',
    parts: [
      part('attach-cold', 1000, 6, { rivalRounds: 2, leftOut: SLOW }),
      part('several-bridges', 4000, 3, { rivalRounds: 1, leftOut: [...SLOW, 'ip-batch'] }),
    ],
  },
  {
    name: 'callers',
    description: 'containers attached by several callers at a time',
    parts: [
      ...[1, 2, 4, 8].map((k) => part(`callers-${k}`, 32, 6)),
      part('processes-2', 32, 6),
      part('event-loop-delay', 32, 6),
    ],
  },
  {
    name: 'life',
    description: 'containers that go again',
    parts: [
      part('create-destroy', 100, 6, { rivalRounds: 4 }),
      part('detach', 100, 6, { rivalRounds: 4 }),
      part('tear-down', 200, 6, { rivalRounds: 3 }),
    ],
  },
  {
    name: 'requests',
    description: 'single requests to the kernel, one by one',
    parts: [
      ...['link-add', 'link-set', 'address-add', 'route-add'].map((name) => part(name, 200, 10)),
      part('link-get', 200, 6),
      part('links-list', 20, 6),
    ],
  },
  {
    name: 'ports',
    description: 'ports published and taken back',
    parts: [
      ...['publish', 'unpublish'].flatMap((verb) =>
        [0, 100, 2000].map((foreign) => part(`${verb}-beside-${foreign}`, 20, 6)),
      ),
      ...['publish-1', 'publish-32'].map((name) => part(name, 1, 10)),
      ...['publish-1000', 'publish-range'].map((name) => part(name, 1, 6, { rivalRounds: 2 })),
    ],
  },
  {
    name: 'story',
    description: 'the story whole, and what an attach costs besides time',
    parts: [
      part('story', 2, 10),
      part('attach-steps', 100, 5),
      part('event-loop', 200, 3),
      part('import', 20, 5),
      part('system-calls', 10, 3, { rivalRounds: 1 }),
    ],
  },
  { name: 'nat', description: nat.description, parts: [part('nat', 10, 10)] },
  { ...engine, parts: engine.parts.map(asBefore) },
];
