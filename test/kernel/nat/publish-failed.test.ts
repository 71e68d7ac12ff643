// A change of ports that fails leaves all as it was, claims and rules, so that it can be asked for again; and the way of 127.0.0.1 is open
// for exactly as long as it is needed.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NatError, NetlinkError } from '../../../src/errors.js';
import { sessions } from '../../../src/nat/iptables/sessions.js';
import type { PublishOptions } from '../../../src/nat/ports.js';
import { networkStage } from '../network-stage.js';
import { namespaceName, rejection } from '../surroundings.js';

const stage = networkStage();
const http: PublishOptions = { hostPort: 8080, containerPort: 80 };
const local: PublishOptions = { ...http, hostAddress: '127.0.0.1' };
const rules = () => stage.host.iptables().filter((line) => line.includes('-j DNAT'));
const claims = () =>
  stage.host.links().flatMap(({ altnames = [] }) => altnames.filter((name) => name.startsWith('np1::')));

afterEach(() => {
  vi.restoreAllMocks();
});

/** While `act` runs somebody holds the xtables lock. */
async function whileLocked(act: () => Promise<void>, family: 4 | 6 = 4): Promise<void> {
  const { session, release } = sessions.acquire({ inode: stage.ns.inode, spawn: notStarted, family });
  const busy = new NatError('Another app is currently holding the xtables lock', {
    code: 'EAGAIN',
    applied: false,
  });
  const transaction = vi.spyOn(session, 'transaction').mockRejectedValue(busy);
  await act();
  transaction.mockRestore();
  await release();
}

describe('while the rules cannot be changed', () => {
  const scene = async () => {
    const network = await stage.ensure({ nat: 'iptables' });
    const web = namespaceName('web');
    await network.attach(web, { publish: [http, { ...http, hostPort: 8081 }] });
    return { network, web, standing: [claims().sort(), rules()] };
  };

  it('takes nothing back, and does so when asked again', async () => {
    const { network, web, standing } = await scene();
    await whileLocked(async () => {
      expect(await rejection(network.unpublish(web, { hostPort: 8080 }))).toMatchObject({ code: 'EAGAIN' });
      expect(await rejection(network.unpublish(web))).toMatchObject({ code: 'EAGAIN' });
    });
    expect([claims().sort(), rules()]).toEqual(standing);
    expect(await rejection(network.publish(web, http))).toMatchObject({ code: 'EPORTTAKEN' });
    expect(await network.unpublish(web)).toHaveLength(2);
    expect([claims(), rules()]).toEqual([[], []]);
  });

  it('detaches nobody, and does so when asked again', async () => {
    const { network, web, standing } = await scene();
    await whileLocked(async () => {
      expect(await rejection(network.detach(web))).toMatchObject({ code: 'EAGAIN' });
    });
    expect([claims().sort(), rules()]).toEqual(standing);
    expect(await network.list()).toHaveLength(1);
    await network.detach(web);
    await network.reconcile(); // what was cut off goes
    expect([claims(), rules()]).toEqual([[], []]);
  });
});

describe('while the rules of the second family cannot be changed', () => {
  const all = () => [
    ...rules(),
    ...stage.host
      .run('ip6tables-save')
      .split('\n')
      .filter((line) => line.includes('-j DNAT')),
  ];
  const scene = async (publish: readonly PublishOptions[]) => {
    const network = await stage.ensure({ nat: 'iptables', subnets: ['172.16.0.0/24', 'fd00:1::/64'] });
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(web, { publish });
    await network.attach(db, { publish: { ...http, hostPort: 7000 } }); // so that both sessions are there
    return { network, web, db, standing: [claims().sort(), all().sort()] };
  };

  it('publishes in neither, and leaves the port to others', async () => {
    const { network, web, db, standing } = await scene([]);
    await whileLocked(async () => {
      expect(await rejection(network.publish(web, http))).toMatchObject({ code: 'EAGAIN' });
    }, 6);
    expect([claims().sort(), all().sort()]).toEqual(standing);
    await network.publish(db, http);
    expect(await network.reconcile()).toEqual({ lines: [] });
  });

  it('takes nothing back in either, and detaches nobody', async () => {
    const { network, web, standing } = await scene([http]);
    await whileLocked(async () => {
      expect(await rejection(network.unpublish(web))).toMatchObject({ code: 'EAGAIN' });
      expect(await rejection(network.detach(web))).toMatchObject({ code: 'EAGAIN' });
    }, 6);
    expect([claims().sort(), all().sort()]).toEqual(standing);
    expect(await network.reconcile()).toEqual({ lines: [] });
    await network.detach(web);
  });
});

