// Monitors are left open, one that nobody ever asked and one that was asked before. The process ends by itself.
import { Namespace } from 'netplumb';

const namespace = await Namespace.create();
const [, asked] = [namespace.monitor(), namespace.monitor()];
await namespace.links.add({ kind: 'bridge', name: 'br0' });
await asked.next();
namespace.close();
