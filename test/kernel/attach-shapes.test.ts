// Steps of attaches that are alike are encoded once: what one of them left in its places must never be found in another, and who listens to
// jobs, or may call one off, gets the same container.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../src/job.js';
import type { Endpoint } from '../../src/network/endpoint.js';
import { linkLocalAddress } from '../../src/network/formats/mac.js';
import type { AttachOptions } from '../../src/network/options.js';
import { Host } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { namespaceName, rejection } from './surroundings.js';

const stage = networkStage();
const subnets = ['172.16.0.0/24', 'fd00:1::/64'];

/** All that an attach decides, read back from both ends. */
function seen({ name, hostLink, interfaceName }: Endpoint) {
  const inside = new Host(name);
  const { altnames, ifalias, mtu } = stage.host.link(hostLink) ?? {};
  const { address } = inside.link(interfaceName) ?? {};
  return {
    claims: [...(altnames ?? [])].sort(),
    label: ifalias,
    mtu,
    mac: address,
    addresses: [...inside.addressesOf(interfaceName)].sort(),
    gateways: (['-4', '-6'] as const).flatMap((family) =>
      inside
        .routes(family)
        .flatMap(({ dst, gateway }) => (gateway === undefined ? [] : [`${dst} ${gateway}`])),
    ),
  };
}

/** The same, by what the caller was told and had asked for. */
function expected(
  { name, addresses, mac, interfaceName }: Endpoint,
  { mtu = 1500, routes = [] }: AttachOptions,
) {
  return {
    claims: [`np1:br0:c:${name}`, ...addresses.map((one) => `np1:br0:${one.replace(/\/.*/, '')}`)].sort(),
    label: `netplumb/1 network=br0 container=${name} addresses=${addresses.join(',')} mac=${mac} if=${interfaceName} netns=created`,
    mtu,
    mac,
    addresses: [...addresses, linkLocalAddress(mac)].sort(),
    gateways: ['default 172.16.0.1', ...routes.map((to) => `${to} 172.16.0.1`), 'default fd00:1::1'],
  };
}

const variants: readonly AttachOptions[] = [
  {},
  { interfaceName: 'a-longer-name' },
  { interfaceName: '255.255.255.100' },
  { interfaceName: '255.255.255.200' },
  { interfaceName: 'np-one' },
  { mac: '02:00:00:00:01:07' },
  { address: '172.16.0.200' },
  { address: ['172.16.0.9', 'fd00:1::abcd:ef01:2345'] },
  { mtu: 1400 },
  { routes: ['10.9.0.0/16'] },
  { isolated: true, hairpin: true },
];

it('refuses a name that a namespace cannot have, whichever way it goes', async () => {
  const network = await stage.ensure();
  for (const options of [undefined, { signal: new AbortController().signal }]) {
    const error = await rejection(network.attach('two..dots', options));
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ message: "namespace name: must not hold '..'" });
  }
});

describe('attaches of one shape and of others in turn', () => {
  it('have each what they were told', async () => {
    const network = await stage.ensure({ subnets });
    for (const round of [1, 2]) {
      for (const [i, options] of variants.entries()) {
        const name = namespaceName(`${'c'.repeat(i * round + 1)}${round}`);
        const endpoint = await network.attach(name, options);
        expect(seen(endpoint), JSON.stringify(options)).toEqual(expected(endpoint, options));
        await network.detach(name, { wait: true });
      }
    }
  });

  it('may be more than are kept', async () => {
    const network = await stage.ensure({ subnets });
    const items = Array.from({ length: 40 }, (_, i) => ({
      container: namespaceName(`m${i}`),
      mtu: 1300 + i,
    }));
    for (const { container, ...options } of [...items, { container: namespaceName('again'), mtu: 1300 }]) {
      const endpoint = await network.attach(container, options);
      expect(seen(endpoint)).toEqual(expected(endpoint, options));
    }
  });

  it('are the same for who listens, and for who may call them off', async () => {
    const network = await stage.ensure({ subnets });
    const published: JobEvent[] = [];
    const note = (event: unknown) => published.push(event as JobEvent);
    const heard = namespaceName('heard');
    const cancellable = namespaceName('cancellable');
    subscribe('netplumb:job', note);
    const first = await network.attach(heard).finally(() => unsubscribe('netplumb:job', note));
    const second = await network.attach(cancellable, { signal: new AbortController().signal });
    for (const endpoint of [first, second]) expect(seen(endpoint)).toEqual(expected(endpoint, {}));
    // What was written while the namespace was in the making is published too.
    expect(published.map(({ operations }) => operations)).toContainEqual([
      'namespace.create',
      'link.add',
      'link.set',
      'altName.add',
      'altName.add',
      'altName.add',
      'sysctl.set',
      'link.set',
      'link.set',
      'link.set',
      'address.add',
      'address.add',
      'address.add',
      'route.add',
      'route.add',
      'link.settle',
      'link.settle',
    ]);
  });
});
