// What a worker is at when it is terminated: one activity each, which goes on until then. All of it happens in namespaces
// that are anonymous, and go with their handles, or are named in a /run that goes with the process.
import { createServer } from 'node:net';
import { threadId } from 'node:worker_threads';
import { Namespace, Network, Plan } from 'netplumb';

/** @type {Record<string, () => Promise<unknown>>} */
export const activities = {
  /** Jobs in namespaces of their own, as many as there are threads and more. */
  async jobs() {
    for (;;) await Promise.all(Array.from({ length: 8 }, makeNamespace));
  },

  /** Far more jobs on one namespace than can run at once. */
  async queued() {
    const namespace = await Namespace.create();
    for (;;) await Promise.all(Array.from({ length: 500 }, () => namespace.links.list()));
  },

  /** Answers that all come back at once, each with a long list to make objects of. */
  async settling() {
    const namespace = await Namespace.create();
    const plan = new Plan();
    for (let link = 0; link < 50; link += 1)
      plan.on(namespace).links.add({ kind: 'bridge', name: `br${link}` });
    await plan.run();
    for (;;) {
      const lists = Array.from({ length: 20 }, () => namespace.links.list());
      block(20);
      await Promise.all(lists);
    }
  },

  /** Results that hold descriptors, made while nobody looks. */
  async unsettled() {
    for (;;) {
      const namespaces = Array.from({ length: 20 }, () => Namespace.create());
      block(20);
      for (const namespace of await Promise.all(namespaces)) namespace.close();
    }
  },

  /** An echo request that nobody answers, and a listener that hears nothing. */
  async ping() {
    const namespace = await Namespace.create();
    const bridge = await namespace.links.add({ kind: 'bridge', name: 'br0', up: true });
    await namespace.addresses.add({ link: bridge, address: '10.0.0.1/24' });
    await Promise.allSettled([
      namespace.ping('10.0.0.2', { timeoutMs: 60_000 }),
      namespace.nextEchoRequest({ timeoutMs: 60_000 }),
      namespace.nextEchoRequest({ timeoutMs: 60_000 }),
    ]);
  },

  /** Sockets made in a namespace, and connections to a server there, that come and go. */
  async sockets() {
    const namespace = await Namespace.create();
    await namespace.links.set('lo', { up: true });
    const server = await namespace.listen(createServer((socket) => socket.end()));
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    for (;;) {
      const sockets = await Promise.all(
        Array.from({ length: 20 }, () => namespace.connect({ host: '127.0.0.1', port })),
      );
      for (const socket of sockets) socket.destroy();
    }
  },

  /** Monitors that are asked, that are not, that lose events and that are closed, while links come and go. */
  async monitor() {
    const namespace = await Namespace.create();
    const left = [namespace.monitor({ receiveBuffer: 1, queue: 1 }), namespace.monitor()];
    const listen = async () => {
      for (;;) for await (const event of namespace.monitor()) if (event.change === 'removed') break;
    };
    listen();
    const waiting = left.map((monitor) => monitor.next());
    for (let round = 0; ; round += 1) {
      const bridge = await namespace.links.add({ kind: 'bridge', name: `br${round % 5}` });
      await namespace.links.remove(bridge);
      if (round === 2) await Promise.all(waiting);
    }
  },

  /** Two that want the same lock over and over, and an attach that has to wait for both. */
  async lock() {
    const host = await Namespace.create();
    const ensure = (/** @type {number} */ subnet) =>
      Network.ensure({ name: `br${subnet}`, subnets: [`10.0.${subnet}.0/24`], nat: false, host });
    await ensure(1);
    for (;;) await Promise.all([ensure(1), ensure(2), ensure(3)]);
  },

  /** Containers that come and go, in namespaces that are brought. */
  async attach() {
    const host = await Namespace.create();
    const network = await Network.ensure({ name: 'br0', subnets: ['10.0.0.0/24'], nat: false, host });
    for (;;) {
      await Promise.all(
        ['c1', 'c2', 'c3'].map(async (container) => {
          const namespace = await Namespace.create();
          await network.attach(container, { namespace });
          await network.detach(container);
          namespace.close();
        }),
      );
    }
  },

  /** Containers whose namespaces are made, and named, by the attach. */
  async create() {
    const host = await Namespace.create();
    const network = await Network.ensure({ name: 'br0', subnets: ['10.0.0.0/24'], nat: false, host });
    for (let round = 0; ; round += 1) {
      const container = `c${threadId}-${round}`;
      await network.attach(container);
      await network.detach(container);
    }
  },

  /** A pool that is filled, taken from both ways, and closed. */
  async pool() {
    const host = await Namespace.create();
    const network = await Network.ensure({ name: 'br0', subnets: ['10.0.0.0/24'], nat: false, host });
    for (let round = 0; ; round += 1) {
      const pool = await network.createPool({ size: 4 });
      const given = await Promise.all(['c1', 'c2', 'c3'].map((container) => pool.attach(container)));
      given.push(pool.attachSync('c4'), pool.attachSync('c5'));
      await pool.attach(`c${threadId}-${round}`, { named: true });
      await network.detachMany([...given.map(({ name }) => name), `c${threadId}-${round}`]);
      for (const { namespace } of given) namespace.close();
      await pool.close();
    }
  },

  /** Jobs on the JS thread itself. */
  async sync() {
    for (;;) {
      const namespace = Namespace.createSync();
      namespace.links.addSync({ kind: 'bridge', name: 'br0' });
      namespace.close();
      await Namespace.current();
    }
  },
};

async function makeNamespace() {
  const plan = new Plan();
  const planned = plan.createNamespace();
  plan.on(planned).links.add({ kind: 'bridge', name: 'br0', up: true });
  plan.on(planned).addresses.add({ link: 'br0', address: '10.0.0.1/24' });
  const result = await plan.run();
  result.namespace(planned).close();
}

/** Keeps the JS thread, so that answers pile up. @param {number} ms */
function block(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
