// Containers with github.com/vishvananda/netlink, as its users write it, and well: one handle for the host and one in each container,
// the peer made in its namespace. Arguments: VERB BRIDGE GATEWAY SUBNET PARAMETER; the work list on standard input. Prints what
// timing.mjs reads. Single requests are in operations.go.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

type container struct {
	name, address, prefix, hostLink string
}

type place struct {
	host    *netlink.Handle
	home    netns.NsHandle
	bridge  int
	gateway net.IP
}

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

func (p *place) attach(c container) {
	inside, err := netns.NewNamed(c.name) // enters it
	check(err, "namespace")
	defer inside.Close()
	there, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	check(err, "handle")
	defer there.Delete()
	check(netns.Set(p.home), "go home")

	attributes := netlink.NewLinkAttrs()
	attributes.Name = c.hostLink
	attributes.MasterIndex = p.bridge
	attributes.Flags = net.FlagUp
	veth := &netlink.Veth{LinkAttrs: attributes, PeerName: "eth0", PeerNamespace: netlink.NsFd(inside)}
	check(p.host.LinkAdd(veth), "veth")

	lo, err := there.LinkByName("lo")
	check(err, "find lo")
	check(there.LinkSetUp(lo), "set lo up")
	end, err := there.LinkByName("eth0")
	check(err, "find the end")
	address, err := netlink.ParseAddr(c.address + "/" + c.prefix)
	check(err, "parse the address")
	check(there.AddrAdd(end, address), "add the address")
	check(there.LinkSetUp(end), "set the end up")
	route := netlink.Route{LinkIndex: end.Attrs().Index, Gw: p.gateway}
	check(there.RouteAdd(&route), "add the default route")
}

func (p *place) detach(c container) {
	check(netns.DeleteNamed(c.name), "delete the namespace")
}

func (p *place) attachAndDetach(c container) {
	p.attach(c)
	p.detach(c)
}

// Only lo and the bridge are left.
func (p *place) gone() {
	for {
		links, err := p.host.LinkList()
		check(err, "list")
		if len(links) == 2 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

type timing struct {
	Total     int64   `json:"total_ns"`
	Durations []int64 `json:"durations_ns"`
}

func each(n int, callers int, work func(int), finish func()) timing {
	durations := make([]int64, n)
	waiting := make(chan int, n)
	for i := 0; i < n; i++ {
		waiting <- i
	}
	close(waiting)
	caller := func() {
		for i := range waiting {
			start := time.Now()
			work(i)
			durations[i] = time.Since(start).Nanoseconds()
		}
	}
	begun := time.Now()
	if callers == 1 {
		caller() // on this thread, which is locked
	} else {
		var all sync.WaitGroup
		for k := 0; k < callers; k++ {
			all.Add(1)
			go func() {
				runtime.LockOSThread() // not unlocked: a thread that has been elsewhere must not serve others
				defer all.Done()
				caller()
			}()
		}
		all.Wait()
	}
	finish()
	return timing{time.Since(begun).Nanoseconds(), durations}
}

func (t timing) sharedOut() timing {
	for i := range t.Durations {
		t.Durations[i] = t.Total / int64(len(t.Durations))
	}
	return t
}

func main() {
	runtime.LockOSThread()
	arguments := append(os.Args[1:], "", "", "", "", "")
	verb, link := arguments[0], arguments[1]
	parameter, _ := strconv.Atoi(arguments[4])
	host, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	check(err, "handle")
	nothing := func() {}
	var result timing
	if request, known := operations[verb]; known {
		result = each(parameter, 1, request(host, link), nothing)
	} else {
		home, err := netns.Get()
		check(err, "home")
		bridge, err := host.LinkByName(link)
		check(err, "bridge")
		p := &place{host, home, bridge.Attrs().Index, net.ParseIP(arguments[2])}
		list := readWorkList()
		work := func(do func(container)) func(int) { return func(i int) { do(list[i]) } }
		switch verb {
		case "attach-cold":
			result = each(len(list), 1, work(p.attach), nothing)
		case "concurrent":
			result = each(len(list), parameter, work(p.attach), nothing)
		case "create-destroy":
			result = each(len(list), 1, work(p.attachAndDetach), p.gone)
		case "detach", "tear-down":
			each(len(list), 1, work(p.attach), nothing)
			result = each(len(list), 1, work(p.detach), p.gone)
			if verb == "tear-down" {
				result = result.sharedOut()
			}
		default:
			log.Fatalf("unknown verb %s", verb)
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(result), "print")
}
