// Owns: the implementation of steps.h. When the library's messages change, these change with them, or the
// ratios measure something else: a kernel test compares the bytes.
#define _GNU_SOURCE
#include "steps.h"

#include <err.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int lock_shared(const char* path) {
  char directory[256];
  snprintf(directory, sizeof directory, "%s", path);
  char* name = strrchr(directory, '/');
  if (name == NULL) errx(1, "%s: not an absolute path", path);
  *name++ = '\0';
  int at = open(directory, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (at < 0) err(1, "%s", directory);
  int fd = openat(at, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0) err(1, "%s", path);
  struct flock announced = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1};
  if (fcntl(fd, F_OFD_GETLK, &announced) < 0 || announced.l_type != F_UNLCK)
    errx(1, "%s: somebody waits for it", path);
  if (flock(fd, LOCK_SH | LOCK_NB) < 0) err(1, "flock %s", path);
  close(at);
  struct stat status;
  if (fstat(fd, &status) < 0 || status.st_nlink == 0) errx(1, "%s was removed", path);
  return fd;
}

static void quiet(struct batch* batch) {
  size_t families = nest_begin(batch, IFLA_AF_SPEC);
  size_t inet6 = nest_begin(batch, AF_INET6);
  attribute_u8(batch, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
  nest_end(batch, inet6);
  nest_end(batch, families);
}

void create_veth(struct batch* batch, const struct work* work, const struct container* c, int namespace_fd) {
  struct ifinfomsg host_end = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  message(batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, &host_end, sizeof host_end);
  attribute_string(batch, IFLA_IFNAME, c->host_link);
  attribute_u32(batch, IFLA_MASTER, (uint32_t)work->bridge);
  attribute_u32(batch, IFLA_NUM_TX_QUEUES, 1);
  attribute_u32(batch, IFLA_NUM_RX_QUEUES, 1);
  size_t info = nest_begin(batch, IFLA_LINKINFO);
  attribute_string(batch, IFLA_INFO_KIND, "veth");
  size_t data = nest_begin(batch, IFLA_INFO_DATA);
  size_t peer = nest_begin(batch, VETH_INFO_PEER);
  struct ifinfomsg container_end = {0};
  raw(batch, &container_end, sizeof container_end);
  attribute_string(batch, IFLA_IFNAME, "eth0");
  attribute(batch, IFLA_ADDRESS, c->mac, sizeof c->mac);
  attribute_u32(batch, IFLA_NUM_TX_QUEUES, 1);
  attribute_u32(batch, IFLA_NUM_RX_QUEUES, 1);
  attribute_u32(batch, IFLA_NET_NS_FD, (uint32_t)namespace_fd);
  nest_end(batch, peer);
  nest_end(batch, data);
  nest_end(batch, info);
}

void label_and_quiet(struct batch* batch, const struct container* c) {
  struct ifinfomsg any = {0};
  message(batch, RTM_NEWLINK, 0, &any, sizeof any);
  attribute_string(batch, IFLA_IFNAME, c->host_link);
  attribute(batch, IFLA_IFALIAS, c->label, strlen(c->label));  // its bytes count: no NUL
  quiet(batch);
}

void claim(struct batch* batch, const struct container* c, const char* name) {
  struct ifinfomsg any = {0};
  message(batch, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL, &any, sizeof any);
  attribute_string(batch, IFLA_IFNAME, c->host_link);
  size_t list = nest_begin(batch, IFLA_PROP_LIST);
  attribute_string(batch, IFLA_ALT_IFNAME, name);
  nest_end(batch, list);
}

void link_up(struct batch* batch, const char* name) {
  struct ifinfomsg up = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  message(batch, RTM_NEWLINK, 0, &up, sizeof up);
  attribute_string(batch, IFLA_IFNAME, name);
}

void quiet_container_end(struct batch* batch) {
  struct ifinfomsg any = {0};
  message(batch, RTM_NEWLINK, 0, &any, sizeof any);
  attribute_string(batch, IFLA_IFNAME, "eth0");
  quiet(batch);
}

void address_and_route(struct batch* batch, const struct work* work, const struct container* c, int index) {
  struct ifaddrmsg address = {
      .ifa_family = AF_INET, .ifa_prefixlen = c->prefix, .ifa_index = (uint32_t)index};
  message(batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address, sizeof address);
  attribute(batch, IFA_LOCAL, &c->address, sizeof c->address);
  attribute(batch, IFA_ADDRESS, &c->address, sizeof c->address);
  struct rtmsg route = {.rtm_family = AF_INET,
                        .rtm_table = RT_TABLE_MAIN,
                        .rtm_protocol = RTPROT_BOOT,
                        .rtm_scope = RT_SCOPE_UNIVERSE,
                        .rtm_type = RTN_UNICAST};
  message(batch, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &route, sizeof route);
  attribute(batch, RTA_GATEWAY, &work->gateway, sizeof work->gateway);
  attribute_u32(batch, RTA_OIF, (uint32_t)index);
}

// Asks the host, from the container, for one of its links: the kernel then acts on that link's carrier. A
// namespace just made calls its first neighbour 0.
void settle(struct batch* batch, int index) {
  struct ifinfomsg link = {.ifi_index = index};
  question(batch, RTM_GETLINK, &link, sizeof link);
  attribute_u32(batch, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  attribute_u32(batch, IFLA_TARGET_NETNSID, 0);
}
