// --explain shows before doing; --dry-run shows and does nothing.
import { describe, expect, it } from 'vitest';
import { Explainer } from '../../../src/cli/explain.js';
import type { CommonOptions } from '../../../src/cli/options.js';
import { Output } from '../../../src/cli/output.js';

function stage(options: CommonOptions) {
  const log: string[] = [];
  const sink = { write: (text: string) => log.push(`out ${text.trimEnd()}`) };
  const aside = { write: (text: string) => log.push(`err ${text.trimEnd()}`) };
  const explainer = new Explainer(new Output({ json: options.json, sink, aside, environment: {} }), options);
  const run = async () => {
    const result = await explainer.step(
      () => ['ip link add br0 type bridge'],
      async () => {
        log.push('done');
        return 1;
      },
    );
    explainer.finish();
    return result;
  };
  return { log, run };
}

describe('an explained operation', () => {
  it('is only done where nobody asked', async () => {
    const { log, run } = stage({});
    expect(await run()).toBe(1);
    expect(log).toEqual(['done']);
  });

  it('is shown, then done', async () => {
    const { log, run } = stage({ explain: true });
    await run();
    expect(log).toEqual(['out ip link add br0 type bridge', 'done']);
  });

  it('leaves stdout to the JSON', async () => {
    const { log, run } = stage({ explain: true, json: true });
    await run();
    expect(log).toEqual(['err ip link add br0 type bridge', 'done']);
  });

  it('is not done on a dry run', async () => {
    const { log, run } = stage({ dryRun: true });
    expect(await run()).toBeUndefined();
    expect(log).toEqual(['out ip link add br0 type bridge']);
  });

  it('is data on a dry run with --json', async () => {
    const { log, run } = stage({ dryRun: true, json: true });
    await run();
    expect(log).toHaveLength(1);
    expect(JSON.parse(log[0]?.slice(4) ?? '')).toEqual(['ip link add br0 type bridge']);
  });

  it('says in which namespace its lines are meant', async () => {
    const { log, run } = stage({ dryRun: true, host: 'h1' });
    await run();
    expect(log[0]).toBe('out # in: nsenter --net=/run/netns/h1');
  });
});
