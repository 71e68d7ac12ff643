// Owns the demo's own host, internet and containers, and that nothing of them is left, whatever happens in between.
// Host and internet have no name anywhere; only containers have one, so that `ip netns` shows what the story tells.
import { Namespace, Plan } from '../../index.js';
import { FAR_END, INTERNET, OUTWARD, type Places } from './shell-lines.js';

export interface Container {
  readonly name: string;
  readonly namespace: Namespace;
}

/** Namespaces of the story, and a list of what has to be undone. */
export class Sandbox {
  readonly host: Namespace;
  readonly internet: Namespace;
  readonly containers: readonly Container[];
  readonly #undo: (() => unknown)[];

  private constructor(
    host: Namespace,
    internet: Namespace,
    containers: readonly Container[],
    undo: (() => unknown)[],
  ) {
    this.host = host;
    this.internet = internet;
    this.containers = containers;
    this.#undo = undo;
  }

  /** Makes the namespaces, without anything in them. Container names that are taken on this machine get a suffix. */
  static async create(count: number): Promise<Sandbox> {
    const undo: (() => unknown)[] = [];
    try {
      const host = await Namespace.create();
      undo.push(() => host.close());
      const internet = await Namespace.create();
      undo.push(() => internet.close());
      for (const suffix of ['', '-demo', `-demo-${process.pid}`]) {
        const containers = await claim(
          Array.from({ length: count }, (_, index) => `container${index + 1}${suffix}`),
        );
        if (containers === undefined) continue;
        undo.push(() => release(containers));
        return new Sandbox(host, internet, containers, undo);
      }
      throw new Error('demo: no free names for its containers in /run/netns');
    } catch (error) {
      await undoAll(undo);
      throw error;
    }
  }

  /** The names the story calls its places by. */
  get places(): Places {
    return { host: 'host', internet: 'internet', containers: this.containers.map(({ name }) => name) };
  }

  /** Whether the containers had to be called otherwise than in the story. */
  get renamed(): boolean {
    return this.containers[0]?.name !== 'container1';
  }

  /** Joins host and internet by a cable; the internet owns 1.1.1.1 and knows no private range. The host does not forward. */
  async wire(): Promise<void> {
    const plan = new Plan({ undo: false }); // removing the sandbox undoes it all
    const host = plan.on(this.host);
    const internet = plan.on(this.internet);
    const peer = { name: 'eth0', namespace: this.internet };
    host.links.add({ kind: 'veth', name: 'uplink', up: true, peer });
    host.addresses.add({ link: 'uplink', address: `${OUTWARD}/24` });
    internet.links.set('eth0', { up: true });
    internet.addresses.add({ link: 'eth0', address: `${FAR_END}/24` });
    internet.links.set('lo', { up: true });
    internet.addresses.add({ link: 'lo', address: `${INTERNET}/32` });
    host.routes.add({ destination: 'default', gateway: FAR_END });
    host.sysctl.set('net.ipv4.ip_forward', 0); // a new namespace inherits the machine's value
    await plan.run();
  }

  /** To be done before what exists by now is removed. */
  beforeRemoval(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Removes everything, last first; goes on after a failure and reports the first. Harmless when called again. */
  async remove(): Promise<void> {
    await undoAll(this.#undo);
  }
}

/** Creates all the names or none: `undefined` when one is taken. Creating is the test, so two demos never share one. */
async function claim(names: readonly string[]): Promise<Container[] | undefined> {
  const made: Container[] = [];
  try {
    for (const name of names) made.push({ name, namespace: await Namespace.create(name) });
    return made;
  } catch (error) {
    await release(made);
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined;
    throw error;
  }
}

async function release(containers: readonly Container[]): Promise<void> {
  for (const { name, namespace } of containers) {
    namespace.close();
    await Namespace.remove(name);
  }
}

async function undoAll(undo: (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (let last = undo.pop(); last !== undefined; last = undo.pop()) {
    try {
      await last();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
