// An event as a line for people, in `ip monitor`'s words where it has them. Pure.
import type { Address, Link, MonitorEvent, ObjectEvent, Route } from '../index.js';
import { oneLine } from './failure.js';

/** What links are called, for events that know them by index only. */
export class LinkNames {
  readonly #names = new Map<number, string>();

  constructor(links: Iterable<Link>) {
    for (const { index, name } of links) this.#names.set(index, name ?? '');
  }

  /** A link that is gone keeps its name here: what hung on it is told later. */
  learn({ value: { index, name } }: ObjectEvent<'link'>): void {
    this.#names.set(index, name ?? '');
  }

  of(index: number): string {
    return this.#names.get(index) ?? `if${index}`;
  }
}

type Words = readonly (string | number | undefined | false)[];

/** One line; a removal begins with `Deleted`. */
export function eventLine(event: MonitorEvent, names: LinkNames): string {
  if (event.object === 'monitor') return 'overrun: events were lost; what follows leads to what is true now';
  const describe = (words as Readonly<Record<string, unknown>>)[event.object] as
    | ((value: unknown, names: LinkNames) => Words)
    | undefined;
  const said = describe?.(event.value, names) ?? Object.entries(event.value).flatMap(plainly);
  const deleted = event.change === 'removed' && 'Deleted';
  return oneLine(
    [deleted, event.object, ...said]
      .filter((word) => word !== undefined && word !== false && word !== '')
      .join(' '),
  );
}

const words = {
  link: (link: Link, names: LinkNames): Words => [
    `${link.index}:`,
    link.name,
    `<${link.flags.join(',')}>`,
    ...pair('kind', link.linkInfo?.kind),
    ...pair('mtu', link.mtu),
    ...pair('master', link.master && names.of(link.master)),
    ...pair('state', link.operState),
    ...pair('address', link.address),
    ...pair('alias', link.alias && JSON.stringify(link.alias)),
  ],
  address: (address: Address, names: LinkNames): Words => [
    `${address.local ?? address.address}/${address.prefixLength}`,
    ...pair('peer', address.local !== undefined && address.local !== address.address && address.address),
    ...pair('dev', names.of(address.index)),
    ...pair('scope', address.scope),
    ...(address.flags ?? []),
  ],
  route: (route: Route, names: LinkNames): Words => [
    route.type !== 'unicast' && route.type,
    route.destination === undefined ? 'default' : `${route.destination}/${route.destinationLength}`,
    ...pair('via', route.gateway),
    ...pair('dev', route.outputLink && names.of(route.outputLink)),
    ...(route.multipath ?? []).flatMap(({ gateway, index }) => [
      'nexthop',
      ...pair('via', gateway),
      ...pair('dev', index && names.of(index)),
    ]),
    ...pair('nhid', route.nextHopId),
    ...pair('proto', route.protocol),
    ...pair('scope', route.scope),
    ...pair('src', route.preferredSource),
    ...pair('metric', route.priority),
    ...pair('table', route.table),
  ],
};

function pair(word: string, value: string | number | undefined | false): Words {
  return value === undefined || value === false || value === '' ? [] : [word, value];
}

/** What nobody has found better words for: what is text or a number, in the tables' names. */
function plainly([name, value]: readonly [string, unknown]): Words {
  return typeof value === 'string' || typeof value === 'number' ? [name, value] : [];
}
