// Containers that go without a word, their namespaces with them: what was published for them takes nobody's port, and leads nobody
// astray. And containers that went in order, whose chains are taken away later: not from under one that came back.
import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../src/job.js';
import { lockPath } from '../../../src/network/formats/lock.js';
import type { Network } from '../../../src/network/network.js';
import { networkStage } from '../network-stage.js';
import { namespaceName, rejection } from '../surroundings.js';

const stage = networkStage();
const backends = ['iptables', 'nftables'] as const;
const http = { hostPort: 8080, containerPort: 80 };

/** Where published ports lead, by whichever backend: `ADDRESS:PORT` or `ADDRESS . PORT`. */
function targets(): string[] {
  const iptables = stage.host.iptables().flatMap((line) => /--to-destination (\S+)/.exec(line)?.[1] ?? []);
  const { status, stdout } = stage.host.attempt('nft', 'list', 'table', 'inet', 'netplumb');
  const elements = status === 0 ? [...stdout.matchAll(/ : (\d\S+ \. \d[\d-]*)/g)] : [];
  return [...iptables, ...elements.map(([, target = '']) => target)].map((one) => one.replace(' . ', ':'));
}

const publishers = () =>
  stage.host.links().flatMap(({ altnames = [] }) => altnames.filter((name) => name.startsWith('np1::')));

/** A namespace dies with all that is in it; nobody is told. */
async function dies(container: string): Promise<void> {
  const link = `np1:br0:c:${container}`;
  stage.host.run('ip', 'netns', 'del', container);
  while (stage.host.links().some(({ altnames = [] }) => altnames.includes(link))) await sleep(20);
}

async function standsAsClaimed(...networks: readonly Network[]): Promise<void> {
  for (const network of networks) expect(await network.reconcile()).toEqual({ lines: [] });
}

