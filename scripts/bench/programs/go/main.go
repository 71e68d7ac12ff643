// A cold attach with github.com/vishvananda/netlink, as programs that use it do it: a named namespace, a veth pair made on
// the host, its peer moved, one request per step; no claims, label or lock. Arguments: BRIDGE GATEWAY; the work list on
// standard input. Prints what timing.mjs reads.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"net"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

type container struct {
	name, address, prefix, hostLink string
}

const peerName = "npbenchpeer" // never two at once: the loop is sequential

func check(err error, what string) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

func readWorkList() []container {
	var list []container
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		list = append(list, container{fields[0], fields[1], fields[2], fields[4]})
	}
	check(lines.Err(), "work list")
	return list
}

func attach(home netns.NsHandle, bridge netlink.Link, gateway net.IP, c container) {
	inside, err := netns.NewNamed(c.name) // enters it
	check(err, "namespace")
	defer inside.Close()
	check(netns.Set(home), "go home")

	attributes := netlink.NewLinkAttrs()
	attributes.Name = c.hostLink
	check(netlink.LinkAdd(&netlink.Veth{LinkAttrs: attributes, PeerName: peerName}), "veth")
	port, err := netlink.LinkByName(c.hostLink)
	check(err, "find the host end")
	peer, err := netlink.LinkByName(peerName)
	check(err, "find the peer")
	check(netlink.LinkSetNsFd(peer, int(inside)), "move the peer")
	check(netlink.LinkSetMaster(port, bridge), "set the master")
	check(netlink.LinkSetUp(port), "set the host end up")

	there, err := netlink.NewHandleAt(inside)
	check(err, "handle")
	defer there.Delete()
	end, err := there.LinkByName(peerName)
	check(err, "find the end")
	check(there.LinkSetName(end, "eth0"), "rename the end")
	lo, err := there.LinkByName("lo")
	check(err, "find lo")
	check(there.LinkSetUp(lo), "set lo up")
	address, err := netlink.ParseAddr(c.address + "/" + c.prefix)
	check(err, "parse the address")
	check(there.AddrAdd(end, address), "add the address")
	check(there.LinkSetUp(end), "set the end up")
	route := netlink.Route{LinkIndex: end.Attrs().Index, Gw: gateway}
	check(there.RouteAdd(&route), "add the default route")
}

func main() {
	runtime.LockOSThread()
	home, err := netns.Get()
	check(err, "home")
	bridge, err := netlink.LinkByName(os.Args[1])
	check(err, "bridge")
	gateway := net.ParseIP(os.Args[2])
	list := readWorkList()
	durations := make([]int64, len(list))
	begun := time.Now()
	for i, c := range list {
		start := time.Now()
		attach(home, bridge, gateway, c)
		durations[i] = time.Since(start).Nanoseconds()
	}
	total := time.Since(begun).Nanoseconds()
	result := map[string]interface{}{"total_ns": total, "durations_ns": durations}
	check(json.NewEncoder(os.Stdout).Encode(result), "print")
}
