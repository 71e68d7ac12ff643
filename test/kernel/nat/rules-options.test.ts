// What a network's rules open, exclude, translate to and close, by real packets; each beside a network that does not, to see that
// it is the option that does it.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../../src/namespace.js';
import type { NatOptions } from '../../../src/nat/intent.js';
import { Network } from '../../../src/network/network.js';
import { createHost, Host } from '../../support/host.js';
import { namespaceName, removeNamedAfterEach } from '../surroundings.js';
import { type Ruling, rulings } from './data-path-rules.js';

removeNamedAfterEach();

const prober = fileURLToPath(new URL('../../fixtures/prober.mjs', import.meta.url));
const protocols = ['tcp', 'udp'] as const;

/** Of each family: the host's two addresses outside, somebody on the LAN, one that the LAN routes by the host, and ours. */
const at = {
  4: {
    ...{ host: '192.0.2.2', second: '192.0.2.3', lan: '192.0.2.1', beyond: '198.51.100.7' },
    ...{ web: '172.16.0.2', bridge: '172.16.0.1', far: '172.17.0.2' },
  },
  6: {
    ...{ host: '2001:db8::2', second: '2001:db8::3', lan: '2001:db8::1', beyond: '2001:db8:f::7' },
    ...{ web: 'fd00::2', bridge: 'fd00::1', far: 'fd01::2' },
  },
} as const;
type Family = keyof typeof at;

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** A host on a LAN with two networks, a container on each, which serve port 80 as the LAN does; br0 has the rules. */
async function stageWith(ruling: Ruling, rules: NatOptions) {
  const [host, lan] = [createHost('host'), createHost('lan')];
  const [web, far] = [namespaceName('web'), namespaceName('far')];
  host.run('ip', 'link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'up0', 'netns', lan.name);
  for (const family of [4, 6] as const) {
    const { host: own, second, lan: theirs, beyond } = at[family];
    const length = family === 4 ? 24 : 64;
    // The kernel's own choice is the first of IPv4, of IPv6 the latest.
    const inOrder = family === 4 ? [own, second] : [second, own];
    const flags = family === 4 ? [] : ['nodad'];
    for (const address of inOrder)
      host.run('ip', 'address', 'add', `${address}/${length}`, 'dev', 'up0', ...flags);
    lan.run('ip', 'address', 'add', `${theirs}/${length}`, 'dev', 'up0', ...flags);
    for (const where of [host, lan]) where.run('ip', 'link', 'set', 'up0', 'up');
    const subnets = family === 4 ? ['172.16.0.0/24', '172.17.0.0/24'] : ['fd00::/64', 'fd01::/64'];
    for (const destination of [...subnets, beyond])
      lan.run('ip', family === 4 ? '-4' : '-6', 'route', 'add', destination, 'via', own);
  }
  ruling.prepare({ host });
  const handle = await Namespace.open(host.name);
  const { nat } = ruling;
  const subnets = ['172.16.0.0/24', 'fd00::/64'];
  const network = await Network.ensure({ name: 'br0', subnets, host: handle, nat, rules });
  const beside = ['172.17.0.0/24', 'fd01::/64'];
  const other = await Network.ensure({ name: 'br1', subnets: beside, host: handle, nat });
  await network.attach(web);
  await other.attach(far);
  const servers: ChildProcess[] = [];
  for (const namespace of [web, far, lan.name]) {
    const words = [`--net=/run/netns/${namespace}`, process.execPath, prober, 'serve', '80'];
    const server = spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'inherit'] });
    servers.push(server);
    await new Promise((fulfil) => server.stdout.once('data', fulfil));
  }
  close = async () => {
    close = undefined;
    for (const server of servers) {
      server.kill('SIGKILL');
      await new Promise((fulfil) => server.once('close', fulfil));
    }
    await network.remove();
    await other.remove();
    handle.close();
  };
  return { host, lan, network, web, far };
}

