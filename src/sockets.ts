// Node's own sockets and servers that live in another namespace: only the descriptor is made there, by an executor thread; the
// JS thread stays where it is. Host names are looked up where the JS thread is, with the host's resolver.

import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP, Server, Socket } from 'node:net';
import { unusable, wrongType } from './argument.js';
import { binding, type NamespaceHandle } from './binding.js';
import { NetlinkError } from './errors.js';
import { unwrap } from './job.js';
import { boolean, type Check, instanceOf, integer, readOptions, string } from './options.js';

/** Where a server listens. */
export interface ListenOptions {
  /** 0 to 65,535; 0, the default, lets the kernel choose: `server.address()` tells. */
  readonly port?: number;
  /** An address of the namespace; all of both families by default, or all of IPv4 where there is no IPv6. */
  readonly host?: string;
  /** Of an IPv6 address: leaves IPv4 to others. False by default. */
  readonly ipv6Only?: boolean;
  /** Connections that may wait to be accepted; 511 by default. The kernel's bound is `net.core.somaxconn`. */
  readonly backlog?: number;
}

/** Where a connection goes. */
export interface ConnectOptions {
  /** An address, or a name, which is looked up on the host, not in the namespace. 'localhost' by default: the namespace's own. */
  readonly host?: string;
  readonly port: number;
  /** Which family's addresses of a name are tried: 4, 6, or 0 (the default) for both, in the resolver's order. */
  readonly family?: 0 | 4 | 6;
  /** The address it comes from; the kernel's choice by default. */
  readonly localAddress?: string;
  readonly localPort?: number;
  /** How long connecting may take, in milliseconds; as long as the kernel tries by default, which is minutes. */
  readonly timeoutMs?: number;
  /** Whether the socket stays writable when the other end is done, as in node:net. False by default. */
  readonly allowHalfOpen?: boolean;
  readonly signal?: AbortSignal;
}

const anyPort = integer(0, 65_535);
const address: Check<string> = (value, option) => {
  const text = string(value, option);
  if (isIP(text) === 0) throw unusable(option, text, 'is not an IP address');
  return text;
};
const name: Check<string> = (value, option) => {
  const text = string(value, option);
  if (text === '' || text.includes('\0')) throw unusable(option, text, 'is neither an address nor a name');
  return text;
};
const family: Check<0 | 4 | 6> = (value, option) => {
  if (value === 0 || value === 4 || value === 6) return value;
  throw wrongType(option, '0, 4 or 6', value);
};

const listenChecks = { port: anyPort, host: address, ipv6Only: boolean, backlog: integer(1, 0x7fff_ffff) };
const connectChecks = {
  host: name,
  family,
  localAddress: address,
  localPort: anyPort,
  timeoutMs: integer(1, 0x7fff_ffff),
  allowHalfOpen: boolean,
  signal: instanceOf(AbortSignal),
};

/** Has a server of node:net, node:http, node:tls… listen in a namespace, and resolves with it when it does. */
export async function listenIn<Listening extends Server>(
  ns: NamespaceHandle,
  server: Listening,
  options: ListenOptions,
): Promise<Listening> {
  if (!(server instanceof Server)) throw wrongType('listen: server', 'a net.Server', server);
  const { port = 0, host, ipv6Only = false, backlog } = readOptions('listen', options, {}, listenChecks);
  if (server.listening) throw new TypeError('listen: server: is listening already');
  const fd = await boundSocket(ns, host, port, ipv6Only);
  const listening = once(server, 'listening'); // rejects where the server emits an error
  server.listen({ fd }, backlog); // beside a descriptor, an option `backlog` would be passed over
  await listening;
  return server;
}

async function boundSocket(
  ns: NamespaceHandle,
  host: string | undefined,
  port: number,
  ipv6Only: boolean,
): Promise<number> {
  if (host !== undefined) return unwrap(await binding.bindSocket(ns, host, port, ipv6Only));
  try {
    return unwrap(await binding.bindSocket(ns, '::', port, ipv6Only));
  } catch (error) {
    const withoutIpv6 = error instanceof NetlinkError && noIpv6.has(error.code);
    if (!withoutIpv6) throw error;
    return unwrap(await binding.bindSocket(ns, '0.0.0.0', port, false));
  }
}

const noIpv6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** A connection from inside a namespace, made: each address of the host is tried in turn, and the last one's error thrown. */
export async function connectIn(ns: NamespaceHandle, options: ConnectOptions): Promise<Socket> {
  const {
    host = 'localhost',
    family = 0,
    ...where
  } = readOptions('connect', options, { port: integer(1, 65_535) }, connectChecks);
  const { timeoutMs, signal } = where;
  const late = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const stop = AbortSignal.any([signal, late].filter((one) => one !== undefined));
  let refusal: unknown;
  for (const address of await addressesOf(host, family)) {
    try {
      stop.throwIfAborted();
      return await connectTo(ns, address, where, stop);
    } catch (error) {
      signal?.throwIfAborted();
      if (late?.aborted === true) throw timedOut(address, where.port, timeoutMs);
      refusal = error;
    }
  }
  throw refusal;
}

async function addressesOf(host: string, family: 0 | 4 | 6): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  return (await lookup(host, { all: true, family })).map(({ address }) => address);
}

async function connectTo(
  ns: NamespaceHandle,
  host: string,
  { port, localAddress, localPort, allowHalfOpen = false }: Omit<ConnectOptions, 'host' | 'family'>,
  stop: AbortSignal,
): Promise<Socket> {
  const fd = unwrap(await binding.openSocket(ns, isIP(host) === 6 ? 6 : 4));
  const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen });
  // A socket that has a descriptor connects that one.
  socket.connect({
    host,
    port,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(localPort === undefined ? {} : { localPort }),
  });
  try {
    await once(socket, 'connect', { signal: stop });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function timedOut(address: string, port: number, timeoutMs: number | undefined): Error {
  const error = new Error(`connect ETIMEDOUT ${address}:${port} (no answer in ${timeoutMs} ms)`);
  return Object.assign(error, { code: 'ETIMEDOUT', syscall: 'connect', address, port });
}
