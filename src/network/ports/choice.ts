// Whether a port of the host can be had: the host has the address, the container the family, no container the port, and no process
// listens. Finds a free one where none was named. Must not know rules.

import { randomInt } from 'node:crypto';
import { binding } from '../../binding.js';
import { NetworkError } from '../../errors.js';
import type { Namespace } from '../../namespace.js';
import { anyAddress, families } from '../../nat/family.js';
import {
  type Family,
  familyOf,
  isLoopback,
  isOfFamily,
  type PortIntent,
  portText,
  protocolNumbers,
  singleAddress,
} from '../../nat/index.js';
import type { PortBook } from './book.js';

/** IANA's dynamic ports, where no service is registered. */
const firstDynamic = 49_152;
const lastDynamic = 65_535;
const attempts = 200;

/** What a container must have for its port to be published. */
export interface Publisher {
  readonly network: string;
  readonly container: string;
  /** Without prefix. */
  readonly addresses: readonly string[];
}

/**
 * The port with its host port, once it is sure that it can be had.
 * @throws {NetworkError} EPORTTAKEN, ENOHOSTADDRESS
 * @throws {RangeError} where the container has no address of the family
 */
export async function choosePort(
  host: Namespace,
  book: PortBook,
  publisher: Publisher,
  port: PortIntent,
  hostAddresses: () => Promise<ReadonlySet<string>>,
): Promise<PortIntent> {
  const served = servedFamilies(publisher, port);
  const single = singleAddress(port);
  if (single !== undefined && !isLoopback(port) && !(await hostAddresses()).has(single)) {
    throw new NetworkError('ENOHOSTADDRESS', `hostAddress: the host has no address ${single}`);
  }
  if (port.hostPort !== 0) {
    const why = await inTheWay(host, book, port, served);
    if (why !== undefined) throw new NetworkError('EPORTTAKEN', `hostPort: ${portText(port)}: ${why}`);
    return port;
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    const chosen = { ...port, hostPort: randomInt(firstDynamic, lastDynamic + 1) };
    if ((await inTheWay(host, book, chosen, served)) === undefined) return chosen;
  }
  throw new NetworkError('EPORTTAKEN', `hostPort: no free port found from ${firstDynamic} to ${lastDynamic}`);
}

function servedFamilies({ container, addresses }: Publisher, port: PortIntent): readonly Family[] {
  const had = new Set(addresses.map(familyOf));
  const served = families.filter((family) => had.has(family) && isOfFamily(port, family));
  if (served.length === 0)
    throw new RangeError(
      `hostAddress: container ${container} has no address of the family of ${port.hostAddress}`,
    );
  return served;
}

async function inTheWay(
  host: Namespace,
  book: PortBook,
  port: PortIntent,
  served: readonly Family[],
): Promise<string | undefined> {
  const booked = await book.conflict(port);
  if (booked !== undefined)
    return `container ${booked.container} on network ${booked.network} has ${portText(booked.port)}`;
  for (const family of served) {
    const address = port.hostAddress ?? anyAddress[family];
    const { protocol, hostPort, range } = port;
    const taken = binding.firstTakenPort(host.handle, protocolNumbers[protocol], address, hostPort, range);
    if (taken !== undefined) return `a process of the host has ${protocol} port ${taken}`;
  }
  return undefined;
}
