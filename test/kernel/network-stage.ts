// A host for each test of a file about networks, and the handles opened on it, which are closed when the test ends.
import { afterEach, beforeEach } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import { Network } from '../../src/network/network.js';
import type { NetworkOptions } from '../../src/network/options.js';
import { createHost, type Host } from '../support/host.js';
import { removeNamedAfterEach } from './surroundings.js';

export interface NetworkStage {
  readonly host: Host;
  /** A handle on the host. */
  readonly ns: Namespace;
  /** `Network.ensure` on the host: br0, 172.16.0.0/24, and no NAT unless asked for. */
  ensure(options?: Partial<NetworkOptions>): Promise<Network>;
  /** Another handle on a network that stands. */
  open(name?: string): Promise<Network>;
  /** A pool's endpoint, whose namespace is to be closed when the test ends. */
  keepEndpoint<Endpoint extends { readonly namespace: Namespace }>(endpoint: Endpoint): Endpoint;
  /** To be closed when the test ends. */
  keep<Handle extends { close(): void }>(handle: Handle): Handle;
}

/** To be called once in a file, at its top; what it returns is new in each test. */
export function networkStage(): NetworkStage {
  removeNamedAfterEach();
  const now: { host?: Host; ns?: Namespace } = {};
  const networks: Network[] = [];
  const handles: { close(): void }[] = [];
  const need = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error('only within a test');
    return value;
  };
  beforeEach(async () => {
    now.host = createHost();
    now.ns = await Namespace.open(now.host.name);
  });
  afterEach(async () => {
    for (const network of networks.splice(0)) await network.close();
    for (const handle of handles.splice(0)) handle.close();
    now.ns?.close();
  });
  const kept = (network: Network) => {
    networks.push(network);
    return network;
  };
  return {
    get host() {
      return need(now.host);
    },
    get ns() {
      return need(now.ns);
    },
    async ensure(options = {}) {
      const defaults = { name: 'br0', subnets: ['172.16.0.0/24'], nat: false, host: need(now.ns) } as const;
      return kept(await Network.ensure({ ...defaults, ...options }));
    },
    async open(name = 'br0') {
      return kept(await Network.open(name, { host: need(now.ns) }));
    },
    keepEndpoint(endpoint) {
      handles.push(endpoint.namespace);
      return endpoint;
    },
    keep(handle) {
      handles.push(handle);
      return handle;
    },
  };
}
