// A wrong combination of kind and options is refused before anything is sent, by the option's path: what test/types/link-kinds.ts
// says of the compiler, for plain JavaScript.

import { describe, expect, it } from 'vitest';
import { binding } from '../../src/binding.js';
import type { LinkAdd, LinkSet } from '../../src/rtnl/link-options.js';
import { addLink, getLink, listLinks, setLink } from '../../src/rtnl/link-requests.js';
import type { Operation } from '../../src/rtnl/operation.js';
import { Slots } from '../../src/rtnl/references.js';

function encoded(operation: Operation<unknown>): void {
  const step = operation.step(0, new Slots());
  if (step.do === 'request') binding.encode(step.object, step.verb, step.value);
}

const add = (options: unknown) => () => encoded(addLink(options as LinkAdd));
const set = (options: unknown) => () => encoded(setLink('eth0', options as LinkSet));

describe('a new link', () => {
  it.each<[what: string, options: object, error: RegExp]>([
    ['a VLAN id on a veth', { kind: 'veth', data: { id: 7 } }, /data\.id is not an option/],
    ['a VLAN id on a dummy', { kind: 'dummy', data: { id: 7 } }, /data: this kind of link has none/],
    [
      "a bridge's option on a VLAN",
      { kind: 'vlan', data: { id: 7, vlanFiltering: true } },
      /data\.vlanFiltering is not an option/,
    ],
    ['a peer of a VLAN', { kind: 'vlan', data: { id: 7 }, peer: { name: 'x' } }, /peer is not an option/],
    [
      'a mode there is not',
      { kind: 'macvlan', data: { mode: 'bridged' } },
      /data\.mode must be one of private, /,
    ],
    [
      'what only the kernel says',
      { kind: 'netkit', data: { primary: true } },
      /data\.primary can only be read/,
    ],
    [
      'a VLAN that is reserved',
      { kind: 'vlan', data: { id: 4095 } },
      /data\.id must be an integer from 0 to 4094/,
    ],
    ['a VXLAN of 25 bits', { kind: 'vxlan', data: { id: 2 ** 24 } }, /data\.id must be an integer from 0 to/],
    [
      'an IPv6 group where IPv4 is meant',
      { kind: 'vxlan', data: { group: 'ff05::1' } },
      /data\.group must be an IPv4 address/,
    ],
    [
      'a name for a target',
      { kind: 'bond', data: { arpIpTargets: ['172.16.0.1', 'gateway'] } },
      /data\.arpIpTargets\.1 must be an IPv4 address/,
    ],
    [
      'half a priority',
      { kind: 'vlan', data: { id: 7, egressQos: [{ from: 1.5, to: 2 }] } },
      /data\.egressQos\.0\.from must be an integer/,
    ],
  ])('refuses %s', (_, options, error) => {
    expect(add({ name: 'x', ...options })).toThrow(error);
  });
});

describe('a change', () => {
  it('refuses the options of another kind of port', () => {
    expect(set({ portKind: 'bond', portData: { isolated: true } })).toThrow(/isolated is not an option/);
    expect(set({ portKind: 'vlan', portData: {} })).toThrow(/this kind of link has none/);
  });
});

describe('reading', () => {
  const step = (operation: Operation<unknown>) => {
    const made = operation.step(0, new Slots());
    return made.do === 'request' ? made.value : undefined;
  };

  it('asks for the counters of address families only where they are wanted', () => {
    expect(step(getLink('eth0'))).toEqual({ name: 'eth0', extMask: ['skipStats'] });
    expect(step(getLink('eth0', { stats: false }))).toEqual({ name: 'eth0', extMask: ['skipStats'] });
    expect(step(getLink('eth0', { stats: true }))).toEqual({ name: 'eth0' });
    expect(step(listLinks({ stats: true, kind: 'vlan' }))).toEqual({ linkInfo: { kind: 'vlan' } });
  });

  it('takes no other word for it', () => {
    const wrong = { stats: 1 } as unknown as { stats: boolean };
    expect(() => getLink('eth0', wrong)).toThrow('link.get: stats must be true or false');
    expect(() => listLinks(wrong)).toThrow('link.list: stats must be true or false');
    expect(() => getLink('eth0', { statistics: true } as object)).toThrow(
      'link.get: statistics is not an option',
    );
  });
});
