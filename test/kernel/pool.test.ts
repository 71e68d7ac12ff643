// A pool on a real network: what stands, what a container gets, and what is left when things go wrong.
import { execFileSync, spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { StepEvent } from '../../src/binding.js';
import type { JobEvent } from '../../src/job.js';
import { Namespace } from '../../src/namespace.js';
import { parseLabel } from '../../src/network/formats/label-reader.js';
import type { PoolEndpoint } from '../../src/network/pool/endpoint.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName, rejection } from './surroundings.js';

const stage = networkStage();
const channels = ['netplumb:job', 'netplumb:step'];

const ports = () => stage.host.links().filter(({ master }) => master === 'br0');
const kinds = () => ports().map(({ ifalias }) => parseLabel(ifalias)?.kind);
const bare = (endpoint: PoolEndpoint) => endpoint.addresses.map((text) => text.split('/')[0] ?? '');

function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Until it holds; the kernel takes things away in its own time. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries++) await sleep(20);
  expect(holds()).toBe(true);
}

describe('a pool', () => {
  it('stands ready: a label of its own, claimed addresses, and everything but the name', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 3, mtu: 1400 });
    expect(kinds()).toEqual(['pooled', 'pooled', 'pooled']);
    const { pooled, containers } = await network.info();
    expect(containers).toEqual([]);
    expect(pooled.map(({ addresses }) => addresses)).toEqual([
      ['172.16.0.2/24'],
      ['172.16.0.3/24'],
      ['172.16.0.4/24'],
    ]);
    for (const { pool: id, hostLink } of pooled) {
      expect(id).toBe(pool.id);
      const link = stage.host.link(hostLink);
      expect(link?.operstate).toBe('UP');
      expect(link?.mtu).toBe(1400);
      expect(link?.altnames).toHaveLength(1);
    }
    expect(stage.host.run('ss', '-xa')).toContain(`@netplumb/1/pool/${pool.id}`);
    expect((await network.attach(namespaceName('cold'))).addresses).toEqual(['172.16.0.5/24']);
  });

  it.each([
    ['attach', (pool: { attach(name: string): Promise<PoolEndpoint> }, name: string) => pool.attach(name)],
    [
      'attachSync',
      async (pool: { attachSync(name: string): PoolEndpoint }, name: string) => pool.attachSync(name),
    ],
  ] as const)('gives containers by %s what answers at once, and reaches the others', async (_, attach) => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 4 });
    const endpoints: PoolEndpoint[] = [];
    for (let i = 0; i < 4; i++) endpoints.push(stage.keepEndpoint(await attach(pool, `web${i}`)));
    for (const endpoint of endpoints) {
      const [address = ''] = bare(endpoint);
      expect(await stage.ns.ping(address, { timeoutMs: 5000 })).toMatchObject({ from: address });
      const [other = ''] = bare(endpoints.find((one) => one !== endpoint) as PoolEndpoint);
      expect(await endpoint.namespace.ping(other, { timeoutMs: 5000 })).toMatchObject({ from: other });
    }
    const listed = await network.list();
    expect(listed.map(({ name }) => name).sort()).toEqual(['web0', 'web1', 'web2', 'web3']);
    for (const { namespace: _, ...endpoint } of endpoints)
      expect(listed.find(({ name }) => name === endpoint.name)).toEqual(endpoint);
    expect(pool.metrics()).toMatchObject({ hits: 4, misses: 0, failures: 0 });
    const inodes = endpoints.map(({ namespace }) => namespace.inode);
    expect(new Set([...inodes, stage.ns.inode]).size).toBe(5);
    for (const { name } of endpoints) await network.detach(name);
    expect(await network.list()).toEqual([]);
  });

  it.each(['attach', 'attachSync'] as const)(
    'tells each step, as an attach without a pool does (%s)',
    async (way) => {
      const network = await stage.ensure();
      const pool = await network.createPool({ size: 2 });
      const events: (JobEvent | StepEvent)[] = [];
      const note = (event: unknown) => void events.push(event as JobEvent | StepEvent);
      for (const name of channels) subscribe(name, note);
      const name = namespaceName('web');
      try {
        stage.keepEndpoint(await pool[way](name, { named: true }));
        await rejection((async () => pool[way](name))());
      } finally {
        for (const one of channels) unsubscribe(one, note);
      }
      const claim = { operation: 'altName.add', target: `np1:br0:c:${name}`, step: 0, together: 2 };
      const label = { operation: 'link.set', target: expect.stringMatching(/^#\d+$/), step: 1, together: 2 };
      const steps = events.filter((event): event is StepEvent => 'step' in event);
      const own = steps.filter(
        ({ operation, target }) => target.startsWith('np1:br0:c:') || operation === 'namespace.create',
      );
      expect(own).toMatchObject([
        claim,
        { operation: 'namespace.create', target: name, step: 2, together: 1 },
        claim,
      ]);
      expect(steps).toContainEqual(expect.objectContaining(label));
      for (const { startMs, durationMs } of own) {
        expect(startMs).toBeGreaterThanOrEqual(0);
        expect(durationMs).toBeGreaterThan(0);
      }
      const jobs = events.filter((event): event is JobEvent => 'operations' in event);
      expect(jobs).toContainEqual(
        expect.objectContaining({ operations: ['altName.add', 'link.set', 'namespace.create'] }),
      );
      expect(jobs).toContainEqual(
        expect.objectContaining({ operations: ['altName.add', 'link.set'], code: 'EEXIST' }),
      );
    },
  );

  it('has its own files in place of those in /etc, once it has a name', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 2 });
    const name = namespaceName('web');
    const folder = `/etc/netns/${name}`;
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(`${folder}/resolv.conf`, 'nameserver 192.0.2.53\n');
      const { namespace } = stage.keepEndpoint(await pool.attach(name, { named: true }));
      expect(namespace.name).toBe(name);
      expect((await namespace.exec('cat', ['/etc/resolv.conf'])).stdout).toBe('nameserver 192.0.2.53\n');
      expect(stage.keepEndpoint(await pool.attach('unnamed')).namespace.name).toBeUndefined();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('writes what a cold attach writes', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 1 });
    const name = namespaceName('web');
    stage.keepEndpoint(await pool.attach(name, { named: true }));
    const cold = await network.attach(namespaceName('cold'));
    const [warm, other] = [name, cold.name].map((container) =>
      ports().find(({ altnames = [] }) => altnames.includes(`np1:br0:c:${container}`)),
    );
    const same = (text: string | undefined) =>
      text?.replace(/container=\S+/, '').replace(/addresses=\S+ mac=\S+/, '');
    expect(same(warm?.ifalias)).toBe(same(other?.ifalias));
    expect(warm?.altnames).toHaveLength(2);
    expect((await Namespace.list()).map((one) => one.name)).toContain(name);
    await network.detach(name);
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  it('makes up for what was taken, by itself', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 3 });
    for (let i = 0; i < 3; i++) stage.keepEndpoint(await pool.attach(`web${i}`));
    await pool.ready();
    expect(pool.metrics()).toMatchObject({ depth: 3, hits: 3 });
    expect(pool.metrics().refillMs.mean).toBeGreaterThan(0);
    expect(kinds().filter((kind) => kind === 'pooled')).toHaveLength(3);
  });

  it('plumbs one where none stands ready, and counts the miss', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 1, quietMs: 60_000, low: 0, perSecond: 1 });
    const endpoints = [pool.attachSync('web0'), pool.attachSync('web1'), await pool.attach('web2')];
    for (const endpoint of endpoints) stage.keepEndpoint(endpoint);
    expect(pool.metrics()).toMatchObject({ hits: 1, misses: 2 });
    for (const endpoint of endpoints)
      expect(await endpoint.namespace.ping('172.16.0.1', { timeoutMs: 5000 })).toBeDefined();
  });

  it('works in both families', async () => {
    const network = await stage.ensure({ subnets: ['172.16.0.0/24', 'fd00:1::/64'] });
    const pool = await network.createPool({ size: 1 });
    const endpoint = stage.keepEndpoint(pool.attachSync('web'));
    expect(endpoint.addresses).toEqual(['172.16.0.2/24', 'fd00:1::2/64']);
    expect(await endpoint.namespace.ping('172.16.0.1', { timeoutMs: 5000 })).toBeDefined();
    const listed = await endpoint.namespace.addresses.list({ link: 'eth0' });
    expect(listed.map((one) => one.local ?? one.address)).toContain('fd00:1::2');
  });
});

