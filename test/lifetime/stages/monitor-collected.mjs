// Monitors that nobody closes, nor can reach any more, are collected: descriptors and the thread go.
import { Namespace } from 'netplumb';
import { collectGarbage, expectNoGrowth, holdings, threads } from './resources.mjs';

const namespace = await Namespace.create();
await namespace.links.list();
collectGarbage();
const before = holdings();
(() => {
  for (let i = 0; i < 20; i += 1) namespace.monitor();
})();
if (threads('netplumb-watch') !== 1) throw new Error('monitors have a thread, one for all of them');
await expectNoGrowth(before);
if (threads('netplumb-watch') !== 0) throw new Error('the thread is still there');
namespace.close();
