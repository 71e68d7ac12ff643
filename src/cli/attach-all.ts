// Owns how a command attaches many containers: at once, with a bar for whoever watches; or one after the other where each is
// to be explained first. What an attach is, is Network's business.
import type { AttachOptions, Endpoint, Network, Progress } from '../index.js';
import type { Explainer } from './explain.js';
import { failureLine } from './failure.js';
import type { Output } from './output.js';

/**
 * Attaches all, and resolves with those that were, in the order of `containers`. What failed does not hold up the others: all
 * are named on stderr but the first, which is thrown once the others are told to `made`.
 */
export async function attachAll(
  net: Network,
  containers: readonly string[],
  how: Omit<AttachOptions, 'signal'>,
  { output, explainer, made }: AttachAllStage,
): Promise<void> {
  if (explainer.wanted || containers.length < 2) {
    for (const name of containers) {
      const lines = () => net.explainAttach(name, how);
      const endpoint = await explainer.step(lines, () => net.attach(name, how));
      if (endpoint !== undefined) made(endpoint);
    }
    return;
  }
  const bar = await progressBar(containers.length, output);
  const items = containers.map((container) => ({ ...how, container }));
  const results = await net
    .attachMany(items, bar && { onProgress: (progress) => bar.show(progress) })
    .finally(() => bar?.stop());
  const failures: unknown[] = [];
  for (const result of results) {
    if ('value' in result) made(result.value);
    else failures.push(result.error);
  }
  for (const error of failures.slice(1)) output.complain(failureLine(error));
  if (failures.length > 0) throw failures[0];
}

export interface AttachAllStage {
  readonly output: Output;
  readonly explainer: Explainer;
  readonly made: (endpoint: Endpoint) => void;
}

interface Bar {
  show(progress: Progress): void;
  stop(): void;
}

/** On stderr, where it does not mix with results; none where nobody watches. */
async function progressBar(total: number, output: Output): Promise<Bar | undefined> {
  if (!output.watched) return undefined;
  const { SingleBar, Presets } = await import('cli-progress');
  const bar = new SingleBar(
    {
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
      format: 'attaching {bar} {value}/{total}, {failed} failed, {duration_formatted}',
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { failed: 0 });
  return {
    show: ({ done, failed }) => bar.update(done, { failed }),
    stop: () => bar.stop(),
  };
}
