// Real packets, from everywhere to every kind of published port: each reaches the container or does not, as promised, and the
// container sees the source that was promised. With every backend, both variants of iptables, and bridged packets going through iptables or not.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matrixText, promisedIn, publications, sources } from './data-path.js';
import { rulings } from './data-path-rules.js';
import { containerPorts, DataPathStage, families, type Probe, protocols } from './data-path-stage.js';

const probes: readonly Probe[] = families.flatMap((family) =>
  protocols.flatMap((protocol) =>
    sources.flatMap((source) =>
      publications.map((publication) => ({ family, protocol, source, publication })),
    ),
  ),
);

describe.each(rulings)('the data path under $name', (ruling) => {
  describe.each([0, 1] as const)('with bridge-nf-call-iptables %i', (callIptables) => {
    let stage: DataPathStage;
    beforeAll(async () => {
      stage = await DataPathStage.make(ruling, callIptables);
    });
    afterAll(() => stage?.close());

    it('is as promised in every cell, with the source that is promised', async () => {
      const heard = await stage.ask(probes);
      const cells = probes.map(({ family, protocol, source, publication }, i) => {
        const promise = promisedIn(family, source, publication);
        const expected =
          promise === '-' ? '' : `${stage.seen(promise, family, source)} ${containerPorts[publication]}`;
        return { cell: `IPv${family} ${protocol} ${source}/${publication}`, heard: heard[i], expected };
      });
      expect(cells.filter((cell) => cell.heard !== cell.expected)).toEqual([]);
      expect(ruling.shows(stage)).toBe(true);
    });

    it('translates only what is for the address it is published on', async () => {
      const asked = [
        { protocol: 'tcp', address: '192.0.2.3', port: 8081 },
        { protocol: 'tcp', address: '2001:db8::3', port: 8081 },
        { protocol: 'tcp', address: '192.0.2.3', port: 8080 },
      ];
      const [wrong, wrong6, all] = await stage.askFrom(stage.lan.name, asked);
      expect([wrong, wrong6, all]).toEqual(['', '', '192.0.2.1 80']);
    });

    it('leads nobody on the LAN to a port published on loopback, even with route_localnet everywhere', async () => {
      const { host, lan } = stage;
      host.setSysctl('net.ipv4.conf.all.route_localnet', 1);
      lan.setSysctl('net.ipv4.conf.all.route_localnet', 1);
      lan.run('ip', 'address', 'del', '127.0.0.1/8', 'dev', 'lo');
      lan.run('ip', 'route', 'add', '127.0.0.1/32', 'via', '192.0.2.2', 'src', '192.0.2.1');
      const attack = [{ protocol: 'tcp', address: '127.0.0.1', port: 8082 }];
      // First against a deliberately open rule, to see that the attack can succeed at all.
      ruling.open(stage, 'loopback');
      expect(await stage.askFrom(lan.name, attack)).toEqual(['192.0.2.1 80']);
      await ruling.shut(stage, 'loopback');
      expect(await stage.askFrom(lan.name, attack, 700)).toEqual(['']);
    });

    it('leads nobody on the LAN to an unpublished port by routing, unless the network is opened', async () => {
      const direct = [{ protocol: 'tcp', address: '172.16.0.2', port: 80 }];
      ruling.open(stage, 'routed');
      expect(await stage.askFrom(stage.lan.name, direct)).toEqual(['192.0.2.1 80']);
      await ruling.shut(stage, 'routed');
      expect(await stage.askFrom(stage.lan.name, direct, 700)).toEqual(['']);
    });

    it('leads no container to what listens on the loopback of the host, although its bridge routes that', async () => {
      const { host } = stage;
      await stage.serve(host.name, 5_432);
      expect(host.sysctl('net.ipv4.conf.br0.route_localnet')).toBe('1');
      expect(
        await stage.askFrom(host.name, [{ protocol: 'tcp', address: '127.0.0.1', port: 5_432 }]),
      ).toEqual(['127.0.0.1 5432']);
      const web = stage.web;
      const inWeb = (...words: string[]) => host.run('nsenter', `--net=/run/netns/${web}`, ...words);
      inWeb('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet');
      inWeb('ip', 'address', 'del', '127.0.0.1/8', 'dev', 'lo');
      inWeb('ip', 'route', 'add', '127.0.0.1/32', 'via', '172.16.0.1', 'src', '172.16.0.2');
      const attack = [{ protocol: 'tcp', address: '127.0.0.1', port: 5_432 }];
      ruling.open(stage, 'input'); // opened: the attack works
      expect(await stage.askFrom(web, attack)).toEqual(['172.16.0.2 5432']);
      await ruling.shut(stage, 'input');
      expect(await stage.askFrom(web, attack, 700)).toEqual(['']);
    });
  });
});

describe('docs/nat.md', () => {
  it('shows the table that is tested', () => {
    const table = matrixText((source, publication) => promisedIn(4, source, publication));
    expect(readFileSync(new URL('../../../docs/nat.md', import.meta.url), 'utf8')).toContain(table);
    console.log(`The data path, in each cell what the container sees of who asks:\n${table}`);
  });
});
