// Two detaches of one container, and a detach beside others' hands: it goes once, and nothing is left.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { networkStage } from './network-stage.js';
import { everything, namespaceName } from './surroundings.js';

const stage = networkStage();

describe('two detaches of one container at once', () => {
  it('by two handles: one at least succeeds, another says that it is not attached, and nothing is left', async () => {
    const [one, other] = [await stage.ensure({ nat: 'iptables' }), await stage.open()];
    const before = everything(stage.host);
    const publish = [{ hostPort: 8080, containerPort: 80 }];
    for (let round = 0; round < 15; round++) {
      const name = namespaceName(`c${round}`);
      await one.attach(name, round % 3 === 0 ? { publish } : {});
      const settled = await Promise.allSettled([one.detach(name), other.detach(name)]);
      expect(settled.map(({ status }) => status)).toContain('fulfilled');
      for (const result of settled)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ENOCONTAINER' });
      expect(await one.list()).toEqual([]);
      expect(existsSync(`/run/netns/${name}`)).toBe(false);
    }
    const last = namespaceName('last');
    await one.attach(last);
    await one.detach(last, { wait: true });
    await expect.poll(() => everything(stage.host), { timeout: 10_000 }).toEqual(before);
  });
});
