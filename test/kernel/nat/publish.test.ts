// Publishing by library: what is refused and why, who is in whose way, what survives whom; read back through iptables-save and ip.
import { fork } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../src/job.js';
import { sessions } from '../../../src/nat/iptables/sessions.js';
import type { PublishOptions } from '../../../src/nat/ports.js';
import { networkStage } from '../network-stage.js';
import { namespaceName, rejection } from '../surroundings.js';

const stage = networkStage();
const nat = { nat: 'iptables' } as const;
const http: PublishOptions = { hostPort: 8080, containerPort: 80 };
const rules = () => stage.host.iptables().filter((line) => line.includes('-j DNAT'));
const claims = () =>
  stage.host.links().flatMap(({ altnames = [] }) => altnames.filter((name) => name.startsWith('np1::')));

describe('publishing', () => {
  it('writes one rule and one claim for each port or range, and takes exactly those back', async () => {
    const network = await stage.ensure(nat);
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    const { published } = await network.attach(web, {
      publish: [http, { ...http, hostPort: 9000, range: 1_000 }],
    });
    await network.attach(db);
    expect(published).toEqual([
      { hostPort: 8080, containerPort: 80, protocol: 'tcp', range: 1 },
      { hostPort: 9000, containerPort: 80, protocol: 'tcp', range: 1_000 },
    ]);
    expect(claims().sort()).toEqual(['np1::tcp:8080:80:*', 'np1::tcp:9000+1000:80:*']);
    expect(rules()).toHaveLength(2);
    const found = await network.publish(db, { hostPort: 0, containerPort: 53, protocol: 'udp' });
    expect(found[0]?.hostPort).toBeGreaterThanOrEqual(49_152);
    expect(rules()).toHaveLength(3);
    const { containers } = await network.info();
    expect(containers.find(({ name }) => name === web)?.published).toEqual(published);
    expect(await network.unpublish(web, { hostPort: 9000 })).toEqual([published?.[1]]);
    expect(rules()).toHaveLength(2);
    await network.unpublish(web);
    expect(claims()).toHaveLength(1);
    expect(rules()).toHaveLength(1);
    await network.remove();
    expect(stage.host.iptables().filter((line) => /NETPLUMB/.test(line))).toEqual([]);
  });

  it('refuses what another container has, by whichever network, process or range', async () => {
    const network = await stage.ensure(nat);
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(web, { publish: { ...http, hostPort: 8000, range: 100 } });
    await network.attach(db);
    const other = await stage.ensure({ ...nat, name: 'br1', subnets: ['172.17.0.0/24'] });
    const far = namespaceName('far');
    await other.attach(far);
    for (const [who, at] of [
      [network, db],
      [other, far],
      [await stage.open(), db],
    ] as const) {
      const error = (await rejection(who.publish(at, http))) as Error;
      expect(error).toMatchObject({ name: 'NetworkError', code: 'EPORTTAKEN' });
      expect(error.message).toContain(`container ${web} on network br0 has 8000-8099:80-179/tcp`);
    }
    expect(rules()).toHaveLength(1);
    await other.publish(far, { ...http, protocol: 'udp' });
    await network.detach(web);
    await other.publish(far, http); // free again, with its container
    expect(claims().sort()).toEqual(['np1::tcp:8080:80:*', 'np1::udp:8080:80:*']);
  });

  it('refuses a port that a process of the host has', async () => {
    const network = await stage.ensure(nat);
    const web = namespaceName('web');
    await network.attach(web);
    const busy = stage.keep(listener(stage.host.path, 8081));
    await busy.ready;
    const error = (await rejection(network.publish(web, { ...http, hostPort: 8081 }))) as Error;
    expect(error).toMatchObject({ code: 'EPORTTAKEN' });
    expect(error.message).toContain('a process of the host has tcp port 8081');
    expect([claims(), rules()]).toEqual([[], []]);
  });

  it('says which of several ports a process has, and publishes none of them', async () => {
    const network = await stage.ensure(nat);
    const web = namespaceName('web');
    await network.attach(web);
    const busy = stage.keep(listener(stage.host.path, 8083));
    await busy.ready;
    const ports = [8082, 8083, 8084].map((hostPort) => ({ ...http, hostPort }));
    const error = (await rejection(network.publish(web, ports))) as Error;
    expect(error.message).toContain('8083:80/tcp: a process of the host has tcp port 8083');
    expect([claims(), rules()]).toEqual([[], []]);
    await network.publish(web, { ...http, hostPort: 8082 }); // nothing of it is remembered
  });

  it.each(['iptables', 'nftables'] as const)(
    'leaves no rule where somebody else has the name of a claim (%s)',
    async (backend) => {
      const network = await stage.ensure({ nat: backend });
      const [web, db] = [namespaceName('web'), namespaceName('db')];
      await network.attach(web);
      await network.attach(db);
      stage.host.run('ip', 'link', 'property', 'add', 'dev', 'lo', 'altname', 'np1::tcp:8080:80:*');
      const results = await Promise.allSettled([
        network.publish(web, [http, { ...http, hostPort: 8081 }]),
        network.publish(db, { ...http, hostPort: 8090 }),
      ]);
      expect(results).toMatchObject([
        { status: 'rejected', reason: { code: 'EEXIST' } },
        { status: 'fulfilled' },
      ]);
      expect(claims().sort()).toEqual(['np1::tcp:8080:80:*', 'np1::tcp:8090:80:*']);
      // Exactly what the claims of its containers say: there is nothing to mend.
      expect(await network.reconcile()).toMatchObject({ lines: [] });
      stage.host.run('ip', 'link', 'property', 'del', 'dev', 'lo', 'altname', 'np1::tcp:8080:80:*');
      await network.publish(web, [http, { ...http, hostPort: 8081 }]);
      expect(await network.reconcile()).toMatchObject({ lines: [] });
    },
  );

  it.each<[string, PublishOptions, string]>([
    ['an address the host lacks', { ...http, hostAddress: '203.0.113.99' }, 'ENOHOSTADDRESS'],
    ['a family the container lacks', { ...http, hostAddress: '::' }, 'RangeError'],
  ])('refuses %s, and takes the attach back with it', async (_, port, code) => {
    const network = await stage.ensure(nat);
    const error = (await rejection(network.attach(namespaceName('web'), { publish: port }))) as Error;
    expect([(error as { code?: string }).code, error.name]).toContain(code);
    expect(error.message).toContain('hostAddress');
    expect((await network.list()).length).toBe(0);
    expect([claims(), rules()]).toEqual([[], []]);
  });

  it('refuses a network without NAT, an internal one, a container that is not there, a port that is not published', async () => {
    const [web, db, far] = ['web', 'db', 'far'].map((label) => namespaceName(label)) as [
      string,
      string,
      string,
    ];
    const plain = await stage.ensure();
    await plain.attach(web);
    expect(await rejection(plain.publish(web, http))).toMatchObject({ code: 'ENONAT' });
    const inner = await stage.ensure({
      name: 'br1',
      subnets: ['172.17.0.0/24'],
      ...nat,
      rules: { internal: true },
    });
    await inner.attach(db);
    expect(await rejection(inner.publish(db, http))).toMatchObject({ code: 'ENONAT' });
    const open = await stage.ensure({ name: 'br2', subnets: ['172.18.0.0/24'], ...nat });
    expect(await rejection(open.publish('nobody', http))).toMatchObject({ code: 'ENOCONTAINER' });
    await open.attach(far);
    expect(await rejection(open.unpublish(far, { hostPort: 80 }))).toMatchObject({
      code: 'ENOPORT',
    });
    await expect(open.publish(far, [http, http])).rejects.toThrow(/^publish\[1\]: hostPort: /);
  });

  it('makes 200 at once in at most ten transactions, each with its own verdict', async () => {
    const network = await stage.ensure(nat);
    const web = namespaceName('web');
    await network.attach(web);
    const session = sessions.acquire({ inode: stage.ns.inode, spawn: notStarted });
    const plain = session.session.transaction.bind(session.session);
    let asked = 0;
    session.session.transaction = (text) => {
      asked++;
      return plain(text);
    };
    const before = session.session.exchanges;
    const verdicts = await Promise.allSettled(
      Array.from({ length: 200 }, (_, i) =>
        network.publish(web, { hostPort: 20_000 + (i === 150 ? 0 : i), containerPort: 80 }),
      ),
    );
    expect(verdicts.filter(({ status }) => status === 'rejected')).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ code: 'EPORTTAKEN' }) }),
    ]);
    expect(rules()).toHaveLength(199);
    expect(asked).toBe(199);
    expect(session.session.exchanges - before).toBeLessThanOrEqual(10);
    await session.release();
  });
});

