// Owns --host: which network namespace a command acts in.
// A name is looked up below /run/netns, as `ip -n NAME` does; anything with a slash is a path, as for `nsenter --net=PATH`.
import { Namespace } from '../index.js';

/** Opens the namespace `--host` names, or the one the command was started in. The caller closes it. */
export function openHost(host: string | undefined): Promise<Namespace> {
  if (host === undefined) return Namespace.current();
  return Namespace.open(host.includes('/') ? { path: host } : host);
}

/** Runs `work` in the host namespace and closes the handle afterwards. */
export async function withHost<T>(
  host: string | undefined,
  work: (host: Namespace) => Promise<T>,
): Promise<T> {
  const namespace = await openHost(host);
  try {
    return await work(namespace);
  } finally {
    namespace.close();
  }
}
