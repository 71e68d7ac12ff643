import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conflicts } from '../../../src/nat/index.js';
import type { PortIntent } from '../../../src/nat/ports.js';
import { type Booked, BookedPorts } from '../../../src/network/ports/booked-ports.js';

// Few of each, so that they meet.
const port: fc.Arbitrary<PortIntent> = fc
  .record({
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    hostAddress: fc.constantFrom(undefined, '127.0.0.1', '192.0.2.1', '2001:db8::1', '0.0.0.0'),
    hostPort: fc.integer({ min: 8_000, max: 8_007 }),
    range: fc.constantFrom(1, 1, 1, 3),
  })
  .map(({ hostAddress, ...rest }) => ({
    ...rest,
    containerPort: 80,
    ...(hostAddress !== undefined && { hostAddress }),
  }));
const booked = fc.record({
  network: fc.constantFrom('br0', 'br1'),
  container: fc.constantFrom('web', 'db'),
  port,
});

it('finds what looking at every port would find', () => {
  const steps = fc.array(fc.record({ verb: fc.constantFrom('add', 'add', 'remove'), one: booked }));
  fc.assert(
    fc.property(steps, booked, (changes, asked) => {
      const ports = new BookedPorts([]);
      let all: readonly Booked[] = [];
      const isSame = (a: Booked, b: Booked) =>
        a.network === b.network &&
        a.container === b.container &&
        a.port.hostPort === b.port.hostPort &&
        conflicts(a.port, b.port);
      for (const { verb, one } of changes) {
        if (verb === 'add') {
          ports.add(one);
          all = [...all, one];
        } else {
          ports.remove(one);
          all = all.filter((other) => !isSame(one, other));
        }
      }
      expect(new Set(ports.all)).toEqual(new Set(all));
      const { network, container } = asked;
      const its = all.filter((one) => one.network === network && one.container === container);
      expect(ports.portsOf(network, container)).toEqual(its.map((one) => one.port));
      const found = ports.conflict(asked.port);
      const inTheWay = all.filter((one) => conflicts(one.port, asked.port));
      if (inTheWay.length === 0) expect(found).toBeUndefined();
      else expect(inTheWay).toContain(found);
    }),
    { numRuns: 2_000 },
  );
});
