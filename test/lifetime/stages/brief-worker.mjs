// A worker that does some work, waits for it, and ends because nothing is left to do. It closes nothing.
import { Plan } from 'netplumb';

const plan = new Plan();
const planned = plan.createNamespace();
plan.on(planned).links.add({ kind: 'bridge', name: 'br0', up: true });
const namespace = (await plan.run()).namespace(planned);
if ((await namespace.links.list()).length !== 2) throw new Error('expected two links');
