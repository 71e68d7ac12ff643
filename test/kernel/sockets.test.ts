// Node's servers and sockets in other namespaces, with the JS thread at home: what listens and connects where is read by ss.
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { Agent, createServer as createHttpServer, get, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Namespace } from '../../src/namespace.js';
import type { ConnectOptions } from '../../src/sockets.js';
import { run } from '../support/cli-stage.js';
import { createHost, type Host } from '../support/host.js';
import { rejection } from './surroundings.js';

let host: Host;
let ns: Namespace;
const servers: Server[] = [];
beforeEach(async () => {
  host = createHost('sockets');
  ns = await Namespace.open(host.name);
});
afterEach(async () => {
  ns.close();
  for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed));
});

/** A server that says a word to whoever comes, and closes. */
function greeter(word = 'hello'): Server {
  const server = createServer((socket) => socket.end(word));
  servers.push(server);
  return server;
}

const portOf = (server: Server | HttpServer) => (server.address() as AddressInfo).port;
const listeners = () => host.run('ss', '-Hltn');

async function greeting(options: ConnectOptions): Promise<string> {
  return text(await ns.connect(options));
}

describe('listen', () => {
  it('has a server accept connections in the namespace, and only there', async () => {
    const home = readlinkSync('/proc/self/ns/net');
    const server = await ns.listen(greeter(), { port: 8080 });
    expect(readlinkSync('/proc/self/ns/net')).toBe(home);
    expect(server.address()).toMatchObject({ port: 8080 });
    expect(listeners()).toMatch(/\*:8080 /);
    expect(
      await run('nsenter', `--net=${host.path}`, 'bash', '-c', 'cat < /dev/tcp/127.0.0.1/8080'),
    ).toMatchObject({
      stdout: 'hello',
    });
    expect(createHost('other').run('ss', '-Hltn')).toBe('');
  });

  it('lets the kernel choose a port, and takes an address, a backlog and one family', async () => {
    const any = await ns.listen(greeter());
    expect(portOf(any)).toBeGreaterThan(0);
    const local = await ns.listen(greeter(), { host: '127.0.0.1', port: 8081, backlog: 7 });
    expect(local.address()).toEqual({ address: '127.0.0.1', family: 'IPv4', port: 8081 });
    await ns.listen(greeter('six'), { host: '::', port: 8082, ipv6Only: true });
    await ns.listen(greeter('four'), { host: '0.0.0.0', port: 8082 });
    expect(listeners()).toMatch(/0 +7 +127\.0\.0\.1:8081 /);
    expect(await greeting({ host: '127.0.0.1', port: 8082 })).toBe('four');
    expect(await greeting({ host: '::1', port: 8082 })).toBe('six');
  });

  it('listens on IPv4 where the namespace has no IPv6 address', async () => {
    host.setSysctl('net.ipv6.conf.all.disable_ipv6', 1);
    await ns.listen(greeter(), { port: 8083 });
    expect(await greeting({ host: '127.0.0.1', port: 8083 })).toBe('hello');
  });

  it('rejects with EADDRINUSE and EADDRNOTAVAIL, and leaves no descriptor', async () => {
    await ns.listen(greeter(), { port: 8080 });
    expect(await rejection(ns.listen(greeter(), { port: 8080 }))).toMatchObject({
      name: 'NetlinkError',
      code: 'EADDRINUSE',
      operation: 'listen',
      target: ':: port 8080',
    });
    expect(await rejection(ns.listen(greeter(), { host: '192.0.2.9' }))).toMatchObject({
      code: 'EADDRNOTAVAIL',
    });
  });

  it.each<[string, unknown, unknown]>([
    ['what is no server', {}, {}],
    ['a port out of range', createServer(), { port: 65_536 }],
    ['a name', createServer(), { host: 'localhost' }],
    ['an unknown option', createServer(), { exclusive: true }],
  ])('rejects %s', async (_what, server, options) => {
    expect(String(await rejection(ns.listen(server as Server, options as object)))).toMatch(
      /^(Type|Range)Error: listen: /,
    );
  });
});

