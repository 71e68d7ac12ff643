// Lists read while another process makes and deletes links in a tight loop: each is whole, or the error that says it could not be.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { NetlinkError } from '../../src/errors.js';
import { Namespace } from '../../src/namespace.js';
import { createHost, type Host } from '../support/host.js';

const staying = 500;

/** Pairs of links that stay, by one `ip`. */
function fill(host: Host): void {
  const lines = Array.from({ length: staying }, (_, i) => `link add left${i} type veth peer name right${i}`);
  host.run('sh', '-c', `echo '${lines.join('\n')}' | ip -batch -`);
}

/** Until it is stopped, a process of its own makes a link and deletes it, again and again, with a pause after each. */
function churn(host: Host, name: string, pause: number): () => Promise<void> {
  const rest = pause === 0 ? ':' : `sleep ${pause}`;
  const script = `while echo 'link add ${name} type bridge'; ${rest}; echo 'link del ${name}'; do ${rest}; done | ip -force -batch -`;
  const child = spawn('nsenter', [`--net=${host.path}`, 'sh', '-c', script], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = once(child, 'exit');
  return async () => {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await ended;
  };
}

it('lists are whole, or refused as changing, while another process changes the links', async () => {
  const host = createHost();
  fill(host);
  const ns = await Namespace.open(host.name);
  const seen = { whole: 0, refused: 0, moving: new Set<string>() };
  const list = async () => {
    try {
      const names = (await ns.links.list()).map(({ name }) => String(name));
      const stayed = names.filter((name) => /^(left|right)\d/.test(name));
      expect(new Set(stayed).size).toBe(2 * staying);
      expect(names.length).toBe(new Set(names).size);
      seen.moving.add(names.filter((name) => name.startsWith('goes')).join());
      seen.whole++;
    } catch (error) {
      if (!(error instanceof NetlinkError)) throw error;
      expect(error).toMatchObject({
        code: 'EAGAIN',
        operation: 'link.list',
        message: expect.stringMatching(/the list changed each of the 6 times it was read/),
      });
      seen.refused++;
    }
  };
  // As fast as can be, which on some machines leaves no list whole; then slower, until some were.
  for (const [pause, ms] of [
    [0, 4_000],
    [0.1, 15_000],
  ] as const) {
    const stops = ['goes0', 'goes1'].map((name) => churn(host, name, pause));
    const enough = () => pause > 0 && seen.whole > 0 && seen.moving.size > 1;
    try {
      for (const end = Date.now() + ms; Date.now() < end && !enough(); ) await list();
    } finally {
      for (const stop of stops) await stop();
    }
  }
  ns.close();
  expect(seen.whole).toBeGreaterThan(0);
  // The links did come and go under the lists.
  expect(seen.moving.size).toBeGreaterThan(1);
  console.log(`lists under churn: ${seen.whole} whole, ${seen.refused} refused`);
});
