#!/bin/bash
# Containers by a shell script of ip, one process per step. Arguments: VERB BRIDGE GATEWAY SUBNET; the work list on standard input.
# Prints what timing.mjs prints; bash reads the clock without a process.
set -eu
verb=$1 bridge=$2 gateway=$3 subnet=$4

attach() { # NAME ADDRESS/PREFIX HOSTLINK
  ip netns add "$1"
  ip link add "$3" master "$bridge" up type veth peer name eth0 netns "$1"
  ip -n "$1" link set lo up
  ip -n "$1" address add "$2" dev eth0
  ip -n "$1" link set eth0 up
  ip -n "$1" route add default via "$gateway"
}

make_network() {
  ip link add "$bridge" type bridge
  ip address add "$gateway/${subnet#*/}" dev "$bridge"
  ip link set "$bridge" up
  iptables -w 5 -t nat -A POSTROUTING -s "$subnet" ! -o "$bridge" -j MASQUERADE
  sysctl -qw net.ipv4.ip_forward=1
}

detach() { ip netns del "$1"; }

attach_detach() {
  attach "$@"
  detach "$@"
}

# The clock has microseconds and, in some locales, a comma.
now() { local t=$EPOCHREALTIME; us=${t/[.,]/}; }

gone() {
  while grep -qvE "^(Inter-| face|[[:space:]]*(lo|$bridge):)" /proc/self/net/dev; do sleep 0.001; done
}

names=() addresses=() links=()
while IFS=$'\t' read -r name address prefix _ link _; do
  names+=("$name") addresses+=("$address/$prefix") links+=("$link")
done

each() { # COMMAND: for every container, timed
  durations=
  now
  begun=$us
  for i in "${!names[@]}"; do
    now
    local start=$us
    "$1" "${names[i]}" "${addresses[i]}" "${links[i]}"
    now
    durations+=,$(((us - start) * 1000))
  done
}

share_out() {
  now
  durations=
  for _ in "${names[@]}"; do durations+=,$(((us - begun) * 1000 / ${#names[@]})); done
}

all() { for i in "${!names[@]}"; do "$1" "${names[i]}" "${addresses[i]}" "${links[i]}"; done; }

case $verb in
  attach-cold) each attach ;;
  create-destroy)
    each attach_detach
    gone
    ;;
  detach)
    all attach
    each detach
    gone
    ;;
  tear-down)
    all attach
    each detach
    gone
    share_out
    ;;
  story)
    now
    begun=$us
    make_network
    all attach
    share_out
    ;;
  *)
    echo "unknown verb $verb" >&2
    exit 2
    ;;
esac
now
echo "{\"total_ns\":$(((us - begun) * 1000)),\"durations_ns\":[${durations#,}]}"
