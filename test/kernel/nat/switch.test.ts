// A network goes from one backend to the other in one call, and back: nothing of the first is left, what is published answers, and a connection
// that was there before lives on.
import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Network } from '../../../src/network/network.js';
import { rulings } from './data-path-rules.js';
import { DataPathStage } from './data-path-stage.js';

const subnets = ['172.16.0.0/24', 'fd00::/64'];

describe.each(rulings.slice(0, 2))('a network that is switched from $name', (ruling) => {
  let stage: DataPathStage;
  const connections: ChildProcess[] = [];
  beforeAll(async () => {
    stage = await DataPathStage.make(ruling, 0);
  });
  afterAll(async () => {
    for (const connection of connections) connection.kill('SIGKILL');
    await stage?.close();
  });

  /** A connection that stays open: says a line, and waits for its echo, each time it is asked. */
  function connection(from: string, address: string, port: number) {
    const script = `const s=require('node:net').connect(${port},'${address}');process.stdin.pipe(s);s.pipe(process.stdout);s.on('error',e=>{console.log('lost '+e.code);process.exit()})`;
    const child = spawn('nsenter', [`--net=/run/netns/${from}`, process.execPath, '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    connections.push(child);
    return async (line: string) => {
      const heard = new Promise<string>((fulfil) =>
        child.stdout?.once('data', (chunk) => fulfil(String(chunk))),
      );
      child.stdin?.write(`${line}\n`);
      const late = new Promise<string>((fulfil) => setTimeout(() => fulfil('nothing'), 4_000));
      return Promise.race([heard, late]);
    };
  }

  function echo(at: string, port: number): Promise<unknown> {
    const script = `require('node:net').createServer(s=>s.pipe(s)).listen(${port},'::',()=>console.log('ready'))`;
    const child = spawn('nsenter', [`--net=/run/netns/${at}`, process.execPath, '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    connections.push(child);
    return new Promise((fulfil) => child.stdout?.once('data', fulfil));
  }

  it('keeps its connections, in and out, there and back', async () => {
    const { host, lan, web } = stage;
    await echo(web, 7);
    await echo(lan.name, 7);
    await stage.network.publish(web, { hostPort: 7_000, containerPort: 7 });
    const ways = [
      connection(lan.name, '192.0.2.2', 7_000),
      connection(lan.name, '2001:db8::2', 7_000),
      connection(web, '192.0.2.1', 7),
      connection(web, '2001:db8::1', 7),
    ];
    const alive = async (word: string) => Promise.all(ways.map((say) => say(word)));
    expect(await alive('before')).toEqual(ways.map(() => 'before\n'));
    const handle = stage.network.host;
    for (const nat of ['nftables', 'iptables', 'nftables'] as const) {
      const switched = await Network.ensure({ name: 'br0', subnets, nat, host: handle });
      expect([switched.created, switched.nat]).toEqual([false, nat]);
      await switched.close();
      expect(await alive(nat)).toEqual(ways.map(() => `${nat}\n`));
      const rules = host.run(`${ruling.name}-save`);
      const elements = host.attempt('nft', 'list', 'set', 'inet', 'netplumb', 'networks').stdout ?? '';
      expect(rules.includes('netplumb/1 br0')).toBe(nat === 'iptables');
      expect(elements.includes('br0')).toBe(nat === 'nftables');
      // And new ones come.
      expect(await stage.askFrom(lan.name, [{ protocol: 'tcp', address: '192.0.2.2', port: 8080 }])).toEqual([
        '192.0.2.1 80',
      ]);
    }
    // Unasked, it stays as it is.
    const same = await Network.ensure({ name: 'br0', subnets, host: handle });
    expect(same.nat).toBe('nftables');
    await same.close();
  });
});
