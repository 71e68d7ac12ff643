// Settling a link: having the kernel act on its carrier now. When both ends of a veth are up, carrier comes; but the first
// end opened, and the bridge behind it, pass packets only after a kernel worker has noticed (net/core/link_watch.c), and
// what is sent before is lost: an ARP request lost costs a second. Asking for a link makes the kernel notice first
// (rtnl_getlink). The question travels in a send that goes out anyway.

import { nothing, type Operation } from './operation.js';
import { type LinkReference, linkTarget } from './references.js';

/** @param netNsId where the link is, as the namespace that is asked calls it; absent: in that namespace itself */
export function settleLink(link: LinkReference, netNsId?: number): Operation<void> {
  const value = {
    index: link,
    extMask: ['skipStats'],
    ...(netNsId === undefined ? {} : { targetNetNsId: netNsId }),
  };
  return {
    step: (slot) => ({
      do: 'request',
      operation: 'link.settle',
      target: linkTarget(link),
      slot,
      object: 'link',
      verb: 'settle',
      value,
    }),
    result: nothing,
    undoable: true,
  };
}
