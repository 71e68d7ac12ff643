// Containers by netavark, started as podman starts it: the namespace stands, the container's networks and their settings come as
// JSON on standard input. Driven as drive.mjs says.
import { bridge, drive } from './drive.mjs';
import { ip } from './execute.mjs';
import { netavark } from './netavark-call.mjs';

await drive({
  attach: async ({ name, address }) => {
    await ip(`netns add ${name}`);
    await netavark('setup', bridge, { name, address });
  },
  detach: async ({ name, address }) => {
    await netavark('teardown', bridge, { name, address });
    await ip(`netns del ${name}`);
  },
});