describe('a pool without addresses', () => {
  it('takes none from the range, and gives them with the container, also those asked for', async () => {
    const network = await stage.ensure({ subnets: ['172.16.0.0/24', 'fd00:1::/64'] });
    const pool = await network.createPool({ size: 3, addresses: 'late' });
    expect((await network.info()).pooled.map(({ addresses, mac }) => [addresses, mac])).toEqual(
      Array(3).fill([[], undefined]),
    );
    const cold = await network.attach(namespaceName('cold'));
    expect(cold.addresses).toEqual(['172.16.0.2/24', 'fd00:1::2/64']);
    const endpoints = [
      await pool.attach('web0'),
      pool.attachSync('web1', { address: '172.16.0.77' }),
      await pool.attach(namespaceName('web2'), { named: true }),
    ].map(stage.keepEndpoint);
    expect(endpoints.map(({ addresses }) => addresses)).toEqual([
      ['172.16.0.3/24', 'fd00:1::3/64'],
      ['172.16.0.77/24', 'fd00:1::4d/64'],
      ['172.16.0.4/24', 'fd00:1::4/64'],
    ]);
    for (const endpoint of endpoints) {
      const [address = ''] = bare(endpoint);
      expect(await stage.ns.ping(address, { timeoutMs: 5000 })).toMatchObject({ from: address });
      const [end] = await endpoint.namespace.links.list({ kind: 'veth' });
      expect(end?.address).toBe(endpoint.mac);
    }
    const listed = await network.list();
    for (const { namespace: _, ...endpoint } of endpoints)
      expect(listed.find(({ name }) => name === endpoint.name)).toEqual(endpoint);
    await network.detachMany(endpoints.map(({ name }) => name));
    expect((await network.list()).map(({ name }) => name)).toEqual([cold.name]);
  });

  it('gives up the endpoint whose address or name is taken, and leaves nothing of it', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 2, addresses: 'late' });
    const cold = await network.attach(namespaceName('cold'), { address: '172.16.0.9' });
    const other = await stage.open();
    const unseen = await other.attach(namespaceName('unseen'), { address: '172.16.0.8' });
    for (const address of ['172.16.0.9', '172.16.0.8'])
      expect(await rejection(pool.attach('web', { address }))).toMatchObject({ code: 'EADDRTAKEN' });
    expect(await rejection(pool.attach(cold.name))).toMatchObject({ code: 'ECONTAINERTAKEN' });
    await pool.close();
    await eventually(() => ports().length === 2);
    expect((await network.list()).map(({ name }) => name).sort()).toEqual([cold.name, unseen.name].sort());
  });

  it('is what an address needs: where they are claimed ahead none can be asked for', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 1 });
    expect(() => pool.attachSync('web', { address: '172.16.0.9' })).toThrow(/address: this pool's addresses/);
    const late = await network.createPool({ size: 1, addresses: 'late' });
    expect(() => late.attachSync('web', { address: '10.0.0.1' })).toThrow(RangeError);
  });
});

