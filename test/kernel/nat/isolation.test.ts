// Real packets between containers that are kept apart: the bridge passes none on, and the host routes none either. With every backend,
// both variants of iptables, and bridged packets going through the rules or not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Host } from '../../support/host.js';
import { uniqueName } from '../../support/unique-name.js';
import { type Ruling, rulings } from './data-path-rules.js';
import { DataPathStage } from './data-path-stage.js';

const subnets = ['172.16.0.0/24', '172.18.0.0/24', 'fd00::/64', 'fd02::/64'];
const tcp = (address: string, port = 80) => ({ protocol: 'tcp', address, port });
const udp = (address: string, port = 80) => ({ protocol: 'udp', address, port });
const everyWay = (...addresses: string[]) => addresses.flatMap((address) => [tcp(address), udp(address)]);
const web = ['172.16.0.2', 'fd00::2'];
const published = [
  tcp('192.0.2.2', 8080),
  udp('192.0.2.2', 8080),
  tcp('2001:db8::2', 8080),
  udp('2001:db8::2', 8080),
];
const nothing = ['', '', '', ''];

interface Apart {
  readonly stage: DataPathStage;
  /** Isolated, in the other subnets. */
  readonly far: string;
  /** Not isolated, in the first. */
  readonly open: string;
}

async function makeApart(ruling: Ruling, callIptables: 0 | 1, isolated = true): Promise<Apart> {
  const stage = await DataPathStage.make(ruling, callIptables, { subnets, isolated });
  const [far, open] = [uniqueName('far'), uniqueName('open')];
  await stage.network.attach(far, { address: ['172.18.0.9', 'fd02::9'] });
  await stage.network.attach(open, { address: ['172.16.0.9', 'fd00::9'], isolated: false });
  for (const one of [far, open]) await stage.serve(one, 80);
  return { stage, far, open };
}

describe.each(rulings)('containers kept apart under $name', (ruling) => {
  describe.each([0, 1] as const)('with bridge-nf-call-iptables %i', (callIptables) => {
    let now: Apart;
    beforeAll(async () => {
      now = await makeApart(ruling, callIptables);
    });
    afterAll(() => now?.stage.close());

    it('do not reach each other by the host, in another subnet of their network', async () => {
      const { stage, far } = now;
      expect(await stage.askFrom(far, everyWay(...web), 700)).toEqual(nothing);
      expect(await stage.askFrom(stage.web, everyWay('172.18.0.9', 'fd02::9'), 700)).toEqual(nothing);
    });

    it('do not reach each other by the host in one subnet, whatever routes they make themselves', async () => {
      const { stage } = now;
      const inside = new Host(stage.neighbour);
      inside.run('ip', 'route', 'add', '172.16.0.2/32', 'via', '172.16.0.1');
      inside.run('ip', 'route', 'add', 'fd00::2/128', 'via', 'fd00::1');
      new Host(stage.web).run('ip', 'route', 'add', '172.16.0.3/32', 'via', '172.16.0.1');
      new Host(stage.web).run('ip', 'route', 'add', 'fd00::3/128', 'via', 'fd00::1');
      expect(await stage.askFrom(stage.neighbour, everyWay(...web), 700)).toEqual(nothing);
    });

    // Where bridged packets go through the rules, what is translated to a neighbour is passed on by the bridge, not by the host.
    const unless = callIptables === 1 ? ', unless the bridge translates' : '';
    it(`reach the ports that others publish, and their own${unless}`, async () => {
      const { stage, far } = now;
      const bridge = ['172.16.0.1 80', '172.16.0.1 80', 'fd00::1 80', 'fd00::1 80'];
      for (const asker of [stage.web, stage.neighbour, far])
        expect(await stage.askFrom(asker, published, 700)).toEqual(callIptables === 1 ? nothing : bridge);
    });

    it('reach, and are reached by, one that is not kept apart, on its bridge', async () => {
      const { stage, open } = now;
      const own = ['172.16.0.9 80', '172.16.0.9 80', 'fd00::9 80', 'fd00::9 80'];
      expect(await stage.askFrom(open, everyWay(...web))).toEqual(own);
      const other = ['172.16.0.2 80', '172.16.0.2 80', 'fd00::2 80', 'fd00::2 80'];
      expect(await stage.askFrom(stage.web, everyWay('172.16.0.9', 'fd00::9'))).toEqual(other);
    });

    it('reach the host and are reached by it, and go out', async () => {
      const { stage, far } = now;
      await stage.serve(stage.lan.name, 80);
      expect(await stage.askFrom(far, everyWay('192.0.2.1', '2001:db8::1'))).not.toContain('');
      for (const asked of [web, ['172.18.0.9', 'fd02::9']])
        expect(await stage.askFrom(stage.host.name, everyWay(...asked))).not.toContain('');
      expect(await stage.askFrom(stage.lan.name, published)).not.toContain('');
      // What the kernel itself says of IPv6 must get through: neighbours, asked for anew.
      stage.host.run('ip', '-6', 'neighbour', 'flush', 'dev', 'br0');
      expect(stage.host.attempt('ping', '-6', '-c1', '-W2', 'fd02::9').status).toBe(0);
    });

    it('stay so: what a flush took is put back, and nothing where all stands', async () => {
      const { stage, far } = now;
      expect((await stage.network.reconcile()).lines).toEqual([]);
      if (ruling.nat === 'nftables') stage.host.run('nft', 'flush', 'set', 'inet', 'netplumb', 'isolated');
      else stage.host.run(ruling.name, '-I', 'NETPLUMB-br0/in', '-i', 'br0', '-j', 'ACCEPT');
      expect(await stage.askFrom(far, [tcp('172.16.0.2')])).toEqual(['172.18.0.9 80']);
      expect((await stage.network.reconcile()).lines).not.toEqual([]);
      expect(await stage.askFrom(far, [tcp('172.16.0.2')], 700)).toEqual(['']);
    });
  });

  it('reach each other in another subnet where nobody keeps them apart', async () => {
    const { stage, far } = await makeApart(ruling, 1, false);
    try {
      const own = ['172.18.0.9 80', '172.18.0.9 80', 'fd02::9 80', 'fd02::9 80'];
      expect(await stage.askFrom(far, everyWay(...web))).toEqual(own);
    } finally {
      await stage.close();
    }
  });
});
