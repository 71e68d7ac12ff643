// Another program deletes what netplumb stands on, at any moment of an attach, a detach or a removal: the call succeeds or says
// what is wrong, never hangs, and gc cleans. The program is `ip`, working without a pause beside the calls.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Network } from '../../src/network/network.js';
import { command } from '../support/command.js';
import { namedNamespaces } from '../support/host.js';
import { networkStage } from './network-stage.js';
import { everything, namespaceName } from './surroundings.js';

const stage = networkStage();
const patienceMs = 20_000;
const fewestRounds = 8;
/** Until there was something to delete at least once: that is chance. */
const mostRounds = 80;

/** What goes, as a shell line inside the host namespace; `$1` is the container's name. */
const deletions: Readonly<Record<string, string>> = {
  'the bridge': 'ip link del br0',
  'a veth': 'ip link del "np1:br0:c:$1"',
  'a namespace': 'ip netns del "$1"',
  'the address of the container': 'ip -n "$1" address flush dev eth0',
  'the address of the bridge': 'ip address flush dev br0',
  'a claim':
    's=1; for c in "np1:br0:c:$1" np1:br0:172.16.0.2 np1:br0:172.16.0.3; do ip link property del dev "$c" altname "$c" && s=0; done; [ "$s" = 0 ]',
};

/** Does it over and over until stopped; then says how often there was something to delete. */
async function meddler(line: string, name: string) {
  const script = `echo; while :; do { ${line}; } && printf x; done 2>/dev/null`;
  const child = spawn('nsenter', [`--net=${stage.host.path}`, 'sh', '-c', script, 'sh', name], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  let printed = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    printed += text;
  });
  await once(child.stdout, 'data');
  return async () => {
    const closed = once(child, 'close');
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await closed;
    return printed.split('x').length - 1;
  };
}

/** How a call ended. @throws when it does not end, or says nothing */
async function settled(call: Promise<unknown>): Promise<void> {
  const hung = Symbol('hung');
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, patienceMs, hung);
  });
  try {
    expect(await Promise.race([call, patience])).not.toBe(hung);
  } catch (error) {
    expect(error).toMatchObject({
      name: expect.stringMatching(/^(NetworkError|NetlinkError)$/),
      code: expect.stringMatching(/^E[A-Z0-9]+$/),
      message: expect.stringMatching(/\w+ \w+/),
    });
  } finally {
    clearTimeout(timer);
  }
}

describe('a program that deletes, without a pause,', () => {
  it.each(Object.entries(deletions))('%s', { timeout: 120_000 }, async (_what, line) => {
    const before = everything(stage.host);
    const name = namespaceName('c');
    const names = namedNamespaces();
    let deleted = 0;
    for (let round = 0; round < fewestRounds || (deleted === 0 && round < mostRounds); round++) {
      await stage.ensure();
      const network = await stage.open();
      const stop = await meddler(line, name);
      try {
        await settled(network.attach(name));
        if (round % 2 === 0) await settled(network.detach(name, { wait: true }));
        else await settled(Network.remove('br0', { host: stage.ns }));
      } finally {
        deleted += await stop();
      }
      // Whatever that left, what follows is as if nobody had meddled.
      const again = await stage.ensure();
      await again.gc({ keep: [] });
      expect(await again.list()).toEqual([]);
      if (namedNamespaces().includes(name)) command('ip', ['netns', 'del', name]);
      await again.attach(name);
      await again.detach(name, { wait: true });
      await again.remove();
      await expect
        .poll(() => ({ host: everything(stage.host), names: namedNamespaces() }), { timeout: 10_000 })
        .toEqual({ host: { ...before, forwarding: expect.anything() }, names });
    }
    expect(deleted).toBeGreaterThan(0);
  });
});
