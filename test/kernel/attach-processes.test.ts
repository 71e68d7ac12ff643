// Four processes that fill one subnet at once, and a fifth that collects garbage meanwhile, without a pause.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName } from './surroundings.js';

const stage = networkStage();
const room = 253;

/** A process that opens the network, says so, waits for a byte, does its work and prints what that gave, as JSON. */
function elsewhere(work: string) {
  const program = `import { Namespace, Network } from 'netplumb';
    const host = await Namespace.open('${stage.host.name}');
    const network = await Network.open('br0', { host });
    const begun = new Promise((resolve) => process.stdin.once('data', resolve));
    const over = new Promise((resolve) => process.stdin.once('end', resolve));
    process.stdout.write('\\n');
    await begun;
    const result = await (${work})(network, over);
    console.log(JSON.stringify(result));
    await network.close();
    process.exit();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ready = once(child.stdout, 'readable');
  const printed = text(child.stdout);
  return {
    ready,
    go: () => child.stdin.write('go\n'),
    tellOver: () => child.stdin.end(),
    result: async () => JSON.parse(await printed) as unknown,
  };
}

interface Attached {
  readonly addresses: readonly string[];
  readonly codes: readonly string[];
  readonly seconds: number;
}

/** As long as anybody waits for the lock. */
const longestSeconds = 40;

const attachAll = (names: readonly string[]) => `async (network) => {
  const begun = performance.now();
  const settled = await Promise.allSettled(${JSON.stringify(names)}.map((name) => network.attach(name)));
  return {
    addresses: settled.flatMap(({ value }) => value?.addresses ?? []),
    codes: settled.flatMap(({ reason }) => (reason ? [reason.code ?? String(reason)] : [])),
    seconds: (performance.now() - begun) / 1000,
  };
}`;

const collect = (keep: readonly string[]) => `async (network, over) => {
  let done = false;
  over.then(() => (done = true));
  const reports = [];
  while (!done) {
    const { containers, links, namespaces } = await network.gc({ keep: ${JSON.stringify(keep)} });
    reports.push({ containers, links, namespaces });
  }
  return reports;
}`;

it('give every address once, 253 in all, while gc in a fifth process harms none', {
  timeout: 120_000,
}, async () => {
  const network = await stage.ensure();
  const before = everything(stage.host);
  const names = Array.from({ length: 4 }, (_, p) =>
    Array.from({ length: 64 }, (_, i) => namespaceName(`p${p}c${i}`)),
  );
  const processes = names.map((own) => elsewhere(attachAll(own)));
  const collector = elsewhere(collect(names.flat()));
  await Promise.all([...processes, collector].map(({ ready }) => ready));
  for (const { go } of [collector, ...processes]) go();
  const results = (await Promise.all(processes.map(({ result }) => result()))) as Attached[];
  collector.tellOver();
  const reports = (await collector.result()) as {
    containers: string[];
    links: number;
    namespaces: string[];
  }[];

  const addresses = results.flatMap((result) => result.addresses);
  const failures = results.flatMap(({ codes }) => codes);
  expect(failures).toEqual(Array(4 * 64 - room).fill('ESUBNETFULL'));
  expect(addresses).toHaveLength(room);
  expect(new Set(addresses).size).toBe(room);
  expect(reports.length).toBeGreaterThan(0);
  for (const { seconds } of results) expect(seconds).toBeLessThan(longestSeconds);
  for (const report of reports) expect(report).toEqual({ containers: [], links: 0, namespaces: [] });

  const standing = await network.list();
  expect(standing.flatMap((container) => container.addresses).sort()).toEqual([...addresses].sort());
  for (const { name, addresses: given } of standing.slice(0, 10))
    expect(new Host(name).addressesOf('eth0')).toEqual(given);
  // Nothing is left of those that failed, and of the others when they are detached.
  const attached = new Set(standing.map(({ name }) => name));
  for (const name of names.flat()) expect(existsSync(`/run/netns/${name}`)).toBe(attached.has(name));
  expect(stage.host.links().filter(({ master }) => master === 'br0')).toHaveLength(room);
  const gone = await network.detachMany([...attached]);
  expect(gone.filter(({ error }) => error !== undefined)).toEqual([]);
  const [last] = attached;
  await network.attach(last ?? '');
  await network.detach(last ?? '', { wait: true });
  expect(everything(stage.host)).toEqual(before);
});
