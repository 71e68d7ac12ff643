// A host with a LAN, two networks of both families and their containers, one of which has published ports; and askers everywhere.
// Must not know what is promised.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Namespace } from '../../../src/namespace.js';
import { Network } from '../../../src/network/network.js';
import type { NetworkOptions } from '../../../src/network/options.js';
import { createHost, type Host } from '../../support/host.js';
import { uniqueName } from '../../support/unique-name.js';
import type { Publication, Source } from './data-path.js';
import type { Ruling } from './data-path-rules.js';

export const families = [4, 6] as const;
export const protocols = ['tcp', 'udp'] as const;
export interface Probe {
  readonly family: 4 | 6;
  readonly protocol: 'tcp' | 'udp';
  readonly source: Source;
  readonly publication: Publication;
}

const prober = fileURLToPath(new URL('../../fixtures/prober.mjs', import.meta.url));

const hostAddress = { 4: '192.0.2.2', 6: '2001:db8::2' } as const;
const otherHostAddress = { 4: '192.0.2.3', 6: '2001:db8::3' } as const;
const lanAddress = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
const loopback = { 4: '127.0.0.1', 6: '::1' } as const;
export const bridgeAddress = { 4: '172.16.0.1', 6: 'fd00::1' } as const;

/** The port of the host that each publication has; what is not published is asked for at the container's own address. */
const hostPorts: Readonly<Record<Publication, number>> = {
  all: 8080,
  'one address': 8081,
  loopback: 8082,
  range: 30_007,
  unpublished: 80,
};
/** Where it must come out. */
export const containerPorts: Readonly<Record<Publication, number>> = {
  all: 80,
  'one address': 80,
  loopback: 80,
  range: 40_007,
  unpublished: 80,
};

export class DataPathStage {
  readonly host: Host;
  readonly lan: Host;
  readonly #names = { web: uniqueName('web'), db: uniqueName('db'), far: uniqueName('far') };
  readonly #servers: ChildProcess[] = [];
  #handle: Namespace | undefined;
  network!: Network;
  other!: Network;

  private constructor() {
    this.host = createHost('host');
    this.lan = createHost('lan');
  }

