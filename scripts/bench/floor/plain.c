// The plain floor of a cold attach, of creating and destroying in a loop, and of removing one by one: what
// everyone does, as fast as C can: a default veth pair made in the host namespace, its peer moved, one
// message per send, one acknowledgement each, no claims, no label, no lock. The order is that of the
// well-known Go library's examples and of the container network plugins built on it.
#define _GNU_SOURCE
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>

#include "namespace.h"
#include "netlink.h"
#include "work.h"

static const char* const PEER = "npbenchpeer";  // never two at once: the loop is sequential

static int home;
static int host_socket;
static struct batch batch;

static void create_pair(const struct container* c) {
  struct ifinfomsg end = {0};
  batch_reset(&batch);
  message(&batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &end, sizeof end);
  attribute_string(&batch, IFLA_IFNAME, c->host_link);
  size_t info = nest_begin(&batch, IFLA_LINKINFO);
  attribute_string(&batch, IFLA_INFO_KIND, "veth");
  size_t data = nest_begin(&batch, IFLA_INFO_DATA);
  size_t peer = nest_begin(&batch, VETH_INFO_PEER);
  raw(&batch, &end, sizeof end);
  attribute_string(&batch, IFLA_IFNAME, PEER);
  nest_end(&batch, peer);
  nest_end(&batch, data);
  nest_end(&batch, info);
  exchange(host_socket, &batch, "create the pair");
}

// Begins a change of a link found by name; the caller appends what changes.
static void change(const char* name, unsigned flags) {
  struct ifinfomsg link = {.ifi_flags = flags, .ifi_change = flags};
  batch_reset(&batch);
  message(&batch, RTM_SETLINK, 0, &link, sizeof link);
  attribute_string(&batch, IFLA_IFNAME, name);
}

static int index_of(int socket, const char* name) {
  struct ifinfomsg any = {0};
  batch_reset(&batch);
  message(&batch, RTM_GETLINK, 0, &any, sizeof any);
  attribute_string(&batch, IFLA_IFNAME, name);
  return exchange(socket, &batch, "look up the peer").index;
}

static void rename_link(int socket, int index, const char* name) {
  struct ifinfomsg link = {.ifi_index = index};
  batch_reset(&batch);
  message(&batch, RTM_SETLINK, 0, &link, sizeof link);
  attribute_string(&batch, IFLA_IFNAME, name);
  exchange(socket, &batch, "rename the peer");
}

static void add_address(int socket, const struct container* c, int index) {
  struct ifaddrmsg address = {
      .ifa_family = AF_INET, .ifa_prefixlen = c->prefix, .ifa_index = (uint32_t)index};
  batch_reset(&batch);
  message(&batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address, sizeof address);
  attribute(&batch, IFA_LOCAL, &c->address, sizeof c->address);
  attribute(&batch, IFA_ADDRESS, &c->address, sizeof c->address);
  exchange(socket, &batch, "add the address");
}

static void add_default_route(int socket, const struct work* work, int index) {
  struct rtmsg route = {.rtm_family = AF_INET,
                        .rtm_table = RT_TABLE_MAIN,
                        .rtm_protocol = RTPROT_BOOT,
                        .rtm_scope = RT_SCOPE_UNIVERSE,
                        .rtm_type = RTN_UNICAST};
  batch_reset(&batch);
  message(&batch, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &route, sizeof route);
  attribute(&batch, RTA_GATEWAY, &work->gateway, sizeof work->gateway);
  attribute_u32(&batch, RTA_OIF, (uint32_t)index);
  exchange(socket, &batch, "add the default route");
}

static void attach(const struct work* work, const struct container* c) {
  struct namespace made = namespace_create(c->name, home);

  create_pair(c);
  change(PEER, 0);
  attribute_u32(&batch, IFLA_NET_NS_FD, (uint32_t)made.fd);
  exchange(host_socket, &batch, "move the peer");
  change(c->host_link, 0);
  attribute_u32(&batch, IFLA_MASTER, (uint32_t)work->bridge);
  exchange(host_socket, &batch, "set the master");
  change(c->host_link, IFF_UP);
  exchange(host_socket, &batch, "set the host end up");

  int index = index_of(made.socket, PEER);
  rename_link(made.socket, index, "eth0");
  change("lo", IFF_UP);
  exchange(made.socket, &batch, "set lo up");
  add_address(made.socket, c, index);
  change("eth0", IFF_UP);
  exchange(made.socket, &batch, "set eth0 up");
  add_default_route(made.socket, work, index);

  namespace_close(&made);
}

static void create_and_destroy(const struct work* work, const struct container* c) {
  attach(work, c);
  namespace_unname(c->name);  // the pair goes with it
}

static void delete_pair(const struct work* work, const struct container* c) {
  (void)work;
  struct ifinfomsg any = {0};
  batch_reset(&batch);
  message(&batch, RTM_DELLINK, 0, &any, sizeof any);
  attribute_string(&batch, IFLA_IFNAME, c->host_link);
  exchange(host_socket, &batch, "delete the pair");
}

int main(int argc, char** argv) {
  const char* how = argc == 5 ? argv[4] : "";
  struct work work = work_read(argc == 5 ? 4 : argc, argv);
  home = namespace_current();
  host_socket = netlink_open();
  if (strcmp(how, "create-destroy") == 0) {
    work_run_until_gone(&work, create_and_destroy);
  } else if (strcmp(how, "remove") == 0) {
    for (unsigned i = 0; i < work.count; i++) attach(&work, &work.containers[i]);
    work_run(&work, delete_pair);
  } else {
    work_run(&work, attach);
  }
  return 0;
}
