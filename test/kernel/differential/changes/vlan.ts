// Changes to the VLANs of bridges and their ports. Only where the kernel can filter by them.

import type { BridgeVlanReference } from '../../../../src/rtnl/bridge-vlans.js';
import type { Random } from '../random.js';
import type { Maker, Model } from './model.js';

function reference(random: Random, model: Model): BridgeVlanReference | undefined {
  const link = random.pick(model.links);
  if (link === undefined) return undefined;
  const vid = random.int(1, 4000);
  return {
    link: link.name,
    vid,
    ...(random.chance(0.4) ? { vidEnd: vid + random.int(1, 90) } : {}),
    ...(link.kind === 'bridge' ? { self: true } : {}),
  };
}

export const vlanMakers: readonly Maker[] = [
  {
    what: 'vlan.add',
    weight: 3,
    make(random, model) {
      const which = reference(random, model);
      if (which === undefined) return undefined;
      const pvid = which.vidEnd === undefined && random.chance(0.3);
      const tunnel = which.self !== true && random.chance(0.2) ? random.int(1, 99_999) : undefined;
      const how =
        tunnel === undefined
          ? { ...(pvid ? { pvid } : {}), untagged: random.chance(0.3) }
          : { tunnelId: tunnel };
      return (on) => on.vlans.add({ ...which, ...how });
    },
  },
  {
    what: 'vlan.remove',
    weight: 1,
    make(random, model) {
      const which = reference(random, model);
      return which && ((on) => on.vlans.remove(which));
    },
  },
];
