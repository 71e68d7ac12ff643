// Connections that the kernel tracks, of real packets: a replaced container gets the next datagram of a sender that never pauses, what is
// detached or unpublished ends, and nobody else's does. Read back through conntrack(8).
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../../src/namespace.js';
import { Network } from '../../../src/network/network.js';
import { createTopology, type Host, type Topology } from '../../support/host.js';
import { namespaceName, removeNamedAfterEach } from '../surroundings.js';

removeNamedAfterEach();

const script = fileURLToPath(new URL('../../fixtures/datagrams.mjs', import.meta.url));

const places = {
  4: { subnet: '172.16.0.0/24', host: '192.0.2.2', out: '192.0.2.1', a: '172.16.0.2', b: '172.16.0.3' },
  6: { subnet: 'fd00::/64', host: '2001:db8::2', out: '2001:db8::1', a: 'fd00::2', b: 'fd00::3' },
} as const;
type Family = keyof typeof places;

let topology: Topology;
let handle: Namespace;
let network: Network;
const children: ChildProcess[] = [];

async function begin(nat: 'iptables' | 'nftables'): Promise<void> {
  topology = createTopology();
  const { host, internet } = topology;
  host.run('ip', 'address', 'add', `${places[6].host}/64`, 'dev', 'uplink', 'nodad');
  internet.run('ip', 'address', 'add', `${places[6].out}/64`, 'dev', 'uplink', 'nodad');
  handle = await Namespace.open(host.name);
  const subnets = [places[4].subnet, places[6].subnet];
  network = await Network.ensure({ name: 'br0', subnets, nat, host: handle });
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await new Promise((fulfil) => child.once('close', fulfil));
}

afterEach(async () => {
  for (const child of children.splice(0)) await end(child);
  await network.remove();
  handle.close();
});

/** A fixture in a namespace, once it says that it is ready, and how many lines it has printed since. */
async function run(namespace: string, ...args: string[]) {
  const words = [`--net=/run/netns/${namespace}`, process.execPath, script, ...args];
  const child = spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let lines = -1;
  child.stdout.on('data', (data) => {
    lines += String(data).split('\n').length - 1;
  });
  while (lines < 0) await pause();
  const stop = () => end(...(children.splice(children.indexOf(child), 1) as [ChildProcess]));
  return { heard: () => lines, stop };
}

const pause = (ms = 5) => new Promise((fulfil) => setTimeout(fulfil, ms));

async function until(what: () => boolean, ms = 3_000): Promise<void> {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    if (what()) return;
    await pause();
  }
}

/** The flows of a host that `conntrack -L` shows, of all of which a line has these words. */
function flows(host: Host, family: Family, ...words: string[]): string[] {
  const lines = host.run('sh', '-c', `conntrack -f ipv${family} -L 2>/dev/null`).split('\n');
  return lines.filter((line) => line !== '' && words.every((word) => line.includes(word)));
}

