// `netplumb down`: a network and everything it switched on, gone. Says what stays, and why.
import { type Namespace, Network, type RemovalReport } from '../index.js';
import { Explainer } from './explain.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

/** Removes `network` from the host. */
export function down(network: string, options: CommonOptions): Promise<number> {
  const output = new Output(options);
  const explainer = new Explainer(output, options);
  return withHost(options.host, async (host) => {
    const report = await explainer.step(
      () => shellLines(network, host),
      () => Network.remove(network, { host }),
    );
    if (report !== undefined) {
      for (const line of removalLines(network, report)) output.line(line);
      output.data({ name: network, removed: true, ...report });
    }
    explainer.finish();
    return EXIT_OK;
  });
}

// Of a network that stands; what is left of another is removed all the same.
async function shellLines(network: string, host: Namespace): Promise<readonly string[]> {
  const net = await Network.open(network, { host });
  try {
    return await net.explainRemove();
  } finally {
    await net.close();
  }
}

/** More are not read; `--json` has them. */
const mostNames = 50;

/** What removing did, in sentences. */
export function removalLines(network: string, { namespaces, ipv6, ...ipv4 }: RemovalReport): string[] {
  const lines = [`network ${network} removed`];
  if (namespaces.length > mostNames) lines.push(`${namespaces.length} namespaces removed`);
  else if (namespaces.length > 0) lines.push(`namespaces removed: ${namespaces.join(', ')}`);
  for (const [setting, report] of [
    ['net.ipv4.ip_forward', ipv4],
    ['net.ipv6.conf.all.forwarding', ipv6],
  ] as const) {
    if (report?.forwarding === 'restored') lines.push(`forwarding put back as it was (${setting})`);
    const why = report?.reason === undefined ? '' : `: ${report.reason}`;
    if (report?.forwarding === 'kept') lines.push(`forwarding stays on (${setting})${why}`);
  }
  return lines;
}
