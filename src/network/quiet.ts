// Links that say nothing by themselves: what every link of a network is told about IPv6.

import { existsSync } from 'node:fs';
import { leastIpv6Mtu } from './mtu.js';

/**
 * No link-local address is made, so no port sends reports that the bridge copies to all others (mean attach at 1,000
 * containers: 8-17 ms with, 2 ms without). A link that carries no IPv6 refuses to be told. `addrgenmode none`
 * @param mtu undefined where the kernel chooses
 */
export function quiet(mtu: number | undefined): { afSpec?: { inet6: { addressGenerationMode: 'none' } } } {
  return carriesIpv6(mtu) ? { afSpec: { inet6: { addressGenerationMode: 'none' } } } : {};
}

/** What makes a link take no router advertisements: another container's router must not become this one's, or the host's. */
export function deafness(link: string): readonly [name: string, value: number] {
  return [linkSetting(6, link, 'accept_ra'), 0];
}

/** The name of a link's setting, as sysctl(8) takes it: a dot in the link's name would part the words. */
export function linkSetting(family: 4 | 6, link: string, setting: string): string {
  const words = ['net', `ipv${family}`, 'conf', link, setting];
  return words.join(link.includes('.') ? '/' : '.');
}

/** Whether the kernel has IPv6 on a link of that MTU. */
export function carriesIpv6(mtu: number | undefined): boolean {
  return hasIpv6() && (mtu === undefined || mtu >= leastIpv6Mtu);
}

/** Whether the kernel has IPv6. */
export function hasIpv6(): boolean {
  known ??= existsSync('/proc/sys/net/ipv6');
  return known;
}

// The kernel's, not a namespace's: looked at once.
let known: boolean | undefined;