/** A thousand flows of others, like those that are ended but for one thing each. */
function enterNeighbours(host: Host, family: Family): void {
  const { host: own, out, b } = places[family];
  const lines = Array.from({ length: 1_000 }, (_, i) => {
    const port = i % 2 === 0 ? 8080 : 8081;
    const inside = i % 2 === 0 ? 80 : 81;
    const words = `-s ${out} -d ${own} --sport ${2_000 + i} --dport ${port} -r ${b} -q ${out}`;
    return `-I -t 600 -p tcp --state ESTABLISHED ${words} --reply-port-src ${inside} --reply-port-dst ${2_000 + i}`;
  });
  const file = join(tmpdir(), `netplumb-flows-${process.pid}`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  host.run('conntrack', '-R', file);
}

const http = { hostPort: 8080, containerPort: 80, protocol: 'udp' } as const;

describe.each([
  ['iptables', 4],
  ['iptables', 6],
  ['nftables', 4],
  ['nftables', 6],
] as const)('with %s, of IPv%i', (nat, family) => {
  const place = places[family];
  beforeEach(() => begin(nat));

  it.each(['another', 'the same'])(
    'a container that replaces one at %s address gets the next datagram of a sender that never pauses',
    async (which) => {
      const { host, internet } = topology;
      const [web, heir] = [namespaceName('web'), namespaceName('heir')];
      await network.attach(web, { publish: http, address: place.a });
      const first = await run(web, 'receive', '80');
      const send = await run(internet.name, 'send', place.host, '8080', '5000');
      expect(send.heard()).toBe(0);
      await until(() => first.heard() > 20);
      expect(first.heard()).toBeGreaterThan(20);
      await network.detach(web);
      await pause(50); // what comes now goes to the host itself, and would go on to
      const address = which === 'another' ? place.b : place.a;
      await network.attach(heir, { address });
      const second = await run(heir, 'receive', '80');
      expect(flows(host, family, 'sport=5000', 'dport=8080')).not.toEqual([]);
      await pause(20);
      expect(second.heard()).toBe(0); // not yet published
      await network.publish(heir, http);
      const published = performance.now();
      await until(() => second.heard() > 20);
      expect(second.heard()).toBeGreaterThan(20);
      expect(performance.now() - published).toBeLessThan(2_000);
    },
  );

  it('who is given the address of a container that died gets nothing of what was under way to that', async () => {
    const { host, internet } = topology;
    const [web, stranger] = [namespaceName('web'), namespaceName('stranger')];
    await network.attach(web, { publish: http, address: place.a });
    const first = await run(web, 'receive', '80');
    await run(internet.name, 'send', place.host, '8080', '5000');
    await until(() => first.heard() > 20);
    expect(first.heard()).toBeGreaterThan(20);
    await first.stop();
    host.run('ip', 'netns', 'del', web);
    const claim = `np1:br0:c:${web}`;
    await until(() => !host.links().some(({ altnames = [] }) => altnames.includes(claim)));
    await network.attach(stranger, { address: place.a });
    const second = await run(stranger, 'receive', '80');
    await pause(100);
    expect(second.heard()).toBe(0);
  });

  it('what was unpublished ends, of every protocol, and a thousand others stay', async () => {
    const { host, internet } = topology;
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(web, { publish: [http, { ...http, hostPort: 8081 }], address: place.a });
    await network.attach(db, { address: place.b });
    enterNeighbours(host, family);
    await run(web, 'receive', '80');
    await run(internet.name, 'send', place.host, '8080', '5000');
    await run(internet.name, 'send', place.host, '8081', '5001');
    const ping = host.attempt('ping', '-n', '-c', '2', '-i', '0.2', place.b);
    expect(ping.status).toBe(0);
    await until(() => flows(host, family, `src=${place.a}`, 'sport=5001').length === 1);
    const others = flows(host, family, `src=${place.b}`).length;
    expect(others).toBeGreaterThan(1_000); // the echo request's too
    await network.unpublish(web, { hostPort: 8080, protocol: 'udp' });
    expect(flows(host, family, `src=${place.a}`, 'dport=8080')).toEqual([]);
    expect(flows(host, family, `src=${place.a}`, 'dport=8081')).toHaveLength(1);
    expect(flows(host, family, `src=${place.b}`)).toHaveLength(others);
  });

  it("a detached container's own connections end, and its neighbours' do not", async () => {
    const { host, internet } = topology;
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(web, { address: place.a });
    await network.attach(db, { address: place.b });
    await run(internet.name, 'receive', '53');
    await run(web, 'send', place.out, '53', '6000');
    await run(db, 'send', place.out, '53', '6000');
    enterNeighbours(host, family);
    await until(() => flows(host, family, 'sport=6000').length === 2);
    const others = flows(host, family, `src=${place.b}`).length;
    expect(others).toBe(1_001);
    expect(flows(host, family, `src=${place.a}`)).toHaveLength(1);
    await network.detach(web, { wait: true });
    expect(flows(host, family, `src=${place.a}`)).toEqual([]);
    expect(flows(host, family, `src=${place.b}`)).toHaveLength(others);
    await network.gc({ keep: [] });
    expect(flows(host, family, `src=${place.b}`)).toEqual([]);
  });

  it('an address that another container has by now is left alone', async () => {
    const { host, internet } = topology;
    const [web, heir] = [namespaceName('web'), namespaceName('heir')];
    await network.attach(web, { address: place.a });
    await network.detach(web);
    await network.attach(heir, { address: place.a }); // before what web left is looked for
    await run(internet.name, 'receive', '53');
    await run(heir, 'send', place.out, '53', '6000');
    await until(() => flows(host, family, `src=${place.a}`).length === 1);
    await pause(300);
    expect(flows(host, family, `src=${place.a}`)).toHaveLength(1);
  });
});

it('a network that is removed leaves no connection', async () => {
  await begin('iptables');
  const { host, internet } = topology;
  const web = namespaceName('web');
  await network.attach(web, { publish: http });
  await run(internet.name, 'send', places[4].host, '8080', '5000');
  await until(() => flows(host, 4, `src=${places[4].a}`).length === 1);
  expect(flows(host, 4, `src=${places[4].a}`)).toHaveLength(1);
  await network.remove();
  expect(flows(host, 4, `src=${places[4].a}`)).toEqual([]);
  network = await Network.ensure({ name: 'br0', subnets: [places[4].subnet], host: handle });
});
