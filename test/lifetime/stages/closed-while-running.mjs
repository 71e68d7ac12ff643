// A handle is closed while jobs on it are running and queued: they are finished, later ones are refused, and then the
// descriptors are gone.
import { Namespace } from 'netplumb';
import { netplumbDescriptors } from './resources.mjs';

const first = await Namespace.create();
await first.links.list();
first.close();
const before = netplumbDescriptors();
for (let round = 0; round < 50; round += 1) {
  const namespace = await Namespace.create();
  const lists = Array.from({ length: 10 }, () => namespace.links.list());
  namespace.close();
  for (const links of await Promise.all(lists)) {
    if (links.length !== 1) throw new Error('a job under way lost its namespace');
  }
  const refused = await namespace.links.list().catch((/** @type {unknown} */ error) => error);
  if (!(refused instanceof TypeError)) throw new Error('a closed handle was used');
  const now = netplumbDescriptors();
  if (now !== before) throw new Error(`${now - before} descriptors left in round ${round}`);
}
