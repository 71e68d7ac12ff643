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

/** Whether it is sure without asking anybody that {@link choosePort} would give the port as it is. */
export function isFree(book: PortBook, { addresses }: Publisher, port: PortIntent): boolean {
  const { hostPort, hostAddress } = port;
  return (
    hostPort !== 0 && hostAddress === undefined && addresses.length > 0 && book.conflict(port) === undefined
  );
}

/**
 * The port with its host port, once it is sure that no container has it; whether a process has one that was named, {@link refuseListened}
 * asks, of all at once.
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
    const booked = book.conflict(port);
    if (booked !== undefined) {
      const { container, network, port: had } = booked;
      throw taken(port, `container ${container} on network ${network} has ${portText(had)}`);
    }
    return port;
  }
  for (let attempt = 0; attempt < attempts; attempt++) {
    const chosen = { ...port, hostPort: randomInt(firstDynamic, lastDynamic + 1) };
    if (book.conflict(chosen) === undefined && listener(host, [[chosen, served]]) === undefined)
      return chosen;
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

/** @throws {NetworkError} EPORTTAKEN where a process of the host has one of the ports */
export function refuseListened(host: Namespace, publisher: Publisher, ports: readonly PortIntent[]): void {
  const found = listener(
    host,
    ports.map((port) => [port, servedFamilies(publisher, port)]),
  );
  if (found === undefined) return;
  const { port, number } = found;
  throw taken(port, `a process of the host has ${port.protocol} port ${number}`);
}

/** The first of the ports, each with its families, that a process has. */
function listener(
  host: Namespace,
  ports: readonly (readonly [port: PortIntent, served: readonly Family[]])[],
): { readonly port: PortIntent; readonly number: number } | undefined {
  const asked = ports.flatMap(([port, served]) =>
    served.map((family) => ({ port, address: port.hostAddress ?? anyAddress[family] })),
  );
  const ranges = asked.map(
    ({ port: { protocol, hostPort, range }, address }) =>
      [protocolNumbers[protocol], address, hostPort, range] as const,
  );
  const [which, number] = binding.firstTakenPort(host.handle, ranges) ?? [];
  const port = which === undefined ? undefined : asked[which]?.port;
  return port === undefined || number === undefined ? undefined : { port, number };
}

function taken(port: PortIntent, why: string): NetworkError {
  return new NetworkError('EPORTTAKEN', `hostPort: ${portText(port)}: ${why}`);
}
