// A vitest global setup: removes the namespaces of test runs that did not live to remove them.
import { command } from './command.js';
import { namedNamespaces } from './host.js';
import { isRunning, makerOf } from './unique-name.js';

export function setup(): void {
  for (const name of namedNamespaces()) {
    const maker = makerOf(name);
    if (maker !== undefined && !isRunning(maker)) command('ip', ['netns', 'del', name]);
  }
}

export const teardown = setup;
