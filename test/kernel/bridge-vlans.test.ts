// VLANs of bridges and their ports, read back through `bridge -j vlan`. Most needs a kernel that filters by VLAN; one that does not
// must say so.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost, type Host } from '../support/host.js';
import { hasBridgeVlanFiltering, needsBridgeVlanFiltering } from '../support/probe.js';
import { rejection } from './surroundings.js';

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  host.run('ip', 'link', 'add', 'br0', 'up', 'type', 'bridge');
  host.run('ip', 'link', 'add', 'veth0', 'master', 'br0', 'up', 'type', 'veth', 'peer', 'name', 'veth1');
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

interface Shown {
  readonly ifname: string;
  readonly vlans: readonly { vlan: number; vlanEnd?: number; flags?: readonly string[] }[];
}

function shown(link: string) {
  const text = host.run('bridge', '-compressvlans', '-j', 'vlan', 'show', 'dev', link);
  return (JSON.parse(text) as readonly Shown[]).flatMap(({ vlans }) => vlans);
}

describe('vlans', () => {
  it('are added, listed and removed as bridge shows them', async (context) => {
    needsBridgeVlanFiltering(context);
    await ns.vlans.add({ link: 'veth0', vid: 10, vidEnd: 20 });
    await ns.vlans.add({ link: 'veth0', vid: 30, pvid: true, untagged: true });
    ns.vlans.addSync({ link: 'br0', vid: 40, self: true });
    expect(shown('veth0')).toMatchObject([
      { vlan: 1, flags: ['Egress Untagged'] },
      { vlan: 10, vlanEnd: 20 },
      { vlan: 30, flags: ['PVID', 'Egress Untagged'] },
    ]);
    expect(shown('br0').map(({ vlan }) => vlan)).toEqual([1, 40]);
    const index = host.link('veth0')?.ifindex;
    const listed = (await ns.vlans.list()).filter((vlan) => vlan.index === index);
    expect(listed.map(({ vid, vidEnd, pvid }) => [vid, vidEnd, pvid])).toEqual([
      [1, 1, false],
      [10, 20, false],
      [30, 30, true],
    ]);
    await ns.vlans.remove({ link: 'veth0', vid: 12, vidEnd: 20 });
    ns.vlans.removeSync({ link: 'br0', vid: 40, self: true });
    expect(shown('veth0').map(({ vlan, vlanEnd }) => [vlan, vlanEnd])).toContainEqual([10, 11]);
    expect(shown('br0').map(({ vlan }) => vlan)).toEqual([1]);
  });

  it('go with the rest when a plan fails', async (context) => {
    needsBridgeVlanFiltering(context);
    const plan = new Plan();
    plan.on(ns).vlans.add({ link: 'veth0', vid: 10, vidEnd: 12 });
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 1 });
    expect(shown('veth0').map(({ vlan }) => vlan)).toEqual([1]);
  });

  it('are refused where the kernel cannot filter by them, and a plan made till then is undone', async () => {
    if (hasBridgeVlanFiltering()) return;
    expect(await rejection(ns.vlans.add({ link: 'veth0', vid: 10 }))).toMatchObject({
      code: 'EOPNOTSUPP',
      operation: 'bridgeVlan.add',
      target: 'veth0 10',
    });
    const plan = new Plan();
    const bridge = plan.on(ns).links.add({ kind: 'bridge', name: 'br1' });
    plan.on(ns).vlans.add({ link: bridge, vid: 10, self: true });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EOPNOTSUPP', step: 1 });
    expect(host.link('br1')).toBeUndefined();
  });

  it('are none where no link has some, in every namespace that has bridges', async () => {
    const listed = await ns.vlans.list();
    const theirs = [...shown('br0'), ...shown('veth0')];
    expect(listed.map(({ vid }) => vid)).toEqual(theirs.map(({ vlan }) => vlan));
    expect(ns.vlans.listTunnelsSync()).toEqual([]);
  });
});
