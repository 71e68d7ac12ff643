// What an MTU means to the kernel, in bytes.

/** ETH_DATA_LEN of linux/if_ether.h: what links have that are told nothing. */
export const usualMtu = 1500;

/** IPV6_MIN_MTU of linux/ipv6.h: the kernel takes IPv6 off a link that is narrower, its settings too. */
export const leastIpv6Mtu = 1280;
