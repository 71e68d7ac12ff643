// `netplumb watch`: puts back what others take from a network's rules and forwarding, and says so, until Ctrl-C.
import { Network } from '../index.js';
import { EXIT_OK } from './failure.js';
import { withHost } from './host.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

const ENDINGS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Watches over `network`; prints the shell line of each thing it puts back. Ends with the network, or by a signal. */
export function watch(network: string, options: CommonOptions): Promise<number> {
  const output = new Output(options);
  return withHost(options.host, async (host) => {
    const net = await Network.open(network, { host });
    const ending = new AbortController();
    const end = (): void => ending.abort();
    for (const signal of ENDINGS) process.once(signal, end);
    process.stdout.once('error', end);
    try {
      for await (const event of net.watch({ signal: ending.signal })) {
        output.record(event);
        output.line(`${new Date(event.at).toISOString()} put back in ${network}:`);
        for (const line of event.lines) output.line(`  ${line}`);
        await output.drained();
      }
      return EXIT_OK;
    } finally {
      for (const signal of ENDINGS) process.off(signal, end);
      process.stdout.off('error', end);
      await net.close();
    }
  });
}
