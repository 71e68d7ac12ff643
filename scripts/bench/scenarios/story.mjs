// Owns: the story whole: on a host with a way to the internet, from no network at all to N containers that reach 1.1.1.1. It must not know how.
// "The internet" is a namespace that owns that address.
import { verifyEndState } from '../end-state.mjs';
import { Host } from '../host.mjs';
import { run } from '../processes.mjs';
import { readTiming } from '../timing.mjs';
import { planContainers } from '../work-list.mjs';
import { onHost } from './measure-attach.mjs';

const EMPTY = /** @type {const} */ ({ style: 'own', bridge: '', gateway: '', prefix: 0 });

/** @type {import('./scenario.mjs').Scenario} */
export const story = {
  name: 'story',
  description:
    'from no network to N containers that reach the internet: bridge, NAT, forwarding, attach; shared out among them',
  floor: 'netplumb',
  targets: [],
  measure: async (context) => {
    const { session, n } = context;
    const plan = planContainers(session.name(''), n);
    const internet = await Host.create(session.name('internet'), EMPTY);
    const own = {
      ...context,
      implementation: { ...context.implementation, bridge: /** @type {const} */ ('own') },
    };
    return onHost(own, plan, async (host, start) => {
      await host.ip([
        `link add uplink type veth peer name eth0 netns ${internet.name}`,
        'address add 203.0.113.1/24 dev uplink',
        'link set uplink up',
      ]);
      await internet.ip([
        'address add 203.0.113.2/24 dev eth0',
        'link set eth0 up',
        'address add 1.1.1.1/32 dev lo',
      ]);
      await host.ip(['route add default via 203.0.113.2']);
      await run(host.enter({ file: 'sysctl', args: ['-qw', 'net.ipv4.ip_forward=0'] }));
      const timed = readTiming(await start('story', plan), n);
      for (const { name } of plan.containers) {
        const inside = ['-q', '-c', '1', '-W', '5', '1.1.1.1'];
        await run(
          { file: 'nsenter', args: [`--net=/run/netns/${name}`, 'ping', ...inside] },
          { signal: session.signal },
        );
      }
      return { ...timed, endState: await verifyEndState(host.name, plan, session.signal) };
    });
  },
};