describe.each(backends)('a container that died (%s)', (nat) => {
  const scene = async () => {
    const network = await stage.ensure({ nat });
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(db);
    return { network, web, db };
  };

  it('leaves its port to the next, in the same process', async () => {
    const { network, web, db } = await scene();
    await network.attach(web, { publish: http });
    await dies(web);
    await network.publish(db, http);
    expect(targets()).toEqual(['172.16.0.2:80']);
    await standsAsClaimed(network);
  });

  it('leaves its port to the next, in a process that never heard of it', async () => {
    const { network, web, db } = await scene();
    const other = await stage.open();
    await other.publish(db, { ...http, hostPort: 8081 });
    await network.attach(web, { publish: http });
    await dies(web);
    await other.publish(db, http);
    expect(targets().sort()).toEqual(['172.16.0.2:80', '172.16.0.2:80']);
    await standsAsClaimed(other);
  });

  it('leaves its port to the next, on another network', async () => {
    const { network, web } = await scene();
    const other = await stage.ensure({ nat, name: 'br1', subnets: ['172.17.0.0/24'] });
    const far = namespaceName('far');
    await other.attach(far);
    await network.attach(web, { publish: http });
    await dies(web);
    await other.publish(far, http);
    expect(targets()).toEqual(['172.17.0.2:80']);
    await standsAsClaimed(network, other);
  });

  it('leaves its port to a range of the next', async () => {
    const { network, web, db } = await scene();
    const other = await stage.open();
    await network.attach(web, { publish: http });
    await dies(web);
    await other.publish(db, { hostPort: 8000, containerPort: 8000, range: 100 });
    expect(targets().filter((target) => target.startsWith('172.16.0.3'))).toEqual([]);
    await standsAsClaimed(other);
  });

  it('may come back by its name, with the same port or another one', async () => {
    const { network, web } = await scene();
    for (const port of [http, { ...http, hostPort: 8081 }, http]) {
      const { addresses } = await network.attach(web, { publish: port });
      const [address] = (addresses[0] ?? '').split('/');
      expect(targets()).toEqual([`${address}:80`]);
      await standsAsClaimed(network);
      await dies(web);
    }
    await network.attach(web); // ports later
    await network.publish(web, http);
    expect(targets()).toHaveLength(1);
    await standsAsClaimed(network);
  });

  it('leads nowhere any more once it is detached, though it is not there', async () => {
    const { network, web } = await scene();
    await network.attach(web, { publish: http });
    await dies(web);
    expect(targets()).toHaveLength(1);
    expect(await rejection(network.detach(web))).toMatchObject({ code: 'ENOCONTAINER' });
    expect(targets()).toEqual([]);
    await standsAsClaimed(network);
  });

  it('leads nobody to the one who is given its address', async () => {
    const { network, web, db } = await scene();
    const { addresses } = await network.attach(web, { publish: http });
    await network.publish(db, { ...http, hostPort: 8081 });
    const [address = ''] = (addresses[0] ?? '').split('/');
    await dies(web);
    await network.attach(namespaceName('stranger'), { address });
    expect(targets()).toEqual(['172.16.0.2:80']); // db's
    await standsAsClaimed(network);
  });

  it('leads nobody to the one who is given its address because no other is left', async () => {
    const network = await stage.ensure({ nat, range: ['172.16.0.2-172.16.0.3'] });
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(db);
    await network.attach(web, { publish: http });
    await dies(web);
    await network.attach(namespaceName('stranger'));
    expect(targets()).toEqual([]);
    await standsAsClaimed(network);
  });

  it('is not taken for one that has other ports of the round', async () => {
    const { network, web, db } = await scene();
    const more = namespaceName('more');
    await network.attach(more);
    await network.attach(web, { publish: http });
    await dies(web);
    const results = await Promise.allSettled([
      network.publish(db, { hostPort: 9000, containerPort: 9000, range: 10 }),
      network.publish(db, http),
      network.publish(more, { ...http, hostPort: 9005 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'EPORTTAKEN' } });
    expect(publishers()).toHaveLength(2);
    await standsAsClaimed(network);
  });
});

it('leaves the rules of a container whose label cannot be read', async () => {
  const network = await stage.ensure({ nat: 'iptables' });
  const [web, db] = [namespaceName('web'), namespaceName('db')];
  const { hostLink } = await network.attach(web, { publish: http });
  await network.attach(db);
  stage.host.run('ip', 'link', 'set', 'dev', hostLink, 'alias', 'netplumb/2 network=br0 box=web');
  const other = await stage.open();
  await other.publish(db, { ...http, hostPort: 9000 });
  expect(targets()).toHaveLength(2);
});

it('takes out one stray rule among a living container’s', async () => {
  const network = await stage.ensure({ nat: 'iptables' });
  const [web, db] = [namespaceName('web'), namespaceName('db')];
  const { hostLink } = await network.attach(web, { publish: [http, { ...http, hostPort: 8081 }] });
  await network.attach(db);
  // As one who was killed while he took it back.
  stage.host.run('ip', 'link', 'property', 'del', 'dev', hostLink, 'altname', 'np1::tcp:8080:80:*');
  const other = await stage.open();
  await other.publish(db, http);
  expect(targets().sort()).toEqual(['172.16.0.2:80', '172.16.0.3:80']);
  await standsAsClaimed(other);
});

it('works on in the backend that a network was switched to, after a detach of nobody', async () => {
  const network = await stage.ensure({ nat: 'iptables' });
  await network.attach(namespaceName('web'), { publish: http });
  const other = await stage.ensure({ nat: 'nftables' });
  expect(await rejection(network.detach('nobody'))).toMatchObject({ code: 'ENOCONTAINER' });
  await network.attach(namespaceName('db'), { publish: { ...http, hostPort: 8081 } });
  expect(stage.host.iptables().filter((line) => line.includes('DNAT'))).toEqual([]);
  expect(targets()).toHaveLength(2);
  await standsAsClaimed(other);
});

describe('a chain that is cut off and not yet taken away', () => {
  const clearedMs = 900;
  const chains = () =>
    stage.host.iptables().filter((line) => /^-A NETPLUMB-\S{16} /.test(line) && !line.includes('/'));
  const scene = async () => {
    const network = await stage.ensure({ nat: 'iptables' });
    const other = await stage.open();
    const web = namespaceName('web');
    await network.attach(web, { publish: http });
    return { network, other, web };
  };

  it('goes by itself, when nobody comes back', async () => {
    const { network, web } = await scene();
    await network.detach(web);
    expect(chains().some((line) => line.endsWith('-j RETURN'))).toBe(true);
    await sleep(clearedMs);
    expect(chains()).toEqual([]);
    await standsAsClaimed(network);
  });

  it.each([['-F'], ['-F', '-X']])('is made anew where others took it away with %s', async (...flags) => {
    const { network, web } = await scene();
    await network.detach(web);
    for (const flag of flags) stage.host.run('iptables', '-t', 'nat', flag);
    await network.attach(web, { publish: http });
    expect(targets()).toHaveLength(1);
    await standsAsClaimed(network);
    await sleep(clearedMs);
    await standsAsClaimed(network);
  });

  it('is left alone where another process has filled it again', async () => {
    const { network, other, web } = await scene();
    await network.detach(web);
    await other.attach(web, { publish: http });
    await other.reconcile();
    await sleep(clearedMs);
    expect(targets()).toHaveLength(1);
    await standsAsClaimed(other);
    await other.detach(web);
    await network.attach(web, { publish: http });
    expect(targets()).toHaveLength(1);
    await standsAsClaimed(network);
    await sleep(clearedMs);
    await standsAsClaimed(network);
  });

  it('is made anew where another process has taken it away', async () => {
    const { network, other, web } = await scene();
    await network.detach(web);
    await other.reconcile();
    await network.attach(web, { publish: http });
    await standsAsClaimed(network);
    await network.detach(web);
    await other.gc({ keep: [] });
    await network.attach(web, { publish: http });
    await standsAsClaimed(network);
  });

  it('is left alone by others where a detach that was killed left its container attached', async () => {
    const { network, other } = await scene();
    const db = namespaceName('db');
    await network.attach(db, { publish: { ...http, hostPort: 8081 } });
    const chain =
      stage.host
        .iptables()
        .find((line) => line.includes('--dport 8080'))
        ?.split(' ')[1] ?? '';
    stage.host.run('iptables', '-t', 'nat', '-I', chain, '-j', 'RETURN');
    await other.detach(db);
    await sleep(clearedMs);
    expect(stage.host.iptables().filter((line) => line.includes('--dport 8080'))).toHaveLength(1);
  });

  it('is left to others where somebody holds the lock while its process closes', async () => {
    const { network, other, web } = await scene();
    await network.detach(web);
    const words = [lockPath(network.host.inode), 'sh', '-c', 'echo held; read x'];
    const holder = spawn('flock', words, { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const began = performance.now();
    await network.close();
    const took = performance.now() - began;
    holder.stdin.end('\n');
    await once(holder, 'close');
    expect(took).toBeLessThan(3_000);
    expect(chains()).toEqual([expect.stringMatching(/-j RETURN$/)]);
    await other.reconcile();
    expect(chains()).toEqual([]);
  });

  it('costs its own process no reading when it has gone', async () => {
    const { network, web } = await scene();
    await network.detach(web);
    while (chains().length > 0) await sleep(50);
    await sleep(200); // who clears looks last whether there are networks
    const seen: string[] = [];
    const note = (event: unknown) => seen.push(...((event as JobEvent).operations ?? []));
    subscribe('netplumb:job', note);
    await network.attach(web, { publish: http });
    unsubscribe('netplumb:job', note);
    expect(seen.filter((operation) => /list|get/.test(operation))).toEqual([]);
    await standsAsClaimed(network);
  });

  it('is mended where a detach that was killed left its container attached', async () => {
    const { network, other, web } = await scene();
    const chain =
      stage.host
        .iptables()
        .find((line) => line.includes('-j DNAT'))
        ?.split(' ')[1] ?? '';
    stage.host.run('iptables', '-t', 'nat', '-I', chain, '-j', 'RETURN');
    await other.publish(web, { ...http, hostPort: 8081 });
    await standsAsClaimed(network);
  });
});
