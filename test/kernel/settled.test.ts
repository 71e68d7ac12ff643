// When attach resolves, packets pass: the kernel has taken note of the carrier of the port and of the bridge. Lists do not
// make it take note (a get does), so they show how things stood.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Network } from '../../src/network/network.js';
import { createHost } from '../support/host.js';

// Without settling, one attach in five is not ready; a hundred cannot all be by chance.
const networks = 10;
const containers = 5;

let host: Namespace;
beforeEach(async () => {
  host = await Namespace.open(createHost().name);
});
afterEach(() => host.close());

describe('a container just attached', () => {
  it('stands behind a forwarding port, in a namespace made for it and in one brought', async () => {
    const seen: string[] = [];
    for (let round = 0; round < networks; round++) {
      const net = await Network.ensure({ name: 'br0', subnets: ['172.16.0.0/24'], nat: false, host });
      const brought = await Promise.all(Array.from({ length: containers }, () => Namespace.create()));
      for (const [i, namespace] of brought.entries()) {
        for (const options of [{}, { namespace }]) {
          const { hostLink } = await net.attach(
            `nps-${process.pid}-${i}${'namespace' in options ? 'b' : 'a'}`,
            options,
          );
          const ports = host.links.listSync({ master: 'br0' });
          const port = ports.find(({ name }) => name === hostLink);
          seen.push(`${port?.operState} ${(port?.linkInfo?.slaveData as { state?: string })?.state}`);
        }
      }
      await net.remove();
      for (const namespace of brought) namespace.close();
    }
    expect(new Set(seen)).toEqual(new Set(['up forwarding']));
    expect(seen).toHaveLength(networks * containers * 2);
  });
});
