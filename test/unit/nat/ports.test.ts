import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPort,
  conflicts,
  type PortIntent,
  type PublishOptions,
  portText,
} from '../../../src/nat/ports.js';

const port = (given: Partial<PublishOptions> = {}): PortIntent =>
  checkPort({ hostPort: 8080, containerPort: 80, ...given });

describe('a published port', () => {
  it('is tcp, on every address, and one, unless said otherwise', () => {
    expect(port()).toEqual({ protocol: 'tcp', hostPort: 8080, containerPort: 80, range: 1 });
    expect(portText(port())).toBe('8080:80/tcp');
    const odd = { protocol: 'udp', hostAddress: '2001:DB8:0::1', range: 10 } as const;
    expect(portText(port(odd))).toBe('[2001:db8::1]:8080-8089:80-89/udp');
  });

  it.each<[string, unknown, RegExp]>([
    ['a host port beyond 65,535', { hostPort: 65_536, containerPort: 80 }, /^publish: hostPort: /],
    ['a negative host port', { hostPort: -1, containerPort: 80 }, /^publish: hostPort: /],
    ['a container port of 0', { hostPort: 80, containerPort: 0 }, /^publish: containerPort: /],
    ['a port with a fraction', { hostPort: 80.5, containerPort: 80 }, /^publish: hostPort: /],
    ['a port as text', { hostPort: '80', containerPort: 80 }, /^publish: hostPort: /],
    ['no container port', { hostPort: 80 }, /^publish: option containerPort is missing/],
    ['a range beyond the last port', { hostPort: 65_530, containerPort: 80, range: 7 }, /^publish: range: /],
    [
      'a range beyond the container’s last',
      { hostPort: 80, containerPort: 65_535, range: 2 },
      /^publish: range: /,
    ],
    ['a range from any free port on', { hostPort: 0, containerPort: 80, range: 2 }, /^publish: hostPort: /],
    ['an empty range', { hostPort: 80, containerPort: 80, range: 0 }, /^publish: range: /],
    ['an unknown protocol', { hostPort: 80, containerPort: 80, protocol: 'icmp' }, /^publish: protocol: /],
    ['a host name', { hostPort: 80, containerPort: 80, hostAddress: 'localhost' }, /^publish: hostAddress: /],
    [
      'an address with a prefix',
      { hostPort: 80, containerPort: 80, hostAddress: '10.0.0.1/8' },
      /^publish: hostAddress: /,
    ],
    [
      'an address with a zone',
      { hostPort: 80, containerPort: 80, hostAddress: 'fe80::1%lo' },
      /^publish: hostAddress: /,
    ],
    [
      'a mapped address',
      { hostPort: 80, containerPort: 80, hostAddress: '::ffff:10.0.0.1' },
      /^publish: hostAddress: /,
    ],
    ['an option nobody knows', { hostPort: 80, containerPort: 80, ip: '' }, /^publish: unknown option/],
    ['nothing', undefined, /^publish: options: must be an object/],
    ['a number', 80, /^publish: options: must be an object/],
  ])('is refused with %s', (_, given, message) => {
    expect(() => checkPort(given)).toThrow(message);
  });

  it('is refused on ::1, saying why and what works', () => {
    expect(() => port({ hostAddress: '::1' })).toThrow(/route_localnet.*take 127\.0\.0\.1/);
    expect(() => port({ hostAddress: '0:0:0:0:0:0:0:1' })).toThrow(/route_localnet/);
  });
});

describe('two ports', () => {
  it.each<[string, Partial<PublishOptions>, Partial<PublishOptions>, boolean]>([
    ['the same', {}, {}, true],
    ['tcp and udp', {}, { protocol: 'udp' }, false],
    ['different ports', {}, { hostPort: 8081 }, false],
    ['the last of a range', { hostPort: 8000, range: 81 }, {}, true],
    ['one beyond a range', { hostPort: 8000, range: 80 }, {}, false],
    ['ranges that overlap', { hostPort: 8000, range: 10 }, { hostPort: 8009, range: 10 }, true],
    ['two addresses', { hostAddress: '192.0.2.1' }, { hostAddress: '192.0.2.2' }, false],
    ['one address and all', { hostAddress: '192.0.2.1' }, {}, true],
    ['one address and all of its family', { hostAddress: '192.0.2.1' }, { hostAddress: '0.0.0.0' }, true],
    ['one address and all of the other family', { hostAddress: '192.0.2.1' }, { hostAddress: '::' }, false],
    ['all of one family and all', { hostAddress: '::' }, {}, true],
    ['loopback and all: loopback must be asked for', { hostAddress: '127.0.0.1' }, {}, false],
    ['loopback twice', { hostAddress: '127.0.0.1' }, { hostAddress: '127.0.0.1' }, true],
    ['two loopback addresses', { hostAddress: '127.0.0.1' }, { hostAddress: '127.0.0.2' }, false],
  ])('%s', (_, a, b, expected) => {
    expect(conflicts(port(a), port(b))).toBe(expected);
    expect(conflicts(port(b), port(a))).toBe(expected);
  });

  it('are in each other’s way exactly where they share a port', () => {
    const any = fc
      .record({ hostPort: fc.integer({ min: 1, max: 60 }), range: fc.integer({ min: 1, max: 20 }) })
      .map(port);
    const taken = ({ hostPort, range }: PortIntent) => Array.from({ length: range }, (_, i) => hostPort + i);
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(conflicts(a, b)).toBe(taken(a).some((one) => taken(b).includes(one)));
      }),
    );
  });
});
