// Owns the two address families, for rules and intents alike. Must not know anything else.

/** 4: IPv4, iptables; 6: IPv6, ip6tables. */
export type Family = 4 | 6;

export const families: readonly Family[] = [4, 6];

/** The family of an address or CIDR that was checked: only IPv6 has colons. */
export function familyOf(text: string): Family {
  return text.includes(':') ? 6 : 4;
}

/** What never leaves a machine, as CIDR. */
export const loopback: Readonly<Record<Family, string>> = { 4: '127.0.0.0/8', 6: '::1/128' };

/** Every address of a family, as a socket is bound to. */
export const anyAddress: Readonly<Record<Family, string>> = { 4: '0.0.0.0', 6: '::' };