describe('publishing at attach', () => {
  const operations = async (act: () => Promise<unknown>, attached: () => void = () => undefined) => {
    const seen: string[] = [];
    const note = (event: unknown) => {
      const { operations: some = [] } = event as JobEvent;
      seen.push(...some);
      if (some.includes('link.add')) attached();
    };
    subscribe('netplumb:job', note);
    try {
      await act();
    } finally {
      unsubscribe('netplumb:job', note);
    }
    return seen;
  };
  // Two attaches, the second of which knows the network from the first.
  const scene = async (backend: 'iptables' | 'nftables') => {
    const network = await stage.ensure({ nat: backend });
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(web, { publish: http });
    return { network, web, db, more: { publish: { ...http, hostPort: 8090 } } };
  };
  const both = ['np1::tcp:8080:80:*', 'np1::tcp:8090:80:*'];

  it.each(['iptables', 'nftables'] as const)(
    'reads nothing of what this process has just made (%s)',
    async (backend) => {
      const { network, db, more } = await scene(backend);
      const seen = await operations(() => network.attach(db, more));
      expect(seen.filter((operation) => /get|list/.test(operation))).toEqual([]);
      expect(claims().sort()).toEqual(both);
      expect(await network.reconcile()).toMatchObject({ lines: [] });
    },
  );

  it('says that the container is gone where somebody took it away in between', async () => {
    const { network, db, more } = await scene('nftables');
    const gone = () => stage.host.run('ip', 'link', 'del', 'dev', `np1:br0:c:${db}`);
    await operations(async () => {
      expect(await rejection(network.attach(db, more))).toMatchObject({ code: 'ENOCONTAINER' });
    }, gone);
    expect(claims()).toEqual(['np1::tcp:8080:80:*']);
    expect(await network.reconcile()).toMatchObject({ lines: [] });
    await network.attach(db, more); // nothing of it is remembered
    expect(claims().sort()).toEqual(both);
  });

  it.each(['iptables', 'nftables'] as const)(
    'reads what stands where another container has its address (%s)',
    async (backend) => {
      const { network, db, more } = await scene(backend);
      const lost = () =>
        stage.host.run(
          ...(['ip', 'link', 'property', 'del', 'dev', `np1:br0:c:${db}`] as const),
          ...(['altname', 'np1:br0:172.16.0.3'] as const),
        );
      const seen = await operations(() => network.attach(db, more), lost);
      expect(seen).toContain('link.get');
      expect(claims().sort()).toEqual(both);
      expect(await network.reconcile()).toMatchObject({ lines: [] });
    },
  );

  it('refuses what a process of the host has, and takes the attach back with it', async () => {
    const { network, db } = await scene('nftables');
    const busy = stage.keep(listener(stage.host.path, 8085));
    await busy.ready;
    const publish = [8084, 8085].map((hostPort) => ({ ...http, hostPort }));
    const error = (await rejection(network.attach(db, { publish }))) as Error;
    expect(error).toMatchObject({ code: 'EPORTTAKEN' });
    expect(error.message).toContain('8085:80/tcp: a process of the host has tcp port 8085');
    expect((await network.list()).length).toBe(1);
    expect(claims()).toEqual(['np1::tcp:8080:80:*']);
    expect(await network.reconcile()).toMatchObject({ lines: [] });
  });

  it('mends what the rules rely on, where somebody took that away meanwhile', async () => {
    const { network, db, more } = await scene('nftables');
    const taken = () => stage.host.run('nft', 'delete', 'table', 'inet', 'netplumb');
    await operations(() => network.attach(db, more), taken);
    expect(claims().sort()).toEqual(both);
    expect(await network.reconcile()).toMatchObject({ lines: [] });
  });

  it('goes by the backend that another handle switched the network to', async () => {
    const { network, db, more } = await scene('iptables');
    await stage.ensure({ nat: 'nftables' });
    await network.attach(db, more);
    expect(rules()).toEqual([]);
    expect(claims().sort()).toEqual(both);
    expect(await (await stage.open()).reconcile()).toMatchObject({ lines: [] });
  });
});

