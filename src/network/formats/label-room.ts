// Owns what is said where a network's label would be too long: by which option, for it is options that fill it. Must not know links.

import { MAX_LABEL_BYTES } from './fields.js';
import { type BridgeLabel, labelFields, labelText } from './label.js';

/** What is as long as one likes, by its key in the label: options, and what is to be put back. */
const options: Readonly<Record<string, string>> = {
  subnets: 'subnets',
  gateway: 'gateway',
  source: 'rules: sourceAddresses',
  exclude: 'rules: exclude',
  from: 'rules: open: from',
  skip: 'exclude',
  range: 'range',
  routes: 'routes',
  links: 'what forwards by itself (net.ipv4.conf.LINK.forwarding)',
  links6: 'what forwards by itself (net.ipv6.conf.LINK.forwarding)',
  ra: 'what takes router advertisements (net.ipv6.conf.LINK.accept_ra)',
};

/** @throws {RangeError} that begins with `where` and names the option that takes most room, where the label is longer than the kernel keeps */
export function checkRoom(label: BridgeLabel, where: string): void {
  const { length } = labelText(label);
  if (length <= MAX_LABEL_BYTES) return;
  const longest = labelFields(label, true)
    .filter(([key]) => key in options)
    .reduce((most, field) => (sizeOf(field) > sizeOf(most) ? field : most));
  throw new RangeError(
    `${where}: ${options[longest[0]]}: takes ${sizeOf(longest)} bytes of the network's label, which has ${MAX_LABEL_BYTES}; all of it would take ${length}`,
  );
}

function sizeOf([key, value]: readonly [string, string]): number {
  return ` ${key}=${value}`.length;
}
