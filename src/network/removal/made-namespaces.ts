// The namespaces that netplumb made for containers: whether a name still leads to the one it made, who else of ours lives
// there, and giving the name up. The caller holds the host's lock exclusively. Must not know how links are removed.

import { statfsSync } from 'node:fs';
import { NetlinkError } from '../../errors.js';
import { Namespace } from '../../namespace.js';
import { encodeLabel, type HostLinkLabel } from '../formats/label.js';
import { parseLabel } from '../formats/label-reader.js';
import { isReapingGroup } from '../formats/reaping.js';
import { findLink, portOf, type StandingPort } from '../standing.js';

/** A name that still leads to the namespace which netplumb made under it. */
export interface MadeNamespace {
  readonly name: string;
  readonly inode: bigint;
  /** Another container's host end, whose other end is in there too. */
  readonly heir?: StandingPort;
}

/** Where the namespace that netplumb made has its name. */
export function namespaceName({ container, namespaceName }: HostLinkLabel): string {
  return namespaceName ?? container;
}

/** nsfs; linux/magic.h. */
const NSFS_MAGIC = 0x6e73_6673;

/** Whether a namespace has this name. An ordinary file is none: a process was killed before it mounted one, or after unmounting. */
export function leadsToNamespace(name: string): boolean {
  try {
    return statfsSync(`/run/netns/${name}`).type === NSFS_MAGIC;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function opened(name: string): Promise<Namespace | undefined> {
  try {
    return await Namespace.open(name);
  } catch (error) {
    // Removed meanwhile, or something else was put in its place, which is somebody's.
    if (error instanceof NetlinkError && (error.code === 'ENOENT' || error.code === 'EINVAL'))
      return undefined;
    throw error;
  }
}

/**
 * What stands under the name, if netplumb made it: the port's other end is in there. Names are anybody's to take away and give again.
 * @param leaving indexes of host ends that go as well, and inherit nothing
 */
export async function findMade(
  host: Namespace,
  port: StandingPort,
  leaving: ReadonlySet<number>,
): Promise<MadeNamespace | undefined> {
  if (port.label.namespace !== 'created') return undefined;
  const name = namespaceName(port.label);
  const inside = await opened(name);
  if (inside === undefined) return undefined;
  try {
    const links = await inside.links.list({ kind: 'veth' });
    const end = links.find(({ index, link }) => index === port.peer && link === port.index);
    if (end === undefined) return undefined;
    const made = { name, inode: inside.inode };
    for (const { index, link, linkNetNsId } of links) {
      if (link === undefined || leaving.has(link) || linkNetNsId !== end.linkNetNsId) continue;
      const hostEnd = await findLink(host, link);
      const label = parseLabel(hostEnd?.alias);
      if (label?.kind !== 'hostLink' || hostEnd?.link !== index || isReapingGroup(hostEnd.group)) continue;
      return { ...made, heir: portOf(hostEnd, label) };
    }
    return made;
  } finally {
    inside.close();
  }
}

/** Undefined where the name leaves no room: the heir then stays as one that was brought, and the name stands for its owner to remove. */
function labelWithRoom(label: HostLinkLabel): string | undefined {
  try {
    return encodeLabel(label);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Removes the name, or writes into the heir's label that it is netplumb's to remove. True where it was removed. */
export async function giveUp(host: Namespace, { name, inode, heir }: MadeNamespace): Promise<boolean> {
  if (heir !== undefined) {
    const { namespaceName: _, ...label } = heir.label;
    const named = label.container === name ? {} : { namespaceName: name };
    const alias = labelWithRoom({ ...label, ...named, namespace: 'created' });
    if (alias !== undefined) await host.links.set(heir.index, { alias });
    return false;
  }
  const standing = await opened(name);
  const same = standing?.inode === inode;
  standing?.close();
  if (!same) return false;
  try {
    await Namespace.remove(name);
    return true;
  } catch (error) {
    if (error instanceof NetlinkError && (error.code === 'ENOENT' || error.code === 'EINVAL')) return false;
    throw error;
  }
}
