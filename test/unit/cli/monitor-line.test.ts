// Events as lines for people.
import { expect, it } from 'vitest';
import { eventLine, LinkNames } from '../../../src/cli/monitor-line.js';
import type { Link, MonitorEvent } from '../../../src/index.js';

const names = () => new LinkNames([{ index: 1, name: 'lo' }] as Link[]);

function line(event: object, known = names()): string {
  return eventLine(event as MonitorEvent, known);
}

it('names links that it knows, and gives the index of others', () => {
  const value = { family: 'inet', local: '10.0.0.1', address: '10.0.0.1', prefixLength: 24, scope: 'global' };
  const event = { object: 'address', change: 'new' };
  expect(line({ ...event, value: { ...value, index: 1 } })).toBe('address 10.0.0.1/24 dev lo scope global');
  expect(line({ ...event, value: { ...value, index: 7 } })).toBe('address 10.0.0.1/24 dev if7 scope global');
  const known = names();
  known.learn({ object: 'link', change: 'removed', value: { index: 7, name: 'br0' } as Link });
  expect(line({ ...event, value: { ...value, index: 7 } }, known)).toContain('dev br0');
});

it('says what was removed, and that events were lost', () => {
  const value = { index: 3, name: 'br0', flags: ['up'], mtu: 1500, master: 1 };
  expect(line({ object: 'link', change: 'removed', value })).toBe(
    'Deleted link 3: br0 <up> mtu 1500 master lo',
  );
  expect(line({ object: 'monitor', change: 'overrun' })).toMatch(/^overrun: events were lost/);
});

it('has words for a default route, and for several next hops', () => {
  const route = { object: 'route', change: 'new' };
  expect(
    line({ ...route, value: { type: 'unicast', gateway: '10.0.0.1', outputLink: 1, table: 'main' } }),
  ).toBe('route default via 10.0.0.1 dev lo table main');
  const multipath = [{ gateway: '10.0.0.2', index: 1, hops: 0 }, { index: 2 }];
  expect(
    line({
      ...route,
      value: { type: 'blackhole', destination: '10.0.0.0', destinationLength: 8, multipath },
    }),
  ).toBe('route blackhole 10.0.0.0/8 nexthop via 10.0.0.2 dev lo nexthop dev if2');
});

it('shows what it has no words for plainly, and nothing that a terminal would obey', () => {
  const value = { id: 7, name: 'a\u001b[2J', flags: ['x'], data: new Uint8Array(2) };
  expect(line({ object: 'somethingNew', change: 'new', value })).toBe('somethingNew id 7 name a\\x1b[2J');
});
