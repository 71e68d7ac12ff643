// The operations that are swept: what stands before each, and how a host gets back to where it was after one was cut short.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Namespace } from '../../src/namespace.js';
import { Network } from '../../src/network/network.js';
import type { AttachOptions } from '../../src/network/options.js';
import { createHost, type Host } from '../support/host.js';
import { uniqueName } from '../support/unique-name.js';

/** A host of its own, so that sweeps can go on side by side. */
export interface Stage {
  readonly host: Host;
  readonly ns: Namespace;
  /** What container names, and so namespaces, begin with. */
  readonly prefix: string;
}

export async function createStage(): Promise<Stage> {
  const host = createHost('sweep');
  return { host, ns: await Namespace.open(host.name), prefix: uniqueName('c') };
}

/** What a cut was followed by. */
export type Recovery = 'again' | 'away';

export interface Operation {
  readonly name: string;
  /** Brings about what stands before, once for many runs. */
  readonly before: (stage: Stage) => Promise<void>;
  /** Brings about what a run takes with it. */
  readonly prepare: (stage: Stage) => Promise<void>;
  /** 'again': the next `up` succeeds, its container works, and all goes by the usual ways. 'away': gc, or down, alone. */
  readonly recover: (stage: Stage, recovery: Recovery) => Promise<void>;
  /** Takes away what `before` brought about. */
  readonly after: (stage: Stage) => Promise<void>;
}

type Nat = 'iptables' | false;

/** The container that the operations are about. */
export const first = ({ prefix }: Stage) => `${prefix}-1`;

/** With NAT it has both families: two sessions, and two kinds of forwarding. As in operation.mjs. */
function ensure({ ns }: Stage, nat: Nat): Promise<Network> {
  const subnets = nat === false ? ['10.9.0.0/24'] : ['10.9.0.0/24', 'fd09::/64'];
  return Network.ensure({ name: 'br0', subnets, nat, host: ns });
}

async function using(network: Promise<Network>, act: (network: Network) => Promise<unknown>): Promise<void> {
  const open = await network;
  try {
    await act(open);
  } finally {
    await open.close();
  }
}

/** Attaches the container unless it is attached, and asks whether it works. */
async function attachAndPing(network: Network, name: string): Promise<void> {
  const attached = (await network.list()).some((container) => container.name === name);
  if (!attached) await network.attach(name);
  const inside = await Namespace.open(name);
  try {
    await inside.ping('10.9.0.1');
  } finally {
    inside.close();
  }
}

// One that never had its name goes with the process that made it, and the kernel may be at it.
async function detachUnlessGone(network: Network, name: string): Promise<void> {
  try {
    await network.detach(name, { wait: true });
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOCONTAINER') throw error;
  }
}

const nothing = async () => undefined;

/** On a network that stands. */
function onNetwork(name: string, prepare: Operation['prepare'], nat: Nat = false): Operation {
  return {
    name,
    before: (stage) => using(ensure(stage, nat), nothing),
    prepare,
    recover: (stage, recovery) =>
      using(ensure(stage, nat), async (network) => {
        if (recovery === 'again') {
          await attachAndPing(network, first(stage));
          for (const { name: container } of await network.list()) await detachUnlessGone(network, container);
        }
        await network.gc({ keep: [] });
      }),
    after: ({ ns }) => Network.remove('br0', { host: ns }).then(nothing),
  };
}

/** Of a whole network. */
function ofNetwork(name: string, nat: Nat, prepare: Operation['prepare']): Operation {
  return {
    name,
    before: nothing,
    prepare,
    recover: async (stage, recovery) => {
      if (recovery === 'again')
        await using(ensure(stage, nat), (network) => attachAndPing(network, first(stage)));
      try {
        await Network.remove('br0', { host: stage.ns });
      } catch (error) {
        if ((error as { code?: string }).code !== 'ENONETWORK') throw error;
      }
    },
    after: nothing,
  };
}

const attached = (stage: Stage) => using(ensure(stage, false), (network) => network.attach(first(stage)));

const behindNat = (stage: Stage, options: AttachOptions = {}) =>
  using(ensure(stage, 'iptables'), (network) => network.attach(first(stage), options));

const published: AttachOptions = {
  publish: [
    { hostPort: 8080, containerPort: 80 },
    { hostPort: 5000, containerPort: 53, protocol: 'udp' },
  ],
};

async function attachedTo(stage: Stage, nat: Nat): Promise<void> {
  await using(ensure(stage, nat), async (network) => {
    for (const number of [1, 2, 3]) await network.attach(`${stage.prefix}-${number}`);
  });
}

// Not waited for by the thread that wakes stopped processes: one of another lane may hold the lock of /run/netns, which `ip` takes too.
const run = promisify(execFile);

async function brought(stage: Stage): Promise<void> {
  await run('ip', ['netns', 'add', first(stage)]);
}

function withBrought(operation: Operation): Operation {
  return {
    ...operation,
    recover: async (stage, recovery) => {
      await operation.recover(stage, recovery);
      await run('ip', ['netns', 'del', first(stage)]).catch(nothing); // it may be gone
    },
  };
}

export const operations: readonly Operation[] = [
  onNetwork('attach', nothing),
  withBrought(onNetwork('attach-brought', brought)),
  onNetwork('attach-many', nothing),
  onNetwork('detach', attached),
  withBrought(
    onNetwork('detach-brought', async (stage) => {
      await brought(stage);
      await attached(stage);
    }),
  ),
  onNetwork('detach-many', (stage) => attachedTo(stage, false)),
  onNetwork('publish', behindNat, 'iptables'),
  onNetwork('unpublish', (stage) => behindNat(stage, published), 'iptables'),
  onNetwork('pool', nothing),
  onNetwork('pool-late', nothing),
  onNetwork('gc', (stage) => attachedTo(stage, false)),
  ofNetwork('up', false, nothing),
  ofNetwork('up-nat', 'iptables', nothing),
  ofNetwork('down', false, (stage) => attachedTo(stage, false)),
  ofNetwork('down-nat', 'iptables', (stage) => attachedTo(stage, 'iptables')),
];