  /**
   * @param callIptables whether bridged packets go through iptables too
   * @param options of the network, beside the usual
   */
  static async make(
    ruling: Ruling,
    callIptables: 0 | 1,
    options: Partial<NetworkOptions> = {},
  ): Promise<DataPathStage> {
    const stage = new DataPathStage();
    const { host, lan } = stage;
    host.run('ip', 'link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'up0', 'netns', lan.name);
    for (const [at, v4, v6] of [
      [host, hostAddress[4], hostAddress[6]],
      [host, otherHostAddress[4], otherHostAddress[6]],
      [lan, lanAddress[4], lanAddress[6]],
    ] as const) {
      at.run('ip', 'address', 'add', `${v4}/24`, 'dev', 'up0');
      at.run('ip', 'address', 'add', `${v6}/64`, 'dev', 'up0', 'nodad');
      at.run('ip', 'link', 'set', 'up0', 'up');
    }
    for (const name of ['iptables', 'ip6tables']) {
      const setting = `net.bridge.bridge-nf-call-${name}`;
      if (host.attempt('test', '-e', `/proc/sys/${setting.replaceAll('.', '/')}`).status === 0)
        host.setSysctl(setting, callIptables);
    }
    ruling.prepare(stage);
    await stage.#plumb(ruling.nat, options);
    return stage;
  }

  async #plumb(nat: Ruling['nat'], options: Partial<NetworkOptions>): Promise<void> {
    const host = await Namespace.open(this.host.name);
    this.#handle = host;
    const subnets = ['172.16.0.0/24', 'fd00::/64'];
    this.network = await Network.ensure({ name: 'br0', subnets, nat, host, ...options });
    this.other = await Network.ensure({ name: 'br1', subnets: ['172.17.0.0/24', 'fd01::/64'], nat, host });
    const both = protocols.flatMap((protocol) => [
      { protocol, hostPort: 8080, containerPort: 80 },
      { protocol, hostPort: 8081, containerPort: 80, hostAddress: hostAddress[4] },
      { protocol, hostPort: 8081, containerPort: 80, hostAddress: hostAddress[6] },
      { protocol, hostPort: 8082, containerPort: 80, hostAddress: loopback[4] },
      { protocol, hostPort: 30_000, containerPort: 40_000, range: 1_000 },
    ]);
    await this.network.attach(this.#names.web, { publish: both });
    await this.network.attach(this.#names.db);
    await this.other.attach(this.#names.far);
    await this.serve(this.#names.web, 80, 40_007);
    // Who routes to the containers by the host, as an attacker on the LAN would.
    this.lan.run('ip', 'route', 'add', '172.16.0.0/24', 'via', hostAddress[4]);
    this.lan.run('ip', '-6', 'route', 'add', 'fd00::/64', 'via', hostAddress[6]);
  }

  get web(): string {
    return this.#names.web;
  }
  get neighbour(): string {
    return this.#names.db;
  }

  /** Answers in a namespace until the stage is closed. */
  async serve(namespace: string, ...ports: number[]): Promise<void> {
    const args = [`--net=/run/netns/${namespace}`, process.execPath, prober, 'serve', ...ports.map(String)];
    const server = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#servers.push(server);
    await new Promise((fulfil) => server.stdout.once('data', fulfil));
  }

  /** What each probe heard: the address the container saw and the port that was reached; empty where nothing came. */
  async ask(probes: readonly Probe[], timeoutMs = 1_500): Promise<string[]> {
    const heard = new Array<string>(probes.length).fill('');
    const places = new Map<string, number[]>();
    for (const [i, { source }] of probes.entries()) {
      const place = this.#place(source);
      places.set(place, [...(places.get(place) ?? []), i]);
    }
    const work = [...places].map(async ([place, indexes]) => {
      const asked = indexes.map((i) => this.#target(probes[i] as Probe));
      const answers = await this.askFrom(place, asked, timeoutMs);
      for (const [at, i] of indexes.entries()) heard[i] = answers[at] ?? '';
    });
    await Promise.all(work);
    return heard;
  }

  /** Asks addresses from a namespace. */
  askFrom(
    namespace: string,
    probes: readonly { readonly protocol: string; readonly address: string; readonly port: number }[],
    timeoutMs = 1_500,
  ): Promise<string[]> {
    const args = [
      `--net=/run/netns/${namespace}`,
      process.execPath,
      prober,
      'ask',
      JSON.stringify({ probes, timeoutMs }),
    ];
    const asker = spawn('nsenter', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    asker.stdout.on('data', (chunk) => (text += chunk));
    return new Promise((fulfil) => asker.once('close', () => fulfil(JSON.parse(text))));
  }

  #place(source: Source): string {
    if (source === 'LAN') return this.lan.name;
    if (source === 'host' || source === 'loopback') return this.host.name;
    return { itself: this.#names.web, neighbour: this.#names.db, 'other network': this.#names.far }[source];
  }

  #target({ family, protocol, source, publication }: Probe) {
    const container = { 4: '172.16.0.2', 6: 'fd00::2' }[family];
    const direct = publication === 'unpublished' && source !== 'loopback';
    const address = direct ? container : source === 'loopback' ? loopback[family] : hostAddress[family];
    return { protocol, address, port: hostPorts[publication] };
  }

  /** The address that a container must see for a promise. */
  seen(promise: 'own' | 'host' | 'bridge', family: 4 | 6, source: Source): string {
    if (promise === 'bridge') return bridgeAddress[family];
    if (promise === 'host') return hostAddress[family];
    const own = {
      LAN: lanAddress,
      itself: { 4: '172.16.0.2', 6: 'fd00::2' },
      neighbour: { 4: '172.16.0.3', 6: 'fd00::3' },
    };
    return own[source as keyof typeof own][family];
  }

  async close(): Promise<void> {
    for (const server of this.#servers.splice(0)) {
      server.kill('SIGKILL');
      await new Promise((fulfil) => server.once('close', fulfil));
    }
    await this.other?.remove();
    await this.network?.remove();
    this.#handle?.close();
  }
}
