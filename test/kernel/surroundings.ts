// What a kernel test looks at beside the one thing it tests: all that stands on a host, and the names it made on the machine.
// Reads with iproute2 and iptables-save only.
import { existsSync } from 'node:fs';
import { afterEach } from 'vitest';
import { command } from '../support/command.js';
import type { Host } from '../support/host.js';
import { uniqueName } from '../support/unique-name.js';

// Clocks run by themselves, carrier and state follow the other end's, and the kernel numbers peers' namespaces as it meets them.
const restless = /timer|stats|operstate|flags|tentative|linkdown|_netnsid|ifindex|_life_time|tso_max/;

function still<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value, (key, part) => (restless.test(key) ? undefined : part))) as Value;
}

// What the kernel adds when a link's carrier comes, which is some time: the harness' uplink gets a link-local address.
const ownTime = (line: string) =>
  line.startsWith('multicast ff00::/8 ') || /fe80::\S* dev uplink /.test(line);

function routesOf(host: Host, family: '-4' | '-6'): string[] {
  const lines = host.run('ip', family, 'route', 'show', 'table', 'all').trim().split('\n');
  return lines
    .filter((line) => !ownTime(line))
    .map((line) => line.replace(' linkdown', ''))
    .sort();
}

/** Links, addresses, routes, rules and forwarding of a host; two that are equal are the same to a person. */
export function everything(host: Host): Record<string, unknown> {
  return {
    links: still(host.addresses()).map((link) => ({
      ...link,
      addr_info: link.addr_info.filter(({ scope }) => link.ifname !== 'uplink' || scope !== 'link'),
    })),
    routes: routesOf(host, '-4'),
    routes6: routesOf(host, '-6'),
    rules: host.iptables().filter((line) => line.startsWith('-A') || /^:\S+ -/.test(line)),
    forwarding: host.sysctl('net.ipv4.ip_forward'),
  };
}

const named: string[] = [];

/** A name for a namespace that a test will have made; what still stands under it goes when the test ends. */
export function namespaceName(label: string): string {
  const name = uniqueName(label);
  named.push(name);
  return name;
}

/** To be called once by a file that uses namespaceName(). */
export function removeNamedAfterEach(): void {
  afterEach(() => {
    for (const name of named.splice(0))
      if (existsSync(`/run/netns/${name}`)) command('ip', ['netns', 'del', name]);
  });
}

/** The error a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not rejected');
}

/** The error a function throws. */
export function thrown(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('it did not throw');
}
