// Links that are made in another namespace than the one asked: their index is that of the other, and so is taking them back.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan } from '../../src/plan.js';
import { createHost, type Host } from '../support/host.js';
import { everything, rejection } from './surroundings.js';

let host: Host;
let there: Host;
let ns: Namespace;
let other: Namespace;
beforeEach(async () => {
  host = createHost();
  there = createHost('there');
  for (const name of ['br1', 'br2', 'br3']) there.run('ip', 'link', 'add', name, 'type', 'bridge');
  [ns, other] = await Promise.all([Namespace.open(host.name), Namespace.open(there.name)]);
});
afterEach(() => {
  ns.close();
  other.close();
});

describe('a link made in another namespace', () => {
  it('is told by its index there', async () => {
    const made = await ns.links.add({ kind: 'bridge', name: 'br0', namespace: other });
    expect(made).toEqual({ index: there.link('br0')?.ifindex, name: 'br0' });
    expect(host.link('br0')).toBeUndefined();
  });

  it('is told with its other end', async () => {
    const made = await ns.links.add({ kind: 'veth', name: 'far', namespace: other, peer: { name: 'near' } });
    expect(made).toEqual({
      index: there.link('far')?.ifindex,
      name: 'far',
      peerIndex: host.link('near')?.ifindex,
    });
  });

  it('is found there by later steps', async () => {
    const plan = new Plan();
    const far = plan
      .on(ns)
      .links.add({ kind: 'veth', name: 'far', namespace: other, peer: { name: 'near' } });
    plan.on(other).addresses.add({ link: far, address: '10.0.0.1/24' });
    plan.on(other).addresses.add({ link: 'far', address: '10.0.0.2/24' });
    plan.on(ns).addresses.add({ link: far.otherEnd, address: '10.0.0.3/24' });
    await plan.run();
    expect(there.addressesOf('far')).toEqual(['10.0.0.1/24', '10.0.0.2/24']);
    expect(host.addressesOf('near')).toEqual(['10.0.0.3/24']);
  });

  it('is taken back there, and nothing of the same name or index here', async () => {
    for (const name of ['br0', 'br1', 'br2', 'br3', 'br4'])
      host.run('ip', 'link', 'add', name, 'type', 'bridge');
    const before = [everything(host), everything(there)];
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0', namespace: other });
    plan.on(ns).links.add({ kind: 'veth', name: 'far', namespace: other, peer: { name: 'near' } });
    plan.on(ns).links.add({ kind: 'bridge', name: 'br1' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 2 });
    expect([everything(host), everything(there)]).toEqual(before);
  });
});