describe('connect', () => {
  it('comes from the namespace, as its own address and port', async () => {
    host.run('ip', 'address', 'add', '192.0.2.1/24', 'dev', 'lo');
    let from: Partial<Socket> = {};
    const server = createServer((socket) => {
      from = { remoteAddress: socket.remoteAddress ?? '', remotePort: socket.remotePort ?? 0 };
      socket.pipe(socket);
    });
    servers.push(server);
    await ns.listen(server, { host: '0.0.0.0', port: 7 });
    const socket = await ns.connect({
      host: '192.0.2.1',
      port: 7,
      localAddress: '127.0.0.1',
      localPort: 4000,
    });
    socket.end('echo');
    expect(await text(socket)).toBe('echo');
    expect(from).toEqual({ remoteAddress: '127.0.0.1', remotePort: 4000 });
  });

  it('looks a name up on the host and tries its addresses in turn', async () => {
    await ns.listen(greeter(), { host: '127.0.0.1', port: 8080 });
    expect(await greeting({ host: 'localhost', port: 8080 })).toBe('hello');
    expect(await greeting({ port: 8080, family: 4 })).toBe('hello');
  });

  it('rejects with ECONNREFUSED where nobody listens in there, even if somebody does at home', async () => {
    const server = greeter();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    expect(await rejection(ns.connect({ host: '127.0.0.1', port: portOf(server) }))).toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
    });
    expect(await rejection(ns.connect({ host: '1.1.1.1', port: 80 }))).toMatchObject({ code: 'ENETUNREACH' });
  });

  it('gives up after timeoutMs, and at once for an aborted signal', async () => {
    host.run('ip', 'link', 'add', 'br0', 'up', 'type', 'bridge');
    host.run('ip', 'link', 'add', 'v0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 'v1');
    host.run('ip', 'link', 'set', 'v1', 'up');
    host.run('ip', 'address', 'add', '172.16.0.1/24', 'dev', 'br0');
    host.run('ip', 'neighbour', 'add', '172.16.0.9', 'lladdr', '02:00:00:00:00:99', 'dev', 'br0');
    const silent = { host: '172.16.0.9', port: 80 };
    expect(await rejection(ns.connect({ ...silent, timeoutMs: 100 }))).toMatchObject({ code: 'ETIMEDOUT' });
    const reason = new Error('changed my mind');
    const late = new AbortController();
    const pending = rejection(ns.connect({ ...silent, signal: late.signal }));
    setTimeout(() => late.abort(reason), 50);
    expect(await pending).toBe(reason);
    expect(await rejection(ns.connect({ ...silent, signal: AbortSignal.abort(reason) }))).toBe(reason);
  });

  it.each<[string, unknown]>([
    ['no port', { host: '127.0.0.1' }],
    ['port 0', { port: 0 }],
    ['an empty host', { host: '', port: 80 }],
    ['a family that is none', { port: 80, family: 5 }],
    ['a local name', { port: 80, localAddress: 'localhost' }],
    ['an unknown option', { port: 80, path: '/tmp/socket' }],
  ])('rejects %s', async (_what, options) => {
    expect(String(await rejection(ns.connect(options as ConnectOptions)))).toMatch(
      /^(Type|Range)Error: connect: /,
    );
  });

  it('serves HTTP through an agent, and keeps its connections', async () => {
    let connections = 0;
    const server = createHttpServer((request, response) => response.end(request.headers.host));
    server.on('connection', () => connections++);
    servers.push(server);
    await ns.listen(server, { host: '127.0.0.1', port: 80 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.createConnection = ((
      { host, port }: ConnectOptions,
      done: (error: unknown, socket?: Socket) => void,
    ) => {
      ns.connect({ host: host ?? 'localhost', port: Number(port) }).then(
        (socket) => done(null, socket),
        done,
      );
    }) as unknown as Agent['createConnection'];
    for (const _ of [1, 2]) {
      const [response] = await once(get({ host: '127.0.0.1', agent }), 'response');
      expect(await text(response)).toBe('127.0.0.1');
    }
    expect(connections).toBe(1);
    agent.destroy();
  });
});