describe('healing', () => {
  it('puts back exactly what was taken, in one call, from claims alone', async () => {
    const network = await stage.ensure(nat);
    await network.attach(namespaceName('web'), { publish: [http, { ...http, hostAddress: '127.0.0.1' }] });
    stage.host.run('iptables', '-A', 'NETPLUMB-USER', '-s', '198.51.100.7', '-j', 'DROP');
    const whole = stage.host.iptables();
    expect(await network.reconcile()).toEqual({ lines: [] });
    for (const table of ['nat', 'filter']) stage.host.run('iptables', '-t', table, '-F');
    stage.host.run('iptables', '-A', 'NETPLUMB-USER', '-s', '198.51.100.7', '-j', 'DROP');
    for (const table of ['nat']) stage.host.run('iptables', '-t', table, '-X');
    stage.host.setSysctl('net.ipv4.ip_forward', 0);
    stage.host.setSysctl('net.ipv4.conf.br0.route_localnet', 0);
    const another = await stage.open(); // which remembers nothing
    const { lines } = await another.reconcile();
    expect(lines).toContain('sysctl -w net.ipv4.ip_forward=1');
    expect(lines.join('\n')).toContain('--dport 8080 -j DNAT');
    expect(stage.host.iptables().sort()).toEqual(whole.sort());
    expect(stage.host.sysctl('net.ipv4.conf.br0.route_localnet')).toBe('1');
    expect(await network.reconcile()).toEqual({ lines: [] });
  });

  it('is done by a watch within a second, and told', async () => {
    const network = await stage.ensure(nat);
    await network.attach(namespaceName('web'), { publish: http });
    const whole = stage.host.iptables();
    const ending = new AbortController();
    const events = network.watch({ signal: ending.signal });
    const quiet = await network.reconcile();
    expect(quiet.lines).toEqual([]);
    const next = events.next();
    await new Promise((fulfil) => setTimeout(fulfil, 600)); // it has looked once
    const flushed = performance.now();
    stage.host.run('iptables', '-t', 'nat', '-F');
    const { value } = await next;
    expect(performance.now() - flushed).toBeLessThan(3_000); // a loaded machine; the promise is a second
    expect(value).toMatchObject({
      network: 'br0',
      lines: expect.arrayContaining([expect.stringContaining('DNAT')]),
    });
    expect(stage.host.iptables().sort()).toEqual(whole.sort());
    const again = events.next();
    stage.host.setSysctl('net.ipv4.ip_forward', 0);
    expect((await again).value).toMatchObject({ lines: ['sysctl -w net.ipv4.ip_forward=1'] });
    const last = events.next();
    ending.abort();
    expect((await last).done).toBe(true);
  });

  it('mends what a change relies on, where somebody took that away', async () => {
    const network = await stage.ensure(nat);
    const web = namespaceName('web');
    await network.attach(web, { publish: http });
    stage.host.run('iptables', '-t', 'nat', '-F');
    stage.host.run('iptables', '-t', 'nat', '-X');
    await network.publish(web, { ...http, hostPort: 8081 });
    expect(rules()).toHaveLength(2);
  });
});

/** A process that listens on all addresses of a namespace until it is closed. */
function listener(path: string, port: number): { ready: Promise<unknown>; close(): void } {
  const script = fileURLToPath(new URL('../../fixtures/prober.mjs', import.meta.url));
  const child = fork(script, ['serve', String(port)], {
    execPath: '/usr/bin/nsenter',
    execArgv: [`--net=${path}`, process.execPath],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  return {
    ready: new Promise((fulfil) => child.stdout?.once('data', fulfil)),
    close: () => child.kill('SIGKILL'),
  };
}

function notStarted(): never {
  throw new Error('the session is shared with the network');
}
