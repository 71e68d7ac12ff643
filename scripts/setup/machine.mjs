// What the machine itself must be: Linux, root, a Node that is new enough.
import { Stop } from './command.mjs';

/** The oldest Node that package.json's `engines` allows. */
const oldest = /** @type {const} */ ([20, 11]);

/** Stops with one line on a machine where nothing that follows could work. */
export function checkMachine() {
  if (process.platform !== 'linux') {
    throw new Stop(`netplumb talks to the Linux kernel; this is ${process.platform}`);
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new Stop(`Node.js ${oldest.join('.')} or newer is needed; this is ${process.versions.node}`);
  }
  if (process.getuid?.() !== 0) {
    throw new Stop(
      'root is needed: making network namespaces and links takes CAP_SYS_ADMIN and CAP_NET_ADMIN',
    );
  }
}
