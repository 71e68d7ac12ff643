// Handles that nobody closed are collected with their descriptors; only an anonymous namespace warns, for it goes with them.
import { Namespace } from 'netplumb';
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
await Promise.all(Array.from({ length: 5 }, () => Namespace.create()));
await expectNoGrowth(before);
if (warnings.length === 0 || warnings.some((name) => name !== 'NetplumbWarning')) {
  throw new Error(`warned: ${warnings.join()}`);
}
