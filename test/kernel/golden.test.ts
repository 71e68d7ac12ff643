// The golden fixtures' calls on a real kernel: what it takes, ip must show as it was asked for. That the bytes are ip's own is
// test/unit/golden.test.ts. What could not be read back is counted and printed.

import { compileFunction } from 'node:vm';
import { expect, it } from 'vitest';
import { setup } from '../../scripts/fixtures/scene.mjs';
import { NetlinkError } from '../../src/errors.js';
import { Namespace } from '../../src/namespace.js';
import { Slots } from '../../src/rtnl/references.js';
import { close } from '../support/closing.js';
import { allGolden, type Golden } from '../support/golden.js';
import { operationOf, sceneOf } from '../support/golden-call.js';
import { createHost, type Host, removeHost } from '../support/host.js';
import { hasLinkKind } from '../support/probe.js';
import { missing, missingSwitches } from './differential/asked.js';
import type { RequestStep } from './differential/changes/record.js';
import type { Scene, SceneLink } from './differential/formats.js';
import { type Compared, objects } from './differential/objects.js';
import { readIp } from './differential/read-ip.js';

const changing = ['add', 'append', 'prepend', 'replace', 'set'];

type Ending = 'read back' | 'refused' | 'kind lacking' | 'elsewhere';

function stepOf(golden: Golden): RequestStep | undefined {
  const step = operationOf(golden).step(0, new Slots());
  return step.do === 'request' && changing.includes(step.verb) ? step : undefined;
}
/** Taken in the scene without being kept there, or shown otherwise; each for its reason. */
const elsewhere: readonly (readonly [why: string, of: (step: RequestStep) => boolean])[] = [
  ['moves a link out of the namespaces of the test', ({ value }) => value.netNsPid !== undefined],
  ['changes a group that has no links', ({ value }) => value.group === 7 && value.index === undefined],
  [
    'is for the entries of a VXLAN',
    ({ value }) => value.destination !== undefined && value.family === 'bridge',
  ],
  [
    'is for the entries of a VXLAN',
    ({ value }) => value.nextHopId !== undefined && value.family === 'bridge',
  ],
  ["says the inner destination under the route's own name", ({ value }) => value.encapType === 'ip'],
];
/** The kinds of link that it is about, a port's included. */
function kindsOf({ value }: RequestStep): readonly string[] {
  const { kind, slaveKind } = (value.linkInfo ?? {}) as { kind?: string; slaveKind?: string };
  return [kind, slaveKind].filter((one) => one !== undefined);
}

async function sceneAt(ns: Namespace): Promise<Scene> {
  const links = (await ns.links.list()).map(
    (link) => [Number(link.index), link as unknown as SceneLink] as const,
  );
  return { links: new Map(links), namespaces: new Map() };
}

async function shown(host: Host, { program, options = [], command, entries }: Compared) {
  const [answer = []] = await readIp(host, program, options, [command]);
  if (typeof answer === 'string') throw new Error(`${command}: ${answer}`);
  return entries === undefined ? answer : entries(answer);
}

async function replay(golden: Golden, step: RequestStep, object: Compared): Promise<Ending> {
  if (kindsOf(step).some((kind) => !hasLinkKind(kind))) return 'kind lacking';
  if (elsewhere.some(([, of]) => of(step))) return 'elsewhere';
  const host = createHost('golden');
  const other = golden.netnsFd === undefined ? host : createHost('other');
  const [ns, beside] = await Promise.all([Namespace.open(host.name), Namespace.open(other.name)]);
  try {
    host.run('sh', '-c', 'printf "%s\\n" "$@" | ip -batch -', 'sh', ...setup);
    const before = await sceneAt(ns);
    const scene = { ...sceneOf(ns), other: beside };
    try {
      await compileFunction(`return ${golden.call}`, Object.keys(scene))(...Object.values(scene));
    } catch (error) {
      if (error instanceof NetlinkError) return 'refused';
      throw error;
    }
    const moved = step.value.netNsFd !== undefined;
    const theirs = await shown(moved ? other : host, object);
    const now = await sceneAt(moved ? beside : ns);
    const all = { ...now, links: new Map([...now.links, ...before.links]) };
    const { differences } = missing(object.name, object.rows, step, theirs, all);
    const link = theirs.find(({ ifname }) => ifname === step.value.name);
    const switches = link === undefined ? [] : missingSwitches(step, link);
    const found = [...differences, ...switches];
    if (found.length > 0) throw new Error(`${golden.command}: ${JSON.stringify(found)}`);
    return 'read back';
  } finally {
    for (const one of [ns, beside]) one.close();
    for (const one of new Set([host, other])) removeHost(one);
  }
}

it('are shown by ip as they were asked for, where the kernel takes them', async (context) => {
  const count: Record<Ending, number> = { 'read back': 0, refused: 0, 'kind lacking': 0, elsewhere: 0 };
  const kinds = new Set<string>();
  const unread = new Map<string, number>();
  const failures: string[] = [];
  const waiting = [...allGolden()];
  const player = async () => {
    for (let golden = waiting.shift(); golden !== undefined; golden = waiting.shift()) {
      const step = golden.call === undefined ? undefined : stepOf(golden);
      if (step === undefined) continue;
      const object = objects.find(({ changedBy }) => changedBy?.(step));
      if (object === undefined) {
        unread.set(step.object, (unread.get(step.object) ?? 0) + 1);
        continue;
      }
      try {
        const ending = await replay(golden, step, object);
        count[ending] += 1;
        if (ending === 'read back') for (const kind of kindsOf(step)) kinds.add(kind);
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  await Promise.all([player(), player()]);
  close(
    context,
    `golden calls on this kernel: ${count['read back']} read back through ip, of kinds ${[...kinds].sort().join(', ')}`,
    `  not read back: ${count['kind lacking']} whose kind it lacks, ${count.refused} that it refused in their scene, ${count.elsewhere} that need another scene (${[...new Set(elsewhere.map(([why]) => why))].join('; ')}), and ${[...unread].map(([object, many]) => `${many} of ${object}`).join(', ')}, which other tests read`,
  );
  expect(failures).toEqual([]);
  expect(count['read back']).toBeGreaterThan(100);
}, 600_000);
