// A handle that nobody closed does not hold the event loop open.
import { Namespace } from 'netplumb';

const namespace = await Namespace.current();
await namespace.links.list();
// Still reachable when the loop ends.
Object.assign(globalThis, { namespace });
