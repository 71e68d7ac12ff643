// Owns how a port is written on the command line: `[ADDRESS:]HOST[-LAST]:CONTAINER[-LAST][/PROTOCOL]`, and how it is shown.
// Whether it can be published is not known here.
import type { PublishedPort, PublishedReference, PublishOptions } from '../index.js';
import { portText } from '../nat/ports.js';
import { UsageError } from './failure.js';

const shape = /^(?:(\[[^\]]+\]|[\d.]*\.[\d.]*):)?(\d+)(?:-(\d+))?(?::(\d+)(?:-(\d+))?)?(?:\/([a-z]+))?$/;

interface Words {
  readonly hostAddress?: string;
  readonly hostPort: number;
  readonly hostLast: number;
  readonly containerPort?: number;
  readonly containerLast?: number;
  readonly protocol?: string;
}

/** Reads a port to publish. A range is as long on both sides. */
export function readPort(text: string): PublishOptions {
  const { hostAddress, hostPort, hostLast, containerPort, containerLast, protocol } = readWords(text);
  if (containerPort === undefined || containerLast === undefined)
    throw new UsageError(`${text}: HOST:CONTAINER is needed, such as 8080:80`);
  const range = hostLast - hostPort + 1;
  const asLong = containerLast - containerPort + 1;
  if (range !== asLong)
    throw new UsageError(`${text}: ${range} ports of the host, ${asLong} of the container`);
  if (range < 1) throw new UsageError(`${text}: the range goes down`);
  return {
    hostPort,
    containerPort,
    range,
    ...(protocol !== undefined && { protocol: protocol as 'tcp' }), // the library checks it
    ...(hostAddress !== undefined && { hostAddress }),
  };
}

/** Reads which published port is meant: its host port is enough. */
export function readReference(text: string): PublishedReference {
  const { hostAddress, hostPort, protocol } = readWords(text);
  return {
    hostPort,
    ...(protocol !== undefined && { protocol: protocol as 'tcp' }),
    ...(hostAddress !== undefined && { hostAddress }),
  };
}

function readWords(text: string): Words {
  const [whole, address, first, last, inner, innerLast, protocol] = shape.exec(text) ?? [];
  if (whole === undefined)
    throw new UsageError(
      `${text}: not a port; write [ADDRESS:]HOST:CONTAINER[/PROTOCOL], such as 8080:80 or 127.0.0.1:8000-8009:80-89/udp`,
    );
  return {
    hostPort: Number(first),
    hostLast: Number(last ?? first),
    ...(address !== undefined && { hostAddress: address.replace(/^\[|\]$/g, '') }),
    ...(inner !== undefined && { containerPort: Number(inner), containerLast: Number(innerLast ?? inner) }),
    ...(protocol !== undefined && { protocol }),
  };
}

/** As `readPort` reads it. */
export function portWords(port: PublishedPort): string {
  return portText(port);
}