/** The address that is seen of who asks by each protocol, or nothing; both must say the same. */
async function seen(from: string, address: string, port = 80, timeoutMs = 4_000): Promise<string> {
  const probes = protocols.map((protocol) => ({ protocol, address, port }));
  const words = [`--net=/run/netns/${from}`, process.execPath, prober, 'ask'];
  const asker = spawn('nsenter', [...words, JSON.stringify({ probes, timeoutMs })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  asker.stdout.on('data', (chunk) => (text += chunk));
  await new Promise((fulfil) => asker.once('close', fulfil));
  const [tcp, udp] = (JSON.parse(text) as string[]).map((one) => one.split(' ')[0]);
  expect(tcp).toBe(udp);
  return tcp ?? '';
}

/** As `seen`, where nothing is expected. */
function unseen(from: string, address: string, port = 80): Promise<string> {
  return seen(from, address, port, 700);
}

/** Of both families, at once. */
function both(act: (family: Family) => Promise<string>): Promise<string[]> {
  return Promise.all([act(4), act(6)]);
}

describe.each(rulings)('under $name', (ruling) => {
  it('closed: neither the LAN nor another network reaches an unpublished port, and what leaves has the host’s address', async () => {
    const { lan, network, web, far } = await stageWith(ruling, { ipv6: 'masquerade' });
    await network.publish(
      web,
      protocols.map((protocol) => ({ protocol, hostPort: 8080, containerPort: 80 })),
    );
    expect(await both((family) => unseen(lan.name, at[family].web))).toEqual(['', '']);
    expect(await both((family) => unseen(far, at[family].web))).toEqual(['', '']);
    expect(await both((family) => unseen(lan.name, at[family].beyond, 8080))).toEqual(['', '']);
    expect(await both((family) => seen(web, at[family].lan))).toEqual([at[4].host, at[6].host]);
  });

  it('open.routed: the LAN reaches an unpublished port by routing; another network, too', async () => {
    const { lan, web, far } = await stageWith(ruling, { open: { routed: true } });
    expect(await both((family) => seen(lan.name, at[family].web))).toEqual([at[4].lan, at[6].lan]);
    expect(await both((family) => seen(far, at[family].web))).not.toContain('');
    expect(await both((family) => unseen(web, at[family].far))).toEqual(['', '']); // br1 opens nothing
  });

  it('open.anyDestination: a published port takes what is for somebody behind the host', async () => {
    const { lan, network, web } = await stageWith(ruling, { open: { anyDestination: true } });
    await network.publish(
      web,
      protocols.map((protocol) => ({ protocol, hostPort: 8080, containerPort: 80 })),
    );
    expect(await both((family) => seen(lan.name, at[family].beyond, 8080))).toEqual([at[4].lan, at[6].lan]);
    expect(await both((family) => unseen(lan.name, at[family].web))).toEqual(['', '']);
  });

  it('open.from: the containers of that network reach these, not the other way about, nor does the LAN', async () => {
    const { lan, web, far } = await stageWith(ruling, { open: { from: ['br1'] } });
    expect(await both((family) => seen(far, at[family].web))).not.toContain('');
    expect(await both((family) => unseen(web, at[family].far))).toEqual(['', '']);
    expect(await both((family) => unseen(lan.name, at[family].web))).toEqual(['', '']);
  });

  it('exclude: towards there a container keeps its own address', async () => {
    const { web } = await stageWith(ruling, { exclude: ['192.0.2.0/24', '2001:db8::/64'] });
    expect(await both((family) => seen(web, at[family].lan))).toEqual([at[4].web, at[6].web]);
  });

  it('sourceAddresses: what leaves has that address', async () => {
    const { web } = await stageWith(ruling, { sourceAddresses: [at[4].second, at[6].second] });
    expect(await both((family) => seen(web, at[family].lan))).toEqual([at[4].second, at[6].second]);
  });

  it('ipv6 plain: what leaves has its own address, of IPv4 the host’s', async () => {
    const { web } = await stageWith(ruling, { ipv6: 'plain' });
    expect(await both((family) => seen(web, at[family].lan))).toEqual([at[4].host, at[6].web]);
  });

  it('internal: no way out and none in, but from the host', async () => {
    const { host, lan, network, web, far } = await stageWith(ruling, { internal: true });
    const inner = new Host(web);
    // Though somebody gives the container a way out, and the host forwards for the other network.
    inner.run('ip', 'route', 'add', 'default', 'via', at[4].bridge);
    inner.run('ip', '-6', 'route', 'add', 'default', 'via', at[6].bridge);
    expect(host.sysctl('net.ipv4.ip_forward')).toBe('1');
    expect(await both((family) => unseen(web, at[family].lan))).toEqual(['', '']);
    expect(await both((family) => unseen(web, at[family].far))).toEqual(['', '']);
    expect(await both((family) => unseen(lan.name, at[family].web))).toEqual(['', '']);
    expect(await both((family) => unseen(far, at[family].web))).toEqual(['', '']);
    expect(await both((family) => seen(host.name, at[family].web))).toEqual([at[4].bridge, at[6].bridge]);
    const neighbour = namespaceName('neighbour');
    await network.attach(neighbour);
    expect(await both((family) => seen(neighbour, at[family].web))).not.toContain('');
  });
});
