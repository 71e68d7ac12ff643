// A job that could be aborted keeps nothing once it is over: what it made goes when its handle is closed, not when the means to
// abort it are collected.
import { Namespace, Plan } from 'netplumb';
import { netplumbDescriptors } from './resources.mjs';

const { signal } = new AbortController();

async function makeAndClose() {
  const plan = new Plan();
  const planned = plan.createNamespace();
  (await plan.run({ signal })).namespace(planned).close();
}

await makeAndClose();
(await Namespace.current()).close();
const before = netplumbDescriptors();
for (let round = 0; round < 20; round += 1) await makeAndClose();
const left = netplumbDescriptors() - before;
if (left > 0) throw new Error(`${left} descriptors left`);