describe('a pool beside others', () => {
  it.each([
    ['ahead', 'attach'],
    ['ahead', 'attachSync'],
    ['late', 'attach'],
    ['late', 'attachSync'],
  ] as const)(
    'whose addresses are claimed %s: %s asks once what they have, and goes on beyond',
    async (addresses, attach) => {
      const network = await stage.ensure();
      const others = await stage.open();
      // Nothing more is made ready while they are at work.
      const pool = await network.createPool({ size: 1, perSecond: 1, addresses });
      if (addresses === 'ahead') stage.keepEndpoint(pool.attachSync('first'));
      const attached = await others.attachMany(
        Array.from({ length: 20 }, (_, i) => namespaceName(`other${i}`)),
      );
      const theirs = attached.flatMap((one) => ('value' in one ? one.value.addresses : []));
      expect(theirs).toHaveLength(20);
      let refused = 0;
      const count = (event: unknown) => {
        if ((event as JobEvent).code === 'EEXIST') refused++;
      };
      subscribe('netplumb:job', count);
      try {
        const endpoint = stage.keepEndpoint(await pool[attach]('web'));
        expect(theirs).not.toContain(endpoint.addresses[0]);
      } finally {
        unsubscribe('netplumb:job', count);
      }
      expect(refused).toBe(1);
    },
  );

  it.each(['attach', 'attachSync'] as const)(
    'comes to an end where the rest is claimed by links that nobody lists: %s',
    async (attach) => {
      const network = await stage.ensure({ subnets: ['172.16.0.0/29'] });
      const pool = await network.createPool({ size: 1, perSecond: 1 });
      stage.keepEndpoint(pool.attachSync('first'));
      const others = await stage.open();
      const [one, two] = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name) => others.attach(namespaceName(name))),
      );
      for (const end of [one, two]) stage.host.run('ip', 'link', 'set', end?.hostLink ?? '', 'nomaster');
      expect(await rejection((async () => pool[attach]('web'))())).toMatchObject({ code: 'ESUBNETFULL' });
    },
  );
});

