// Single requests. The same names and addresses as in operations.mjs.
package main

import (
	"fmt"
	"net"

	"github.com/vishvananda/netlink"
)

type request func(host *netlink.Handle, link string) func(int)

func address(i int) *net.IPNet {
	return &net.IPNet{IP: net.IPv4(10, 1, byte(i>>8), byte(i)), Mask: net.CIDRMask(32, 32)}
}

func find(host *netlink.Handle, name string) netlink.Link {
	link, err := host.LinkByName(name)
	check(err, "find "+name)
	return link
}

var operations = map[string]request{
	"link-add": func(host *netlink.Handle, _ string) func(int) {
		return func(i int) {
			attributes := netlink.NewLinkAttrs()
			attributes.Name = fmt.Sprintf("op%d", i)
			check(host.LinkAdd(&netlink.Bridge{LinkAttrs: attributes}), "add a bridge")
		}
	},
	"link-set": func(host *netlink.Handle, link string) func(int) {
		target := find(host, link)
		return func(i int) {
			if i%2 == 0 {
				check(host.LinkSetUp(target), "set up")
			} else {
				check(host.LinkSetDown(target), "set down")
			}
		}
	},
	"address-add": func(host *netlink.Handle, link string) func(int) {
		target := find(host, link)
		return func(i int) { check(host.AddrAdd(target, &netlink.Addr{IPNet: address(i)}), "add an address") }
	},
	"route-add": func(host *netlink.Handle, link string) func(int) {
		index := find(host, link).Attrs().Index
		return func(i int) {
			check(host.RouteAdd(&netlink.Route{LinkIndex: index, Dst: address(i), Scope: netlink.SCOPE_LINK}), "add a route")
		}
	},
	"link-get": func(host *netlink.Handle, _ string) func(int) {
		return func(i int) { find(host, fmt.Sprintf("port%d", i*7%1023)) }
	},
	"links-list": func(host *netlink.Handle, _ string) func(int) {
		return func(int) {
			_, err := host.LinkList()
			check(err, "list")
		}
	},
}
