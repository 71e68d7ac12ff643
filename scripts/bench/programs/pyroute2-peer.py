# Containers and single operations with pyroute2, as its documentation shows: one IPRoute for the host, the peer made in its
# namespace, pushns/popns to open an IPRoute inside. Its NetNS starts a process per namespace, which is slower.
# Arguments: VERB BRIDGE GATEWAY SUBNET N; the work list on standard input. Prints what timing.mjs prints.
import json
import sys
import time

from pyroute2 import IPRoute, netns

verb, bridge, gateway, _, parameter = (sys.argv[1:] + [""] * 5)[:5]
host = IPRoute()


def index(name):
    return host.link_lookup(ifname=name)[0]


def attach(c):
    netns.create(c["name"])
    peer = {"ifname": "eth0", "net_ns_fd": c["name"]}
    host.link("add", ifname=c["link"], kind="veth", peer=peer, master=port_of, state="up")
    netns.pushns(c["name"])
    try:
        with IPRoute() as inside:
            inside.link("set", index=1, state="up")  # lo
            eth0 = inside.link_lookup(ifname="eth0")[0]
            inside.addr("add", index=eth0, address=c["address"], prefixlen=c["prefix"])
            inside.link("set", index=eth0, state="up")
            inside.route("add", dst="default", gateway=gateway)
    finally:
        netns.popns()


def detach(c):
    netns.remove(c["name"])


def attach_detach(c):
    attach(c)
    detach(c)


def gone():
    # Only lo and the bridge are left. Not by pyroute2, for which a list of links is much work.
    while len(open("/proc/self/net/dev").readlines()) > 4:
        time.sleep(0.001)


def read_work_list():
    for line in sys.stdin:
        name, address, prefix, _, link = line.rstrip("\n").split("\t")[:5]
        yield {"name": name, "address": address, "prefix": int(prefix), "link": link}


def each(items, work, finish=lambda: None):
    durations = []
    begun = time.perf_counter_ns()
    for item in items:
        start = time.perf_counter_ns()
        work(item)
        durations.append(time.perf_counter_ns() - start)
    finish()
    return time.perf_counter_ns() - begun, durations


def after_attaching(items, work):
    for item in items:
        attach(item)
    return each(items, work, gone)


def together(timing):
    total, durations = timing
    return total, [total // len(durations)] * len(durations)


if verb in ("attach-cold", "create-destroy", "detach", "tear-down"):
    port_of = index(bridge)
    work_list = list(read_work_list())
    timing = {
        "attach-cold": lambda: each(work_list, attach),
        "create-destroy": lambda: each(work_list, attach_detach, gone),
        "detach": lambda: after_attaching(work_list, detach),
        "tear-down": lambda: together(after_attaching(work_list, detach)),
    }[verb]()
else:
    numbers = range(int(parameter))
    octets = lambda i: "10.1.%d.%d" % (i >> 8, i & 255)
    work = {
        "link-add": lambda i: host.link("add", ifname="op%d" % i, kind="bridge"),
        "link-set": lambda i: host.link("set", index=target, state=("up", "down")[i % 2]),
        "address-add": lambda i: host.addr("add", index=target, address=octets(i), prefixlen=32),
        "route-add": lambda i: host.route("add", dst=octets(i) + "/32", oif=target),
        "link-get": lambda i: host.link("get", ifname="port%d" % (i * 7 % 1023))[0],
        "links-list": lambda i: host.get_links(),
    }[verb]
    target = index(bridge) if bridge else None
    timing = each(numbers, work)
print(json.dumps({"total_ns": timing[0], "durations_ns": timing[1]}))
