// `netplumb gc`: what no caller claims of a network, and what crashes left, gone.
import { type GcReport, Network } from '../index.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

export interface GcCommandOptions extends CommonOptions {
  readonly keep: readonly string[];
}

/** Removes what is nobody's from `network`; the containers named in `keep` stay. */
export function gc(network: string, options: GcCommandOptions): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  return withHost(options.host, async (host) => {
    const report = await explainer.step(
      async () => [],
      () => Network.gc(network, { keep: options.keep, host }),
    );
    if (report !== undefined) {
      for (const line of reportLines(report)) output.line(line);
      output.data({ network, ...report });
    }
    explainer.finish();
    return EXIT_OK;
  });
}

/** What went, in sentences. */
export function reportLines({ containers, namespaces, links, networks }: GcReport): string[] {
  const lines: string[] = [];
  if (containers.length > 0) lines.push(`containers removed: ${containers.join(', ')}`);
  if (namespaces.length > 0) lines.push(`namespaces removed: ${namespaces.join(', ')}`);
  if (links > 0) lines.push(`links removed that were no container's: ${links}`);
  if (networks.length > 0) lines.push(`rules removed of networks that are gone: ${networks.join(', ')}`);
  return lines.length > 0 ? lines : ['nothing to remove'];
}
