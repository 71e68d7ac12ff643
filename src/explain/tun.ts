// `ip tuntap` lines.

import type { Step } from '../binding.js';
import { shellWord } from '../shell-word.js';

/** Nothing where it goes with its descriptor: ip makes only what stays. */
export function explainTun(step: Extract<Step, { do: 'createTun' }>): readonly string[] {
  if (!step.persistent) return [];
  const words = [
    ...(step.name === undefined ? [] : ['dev', shellWord(step.name)]),
    'mode',
    step.ethernet ? 'tap' : 'tun',
    ...(step.owner === undefined ? [] : ['user', String(step.owner)]),
    ...(step.group === undefined ? [] : ['group', String(step.group)]),
    ...(step.packetInformation ? ['pi'] : []),
    ...(step.vnetHeader ? ['vnet_hdr'] : []),
    ...(step.multiQueue ? ['multi_queue'] : []),
  ];
  return [`tuntap add ${words.join(' ')}`];
}