describe('published ports', () => {
  it('lead to a container from a pool, and go with it; where they cannot, it does not stay', async () => {
    const network = await stage.ensure({ nat: 'iptables' });
    const pool = await network.createPool({ size: 2 });
    const publish = { hostPort: 8080, containerPort: 80 };
    const endpoint = stage.keepEndpoint(await pool.attach('web', { publish }));
    expect(endpoint.published).toMatchObject([publish]);
    expect(stage.host.run('iptables-save', '-t', 'nat')).toContain(bare(endpoint)[0]);
    expect(await rejection(pool.attach('web2', { publish }))).toMatchObject({ code: 'EPORTTAKEN' });
    expect((await network.list()).map(({ name }) => name)).toEqual(['web']);
    expect(() => pool.attachSync('web3', { publish })).toThrow(/^pool\.attachSync: publish/);
    await network.detach('web');
    await eventually(() => !stage.host.run('iptables-save', '-t', 'nat').includes('8080'));
  });
});

describe('a refused claim', () => {
  it('leaves the endpoint in the pool', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 2 });
    const name = namespaceName('web');
    await network.attach(name);
    const before = everything(stage.host);
    const taken = { name: 'NetworkError', code: 'ECONTAINERTAKEN' };
    expect(thrown(() => pool.attachSync(name))).toMatchObject(taken);
    expect(await rejection(pool.attach(name))).toMatchObject(taken);
    expect(everything(stage.host)).toEqual(before);
    expect(pool.depth).toBe(2);
  });

  it('because the namespace has the name already is told, and leaves all as it was', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 1 });
    const name = namespaceName('web');
    (await Namespace.create(name)).close();
    const before = everything(stage.host);
    const taken = { name: 'NetlinkError', code: 'EEXIST', operation: 'namespace.create' };
    expect(await rejection(pool.attach(name, { named: true }))).toMatchObject(taken);
    expect(thrown(() => pool.attachSync(name, { named: true }))).toMatchObject(taken);
    expect(everything(stage.host)).toEqual(before);
    expect(pool.depth).toBe(1);
  });

  it.each([
    ['', {}],
    ['a b', {}],
    ['web', { named: 1 }],
    ['web', { name: 'x' }],
  ])('comes before any system call for a wrong argument: %j %j', async (name, options) => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 1 });
    expect(() => pool.attachSync(name, options as never)).toThrow(/container|pool\.attach/);
    expect(pool.metrics()).toMatchObject({ depth: 1, hits: 0, misses: 0 });
  });

  it.each(['ahead', 'late'] as const)(
    'comes where the network has gone, and its pool with it (addresses %s)',
    async (addresses) => {
      const network = await stage.ensure();
      const pool = await network.createPool({ size: 2, addresses });
      const other = await stage.open();
      await other.remove();
      expect(stage.host.links().map(({ ifname }) => ifname)).toEqual(['lo']);
      const gone = { name: 'NetworkError', code: 'ENONETWORK' };
      expect(await rejection(pool.attach('web'))).toMatchObject(gone);
      expect(thrown(() => pool.attachSync('web'))).toMatchObject(gone);
    },
  );

  it.each(
    (['ahead', 'late'] as const).flatMap((addresses) =>
      (['attach', 'attachSync'] as const).map((way) => [addresses, way] as const),
    ),
  )(
    'comes where somebody deleted the bridge, and left the links (addresses %s, %s)',
    async (addresses, way) => {
      const network = await stage.ensure();
      const pool = await network.createPool({ size: 2, addresses });
      stage.host.run('ip', 'link', 'delete', 'br0');
      expect(await rejection((async () => pool[way]('web'))())).toMatchObject({ code: 'ENONETWORK' });
      expect(stage.host.links().flatMap(({ altnames = [] }) => altnames)).not.toContain('np1:br0:c:web');
    },
  );

  it.each(['ahead', 'late'] as const)(
    'is not one where somebody took the link: the next is given (addresses %s)',
    async (addresses) => {
      const network = await stage.ensure();
      for (const way of ['attachSync', 'attach'] as const) {
        const pool = await network.createPool({ size: 2, addresses });
        const [first, next] = (await network.info()).pooled;
        stage.host.run('ip', 'link', 'delete', first?.hostLink ?? '');
        const endpoint = stage.keepEndpoint(await pool[way]('web'));
        expect(endpoint.hostLink).toBe(next?.hostLink);
        expect(endpoint.addresses).toHaveLength(1);
        expect(pool.metrics()).toMatchObject({ spoilt: 1, misses: 0 });
        await network.detach('web', { wait: true });
        await pool.close();
      }
    },
  );

  it('comes when the subnet is full, however many stand ready elsewhere', async () => {
    const network = await stage.ensure({ subnets: ['172.16.0.0/29'] });
    const pool = await network.createPool({ size: 8 });
    expect(pool.depth).toBe(5);
    expect(pool.metrics().lastError).toMatchObject({ code: 'ESUBNETFULL' });
    const other = await stage.open();
    expect(await rejection(other.attach(namespaceName('web')))).toMatchObject({ code: 'ESUBNETFULL' });
    expect(await rejection(other.createPool({ size: 1 }))).toMatchObject({ code: 'ESUBNETFULL' });
    await pool.close();
    expect(bare(stage.keepEndpoint(await (await other.createPool({ size: 1 })).attach('web')))).toHaveLength(
      1,
    );
  });
});

