// A link that is left in a namespace by a detach of another process: it has the name that is wanted until its process deletes it, or for
// good where that was killed. Knows such a link by its other end, on the host; must not know whose it was.

import { NetlinkError } from '../../errors.js';
import { Namespace, type NamespaceReference } from '../../namespace.js';
import { isReapingGroup } from '../formats/reaping.js';
import { findLink } from '../standing.js';

/** Deletes the link of that name, where it waits for nothing else. */
export async function removeLeftOver(
  host: Namespace,
  place: NamespaceReference | Namespace,
  interfaceName: string,
): Promise<void> {
  const inside = place instanceof Namespace ? place : await Namespace.open(place).catch(ignoreGone);
  if (inside === undefined) return;
  try {
    const link = await findLink(inside, interfaceName);
    if (link?.linkInfo?.kind !== 'veth' || link.link === undefined) return;
    const end = await findLink(host, link.link);
    if (end?.linkInfo?.kind !== 'veth' || end.link !== link.index || !isReapingGroup(end.group)) return;
    await host.links.remove(link.link).catch(ignoreGone);
  } finally {
    if (inside !== place) inside.close();
  }
}

/** What a namespace is opened by may be going: the next try of the attach says what that means. And the link's process may be faster. */
function ignoreGone(error: unknown): undefined {
  if (!(error instanceof NetlinkError)) throw error;
  if (error.operation !== 'namespace.open' && error.code !== 'ENODEV') throw error;
}
