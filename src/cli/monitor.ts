// `netplumb monitor`: what changes in a namespace, a line for each event, until Ctrl-C.
import { type MonitorGroup, monitorGroups } from '../monitor.js';
import { EXIT_OK, UsageError } from './failure.js';
import { withHost } from './host.js';
import { eventLine, LinkNames } from './monitor-line.js';
import type { CommonOptions } from './options.js';
import { Output } from './output.js';

const ENDINGS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What `ip monitor` calls them, where that differs. */
const ALIASES: Readonly<Record<string, string>> = {
  neigh: 'neighbour',
  nexthop: 'nextHop',
  nsid: 'namespaceId',
};

/** Prints events until a signal ends it, or whoever reads them leaves. */
export function monitor(words: readonly string[], options: CommonOptions): Promise<number> {
  const wanted = words.length === 0 ? monitorGroups : words.map(groupOf);
  const output = new Output(options);
  return withHost(options.host, async (host) => {
    // Links are heard in any case: the others name them by index.
    const events = host.monitor({ groups: [...new Set<MonitorGroup>(['link', ...wanted])] });
    const end = (): void => events.close();
    for (const signal of ENDINGS) process.once(signal, end);
    process.stdout.once('error', end);
    try {
      const names = new LinkNames(await host.links.list());
      for await (const event of events) {
        if (event.object === 'link') names.learn(event);
        if (event.object !== 'monitor' && !wanted.includes(event.object)) continue;
        output.record(event);
        output.line(eventLine(event, names));
        // Who reads slowly shall lose events in the kernel, and be told, not fill our memory.
        await output.drained();
      }
      return EXIT_OK;
    } finally {
      events.close();
      for (const signal of ENDINGS) process.off(signal, end);
      process.stdout.off('error', end);
    }
  });
}

function groupOf(word: string): MonitorGroup {
  const name = ALIASES[word] ?? word;
  const known = monitorGroups.find((group) => group === name);
  if (known !== undefined) return known;
  throw new UsageError(`monitor: no group ${JSON.stringify(word)}; there are ${monitorGroups.join(', ')}`);
}
