// Handles that nobody closed are collected with their descriptors; only an anonymous namespace warns, for it goes with them.
import { Namespace, Plan } from 'netplumb';
import { collectGarbage, expectNoGrowth, holdings } from './resources.mjs';

/** @type {string[]} */
const warnings = [];
process.removeAllListeners('warning'); // Node's own, which prints
process.on('warning', ({ name }) => warnings.push(name));

await (await Namespace.current()).links.list();
collectGarbage();
const before = holdings();
await Promise.all(Array.from({ length: 100 }, async () => (await Namespace.current()).links.list()));
await expectNoGrowth(before);
if (warnings.length > 0) throw new Error(`warned: ${warnings.join()}`);
/** @type {(() => Promise<unknown>)[]} */
const makers = [
  () => Namespace.create(),
  () => {
    const plan = new Plan();
    plan.createNamespace();
    return plan.run();
  },
];
for (const make of makers) {
  warnings.length = 0;
  await Promise.all(Array.from({ length: 5 }, make));
  await expectNoGrowth(before);
  if (warnings.length === 0 || warnings.some((name) => name !== 'NetplumbWarning')) {
    throw new Error(`warned: ${warnings.join()}`);
  }
}
