// Owns the demo's story as shell lines: the ones it prints beside each step are the ones it runs for comparison.
// Pure data; who runs or prints them is not known here.

/** Where the story takes place. The names are those of network namespaces below /run/netns. */
export interface Places {
  readonly host: string;
  readonly internet: string;
  readonly containers: readonly string[];
}

/** One process. */
export interface ShellLine {
  /** The namespace it acts in; none for `ip netns add`, which acts on the machine. */
  readonly at?: string;
  readonly words: readonly string[];
  /** Only printed: a ping, or a program that would wait for ever. */
  readonly printedOnly?: true;
}

/** The addresses of the story. */
export const SUBNET = '172.16.0.0/24';
export const GATEWAY = '172.16.0.1';
export const OUTWARD = '203.0.113.1';
export const FAR_END = '203.0.113.2';
export const INTERNET = '1.1.1.1';
export const BRIDGE = 'br0';

/** The address the nth container gets, counted from 0. */
export function containerAddress(index: number): string {
  return `172.16.0.${index + 2}`;
}

function line(at: string, text: string): ShellLine {
  return { at, words: text.split(' ') };
}

/** A host and the internet, joined by a cable. The host's default route leads to the internet; it does not forward. */
export function sandboxLines({ host, internet }: Places): ShellLine[] {
  return [
    { words: ['ip', 'netns', 'add', host] },
    { words: ['ip', 'netns', 'add', internet] },
    line(host, `ip link add uplink type veth peer name eth0 netns ${internet}`),
    line(host, `ip addr add ${OUTWARD}/24 dev uplink`),
    line(host, 'ip link set uplink up'),
    line(internet, `ip addr add ${FAR_END}/24 dev eth0`),
    line(internet, 'ip link set eth0 up'),
    line(internet, 'ip link set lo up'),
    line(internet, `ip addr add ${INTERNET}/32 dev lo`),
    line(host, `ip route add default via ${FAR_END}`),
    line(host, 'sysctl -w net.ipv4.ip_forward=0'),
  ];
}

/** The bridge, and the host's address on it. */
export function networkLines({ host }: Places): ShellLine[] {
  return [
    line(host, `ip link add ${BRIDGE} type bridge`),
    line(host, `ip addr add ${GATEWAY}/24 dev ${BRIDGE}`),
    line(host, `ip link set ${BRIDGE} up`),
  ];
}

/** One container on the bridge. */
export function containerLines({ host, containers }: Places, index: number): ShellLine[] {
  const container = containers[index] ?? '';
  return [
    { words: ['ip', 'netns', 'add', container] },
    line(
      host,
      `ip link add veth${index + 1} master ${BRIDGE} up type veth peer name eth0 netns ${container}`,
    ),
    line(container, `ip addr add ${containerAddress(index)}/24 dev eth0`),
    line(container, 'ip link set eth0 up'),
    line(container, 'ip link set lo up'),
    line(container, `ip route add default via ${GATEWAY}`),
  ];
}

export function showForwardingLines({ host }: Places): ShellLine[] {
  return [line(host, 'sysctl net.ipv4.ip_forward')];
}

export function showRulesLines({ host }: Places): ShellLine[] {
  return [line(host, 'iptables -t nat -S')];
}

/** Only printed: by the shell, NAT is added to the network that stands. */
export function removalLines({ host }: Places): ShellLine[] {
  return [{ ...line(host, `ip link del ${BRIDGE}`), printedOnly: true }];
}

/** The two things that were missing. */
export function natLines({ host }: Places): ShellLine[] {
  return [
    line(host, `iptables -t nat -A POSTROUTING -s ${SUBNET} ! -o ${BRIDGE} -j MASQUERADE`),
    line(host, 'sysctl -w net.ipv4.ip_forward=1'),
  ];
}

export function listNatLines({ host }: Places): ShellLine[] {
  return [line(host, 'iptables -t nat -L -n -v')];
}

export function pingLine(container: string, address: string): ShellLine {
  return { ...line(container, `ping -c 1 -W 1 ${address}`), printedOnly: true };
}

/** What the internet hears of a ping, once forwarding is on for a moment. */
export function listenLines({ host, internet }: Places): ShellLine[] {
  return [line(host, 'sysctl -w net.ipv4.ip_forward=1'), line(internet, 'tcpdump -n icmp')].map((shown) => ({
    ...shown,
    printedOnly: true,
  }));
}

/** A line as somebody at the story's host would type it. */
export function typed({ at, words }: ShellLine, { host }: Places): string {
  const [program = '', ...rest] = words;
  if (at === undefined || at === host) return words.join(' ');
  return program === 'ip' ? `ip -n ${at} ${rest.join(' ')}` : `ip netns exec ${at} ${words.join(' ')}`;
}