describe('two pools', () => {
  it('on one network never give the same address or name', async () => {
    const networks = [await stage.ensure(), await stage.open()];
    const pools = await Promise.all(networks.map((network) => network.createPool({ size: 8 })));
    const names = Array.from({ length: 24 }, (_, i) => `web${i}`);
    const results = await Promise.allSettled(
      names.flatMap((name) => pools.map((pool) => pool.attach(name).then(stage.keepEndpoint))),
    );
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(made.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(new Set(made.flatMap(bare)).size).toBe(24);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ECONTAINERTAKEN' });
    expect((await stage.open().then((network) => network.list())).length).toBe(24);
  });
});

describe('closing a pool', () => {
  it('takes away what stood ready, and nothing else', async () => {
    const network = await stage.ensure();
    const before = everything(stage.host);
    const descriptors = readdirSync('/proc/self/fd').length;
    const pool = await network.createPool({ size: 5 });
    const endpoint = pool.attachSync('web');
    await pool.close();
    await pool.close();
    expect(kinds()).toEqual(['hostLink']);
    expect(stage.host.run('ss', '-xa')).not.toContain(pool.id);
    expect(await rejection(pool.attach('late'))).toBeInstanceOf(TypeError);
    await network.detach('web', { wait: true });
    endpoint.namespace.close();
    expect(everything(stage.host)).toEqual(before);
    expect(readdirSync('/proc/self/fd').length).toBe(descriptors);
  });

  it('waits for attaches that are under way, and lets them finish', async () => {
    const network = await stage.ensure();
    const pool = await network.createPool({ size: 2 });
    const names = Array.from({ length: 8 }, (_, i) => `web${i}`);
    const attaching = names.map((name) => pool.attach(name).then(stage.keepEndpoint));
    await pool.close();
    expect((await Promise.all(attaching)).map(({ name }) => name)).toEqual(names);
    expect((await network.list()).map(({ name }) => name).sort()).toEqual(names);
    expect((await network.info()).pooled).toEqual([]);
  });

  it('goes with the handle of its network, and with the network', async () => {
    const network = await stage.ensure();
    await network.createPool({ size: 2 });
    await network.close();
    expect(ports()).toEqual([]);
    const other = await stage.open();
    await other.createPool({ size: 2 });
    await other.remove();
    expect(stage.host.links().map(({ ifname }) => ifname)).toEqual(['lo']);
  });
});

describe('a process that is killed', () => {
  it('leaves a pool that is seen while it stands, and that nobody owns', async () => {
    const network = await stage.ensure();
    const script = fileURLToPath(new URL('../fixtures/pool-owner.mjs', import.meta.url));
    const owner = spawn('nsenter', [`--net=${stage.host.path}`, process.execPath, script, 'br0', '3'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    const { pooled } = await network.info();
    expect(pooled).toHaveLength(3);
    const list = execFileSync(
      process.execPath,
      [
        fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)),
        'ls',
        'br0',
        '--host',
        stage.host.name,
      ],
      { encoding: 'utf8' },
    );
    expect(list.trim().split('\n')).toHaveLength(3);
    expect(list).toContain(`pool:${pooled[0]?.pool}\t172.16.0.2/24`);
    owner.kill('SIGKILL');
    await once(owner, 'close');
    expect(stage.host.run('ss', '-xa')).not.toContain(pooled[0]?.pool);
    await eventually(() => ports().length === 0);
    expect((await network.info()).pooled).toEqual([]);
  });
});