it('gives a port back to whom it was taken from, where it went to another in the same round and both failed', async () => {
  const network = await stage.ensure({ nat: 'iptables' });
  const [web, db] = [namespaceName('web'), namespaceName('db')];
  await network.attach(web, { publish: [http, { ...http, hostPort: 8081 }] });
  await network.attach(db);
  const standing = [claims().sort(), rules().sort()];
  await whileLocked(async () => {
    const results = await Promise.allSettled([
      network.unpublish(web, { hostPort: 8080 }),
      network.publish(db, http),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
  expect([claims().sort(), rules().sort()]).toEqual(standing);
});

it.each(['iptables', 'nftables'] as const)(
  'detaches a container whose rules somebody has taken away (%s)',
  async (nat) => {
    const network = await stage.ensure({ nat });
    const web = namespaceName('web');
    await network.attach(web, { publish: [http, local] });
    if (nat === 'nftables') stage.host.run('nft', 'delete', 'table', 'inet', 'netplumb');
    else for (const verb of ['-F', '-X']) stage.host.run('iptables', '-t', 'nat', verb);
    await network.detach(web);
    expect(await network.list()).toEqual([]);
    await network.reconcile();
    expect([claims(), rules()]).toEqual([[], []]);
  },
);

describe.each(['iptables', 'nftables'] as const)('the way of 127.0.0.1 into a network (%s)', (nat) => {
  const setting = 'net.ipv4.conf.br0.route_localnet';
  const scene = async () => {
    const network = await stage.ensure({ nat });
    const [web, db] = [namespaceName('web'), namespaceName('db')];
    await network.attach(web);
    await network.attach(db);
    return { network, web, db };
  };

  it('is open until the last port there is taken back', async () => {
    const { network, web, db } = await scene();
    await network.publish(web, local);
    await network.publish(db, [http, { ...local, hostPort: 8081 }]);
    expect(stage.host.sysctl(setting)).toBe('1');
    await network.unpublish(web);
    expect(stage.host.sysctl(setting)).toBe('1');
    await network.unpublish(db, { hostPort: 8081, hostAddress: '127.0.0.1' });
    expect(stage.host.sysctl(setting)).toBe('0');
    await network.publish(db, local);
    expect(stage.host.sysctl(setting)).toBe('1');
    await network.detach(db);
    expect(stage.host.sysctl(setting)).toBe('0');
  });

  it('is closed again where the port could not be had', async () => {
    const { network, web } = await scene();
    stage.host.run('ip', 'link', 'property', 'add', 'dev', 'lo', 'altname', 'np1::tcp:8080:80:127.0.0.1');
    expect(await rejection(network.publish(web, local))).toMatchObject({ code: 'EEXIST' });
    expect(stage.host.sysctl(setting)).toBe('0');
  });

  it('is closed by reconciling where nothing is published there', async () => {
    const { network } = await scene();
    stage.host.setSysctl(setting, 1);
    expect(await network.reconcile()).toEqual({
      lines: ['sysctl -w net/ipv4/conf/br0/route_localnet=0'],
    });
    expect(stage.host.sysctl(setting)).toBe('0');
  });

  it('may stay open without need where it cannot be closed', async () => {
    const { network } = await scene();
    stage.host.setSysctl(setting, 1);
    const refused = new NetlinkError({
      code: 'EROFS',
      errno: 30,
      operation: 'sysctl.set',
      reason: 'read-only',
    });
    vi.spyOn(stage.ns.sysctl, 'set').mockRejectedValue(refused);
    expect(await network.reconcile()).toEqual({ lines: [] });
    await stage.ensure({ nat });
  });

  it('fails whom it cannot be opened for, and nobody else', async () => {
    const { network, web, db } = await scene();
    const refused = new NetlinkError({
      code: 'EROFS',
      errno: 30,
      operation: 'sysctl.set',
      reason: 'read-only',
    });
    vi.spyOn(stage.ns.sysctl, 'set').mockRejectedValue(refused);
    const results = await Promise.allSettled([
      network.publish(web, [{ ...http, hostPort: 8081 }, local]),
      network.publish(db, http),
    ]);
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'EROFS' } },
      { status: 'fulfilled' },
    ]);
    expect(claims()).toEqual(['np1::tcp:8080:80:*']);
    expect(await network.reconcile()).toEqual({ lines: [] });
  });
});

it('finds none of the ports that are named beside it', async () => {
  const network = await stage.ensure({ nat: 'nftables' });
  const web = namespaceName('web');
  await network.attach(web);
  // All of the dynamic ports but one.
  const named = [
    { hostPort: 49_152, containerPort: 1, range: 8_000 },
    { hostPort: 57_153, containerPort: 1, range: 8_383 },
  ];
  const [found] = await network.publish(web, [{ hostPort: 0, containerPort: 80 }, ...named]).catch(() => []);
  expect(found === undefined || found.hostPort === 57_152).toBe(true);
});

function notStarted(): never {
  throw new Error('the session is shared with the network');
}
