// Work for the stages: jobs that are under way, queued and answered all at once. Everything happens in anonymous
// namespaces, which go with their handles.
import { Namespace, Plan } from 'netplumb';

/** Starts more jobs than there are executor threads, and waits for none of them. */
export function startWork() {
  for (let round = 0; round < 8; round += 1) {
    const plan = new Plan();
    const namespace = plan.createNamespace();
    plan.on(namespace).links.add({ kind: 'bridge', name: 'br0', up: true });
    plan.run().catch(() => {});
    oneAfterAnother().catch(() => {});
  }
  waitForNothing().catch(() => {});
}

/** Lists links of a namespace of its own for ever. */
async function oneAfterAnother() {
  const namespace = await Namespace.create();
  for (;;) await Promise.all([namespace.links.list(), namespace.routes.list(), Namespace.current()]);
}

/** A job that blocks for a minute in something other than the kernel's rtnetlink, unless it is woken. */
async function waitForNothing() {
  const namespace = await Namespace.create();
  await namespace.nextEchoRequest({ timeoutMs: 60_000 });
}

/** Proves that the addon still works in this process; afterwards that has what it opens once and keeps. */
export async function expectAlive() {
  const namespace = await Namespace.create();
  const names = (await namespace.links.list()).map(({ name }) => name);
  const forwarding = await namespace.sysctl.get('net.ipv4.ip_forward');
  namespace.close();
  if (!/^[01]$/.test(forwarding)) throw new Error(`a new namespace has ip_forward=${forwarding}`);
  if (names.join() !== 'lo') throw new Error(`a new namespace has the links ${names.join()}`);
}
