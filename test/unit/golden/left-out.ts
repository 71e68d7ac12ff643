// The captures that no call of ours stands for, by the reason.

export const leftOut: Readonly<Record<string, readonly string[]>> = {
  'there is no look-up verb for routes yet': [
    'ip -4 route get 1.1.1.1',
    'ip -4 route get 1.1.1.1 from 172.16.0.1',
    'ip -4 route get 1.1.1.1 ipproto tcp sport 1024 dport 80',
    'ip -4 route get 1.1.1.1 mark 7',
    'ip -4 route get 1.1.1.1 oif veth2',
    'ip -4 route get fibmatch 1.1.1.1',
    'ip -6 route get fd01::1',
  ],
  'there is no verb that puts a route before another': [
    'ip route prepend 10.0.0.0/8 via 172.16.0.2',
    'ip -6 route prepend fd01::/64 via fd00::2',
  ],
  'links without a master are asked for by an index of -1, which no reference to a link can be': [
    'ip link show nomaster',
  ],
  'ip filters by type itself, where ours asks the kernel to': ['ip route show type blackhole'],
  'without NLM_F_CREATE the kernel adds an address all the same, so that a verb for it would mislead': [
    'ip address change 172.16.0.1/24 dev veth2 metric 10',
  ],
  'a removal takes no kind, and the kernel reads none': ['ip link del dev veth2 type veth'],
};
