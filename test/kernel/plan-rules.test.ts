// Which plans are refused before anything is sent, what undo: false means, and what an AbortSignal does.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Plan, type PlannedVerbs } from '../../src/plan.js';
import { createHost, type Host, namedNamespaces } from '../support/host.js';
import { makerOf } from '../support/unique-name.js';
import { everything, namespaceName, rejection, removeNamedAfterEach, thrown } from './surroundings.js';

removeNamedAfterEach();

let host: Host;
let ns: Namespace;
beforeEach(async () => {
  host = createHost();
  host.run('ip', 'link', 'add', 'old', 'type', 'bridge');
  ns = await Namespace.open(host.name);
});
afterEach(() => ns.close());

const irreversible: [string, (on: PlannedVerbs) => void][] = [
  ['links.set', ({ links }) => links.set('old', { mtu: 1400 })],
  ['links.remove', ({ links }) => links.remove('old')],
  ['links.removeGroup', ({ links }) => links.removeGroup(77)],
  ['links.removeAltNames', ({ links }) => links.removeAltNames('old', ['x'])],
  ['addresses.replace', ({ addresses }) => addresses.replace({ link: 'old', address: '10.0.0.1/24' })],
  ['addresses.remove', ({ addresses }) => addresses.remove({ link: 'old', address: '10.0.0.1/24' })],
  ['routes.replace', ({ routes }) => routes.replace({ destination: '10.0.0.0/8', type: 'blackhole' })],
  ['routes.remove', ({ routes }) => routes.remove({ destination: '10.0.0.0/8' })],
  ['sysctl.set', ({ sysctl }) => sysctl.set('net.ipv4.ip_forward', 1)],
];

describe('what a plan does not understand', () => {
  const odd = <Value>(value: unknown) => value as Value;
  it.each<[string, (plan: Plan) => unknown]>([
    ['an option of the plan that is none', () => new Plan(odd({ undoing: false }))],
    ['an undo that is no boolean', () => new Plan(odd({ undo: 'no' }))],
    ['a namespace to be kept, misspelt', (plan) => plan.createNamespace('n', odd({ kep: true }))],
    ['a namespace opened to be kept, misspelt', (plan) => plan.openNamespace('n', odd({ kep: true }))],
    ['a keep that is no boolean', (plan) => plan.openNamespace('n', odd({ keep: 1 }))],
    ['a run option that is none', (plan) => plan.run(odd({ sigal: AbortSignal.abort() }))],
    ['a signal that is none', (plan) => plan.run(odd({ signal: 5 }))],
    ['run options that are none', (plan) => plan.run(odd(null))],
    ['a signal where nothing can stop it', (plan) => plan.runSync(odd({ signal: AbortSignal.abort() }))],
    ['verbs in a namespace by its name', (plan) => plan.on(odd('x'))],
    ['verbs in what is no namespace', (plan) => plan.on(odd(null))],
    ["verbs in another plan's namespace", (plan) => plan.on(new Plan().createNamespace())],
  ])('is refused: %s', async (_what, act) => {
    const plan = new Plan();
    const error = await rejection((async () => act(plan))());
    expect(String(error)).toMatch(/^TypeError: [Pp]lan(\.\w+)?: /);
  });

  it("is refused: a peer in another plan's namespace", async () => {
    const plan = new Plan();
    const elsewhere = new Plan().createNamespace();
    plan.on(ns).links.add({ kind: 'veth', name: 'left', peer: { name: 'right', namespace: elsewhere } });
    expect(await rejection(plan.run())).toBeInstanceOf(TypeError);
    expect(thrown(() => plan.runSync())).toBeInstanceOf(TypeError);
    expect(host.link('left')).toBeUndefined();
  });
});

describe('what cannot be taken back', () => {
  it.each(irreversible)('is refused in front of an add: %s', async (_what, record) => {
    const before = everything(host);
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    record(plan.on(ns));
    plan.on(ns).links.add({ kind: 'bridge', name: 'br1' });
    const message = expect.stringMatching(/^plan: step 2 \(link\.add\) stands after .*undo: false/);
    expect(await rejection(plan.run())).toMatchObject({ name: 'TypeError', message });
    expect(thrown(() => plan.runSync())).toMatchObject({ name: 'TypeError', message });
    expect(everything(host)).toEqual(before);
  });

  it('may stand anywhere in a namespace that the plan makes', async () => {
    const plan = new Plan();
    const born = plan.createNamespace();
    plan.on(born).links.set('lo', { up: true });
    plan.on(born).links.add({ kind: 'bridge', name: 'br0' });
    plan.on(born).addresses.replace({ link: 'br0', address: '10.0.0.1/24' });
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    plan.on(ns).links.set('old', { mtu: 1400 });
    plan.on(ns).sysctl.set('net.ipv4.ip_forward', 1);
    (await plan.run()).namespace(born).close();
    expect(host.link('old')?.mtu).toBe(1400);
    expect(host.link('br0')).toBeDefined();
  });

  it('is sent only when everything before it has succeeded', async () => {
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'old' });
    plan.on(ns).links.set('old', { mtu: 1400 });
    plan.on(ns).links.remove('old');
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 0 });
    expect(host.link('old')?.mtu).toBe(1500);
  });
});

describe('undo: false', () => {
  it('takes any order, and leaves what was done when a step fails', async () => {
    const plan = new Plan({ undo: false });
    const { links } = plan.on(ns);
    links.set('old', { mtu: 1400 });
    links.add({ kind: 'bridge', name: 'br0' });
    links.remove('old');
    links.add({ kind: 'bridge', name: 'br0' });
    links.add({ kind: 'bridge', name: 'br2' });
    expect(await rejection(plan.run())).toMatchObject({ code: 'EEXIST', step: 3 });
    expect(host.links().map(({ ifname }) => ifname)).toEqual(['lo', 'br0']);
  });
});

describe('an AbortSignal', () => {
  it('that was given up before means that nothing is done', async () => {
    const before = everything(host);
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    const reason = new Error('changed my mind');
    expect(await rejection(plan.run({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(everything(host)).toEqual(before);
  });

  it('given up while it runs has what was done taken back', async () => {
    const ours = () => namedNamespaces().filter((name) => makerOf(name) === process.pid);
    const before = [everything(host), ours()];
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    plan.on(ns).addresses.add({ link: 'br0', address: '10.0.0.1/24' });
    for (let i = 0; i < 200; i++) plan.createNamespace(namespaceName(`abort${i}`));
    const controller = new AbortController();
    const running = rejection(plan.run({ signal: controller.signal }));
    setTimeout(() => controller.abort(), 15);
    expect(await running).toMatchObject({ name: 'AbortError' });
    expect([everything(host), ours()]).toEqual(before);
  });

  it('given up afterwards changes nothing', async () => {
    const plan = new Plan();
    plan.on(ns).links.add({ kind: 'bridge', name: 'br0' });
    const controller = new AbortController();
    await plan.run({ signal: controller.signal });
    controller.abort();
    expect(host.link('br0')).toBeDefined();
  });
});
