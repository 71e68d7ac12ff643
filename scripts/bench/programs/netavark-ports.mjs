// Ports by netavark, which publishes them when it sets a container up: the whole of that is timed. Driven as ports.mjs says.
import { execute, ip } from './execute.mjs';
import { netavark } from './netavark-call.mjs';
import { drive } from './ports.mjs';

const [, bridge = ''] = process.argv.slice(2);
/** @type {import('./timing.mjs').Container | undefined} */
let container;

/** @param {readonly { hostPort: number, containerPort: number, range: number }[]} ports */
const setUp = async (ports) => {
  if (container === undefined) throw new Error('no container');
  const mappings = ports.map(({ hostPort, containerPort, range }) => ({
    host_ip: '',
    host_port: hostPort,
    container_port: containerPort,
    range,
    protocol: 'tcp',
  }));
  await netavark('setup', bridge, container, mappings);
};

await drive({
  prepare: async (given) => {
    container = given;
    await execute('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
    await ip(`netns add ${given.name}`);
  },
  publish: (ports) => setUp(ports.map((port) => ({ ...port, range: 1 }))),
  publishRange: (range) => setUp([range]),
});
