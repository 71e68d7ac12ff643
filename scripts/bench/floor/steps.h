// Owns: the messages of the library's attach, one function for each group of them, appended to a batch; and
// its lock. It must not know in which order they are sent, nor what is timed.
#ifndef NETPLUMB_BENCH_STEPS_H
#define NETPLUMB_BENCH_STEPS_H

#include "netlink.h"
#include "work.h"

// Locked until closed.
int lock_shared(const char* path);

// On the host.
void create_veth(struct batch* batch, const struct work* work, const struct container* c, int namespace_fd);
void label_and_quiet(struct batch* batch, const struct container* c);
void claim(struct batch* batch, const struct container* c, const char* name);

// The setting by which the container's end takes no router advertisements, and its value.
#define DEAFNESS "sys/net/ipv6/conf/eth0/accept_ra"
#define DEAF "0\n"

// In the container; `index` is that of its end.
void link_up(struct batch* batch, const char* name);
void quiet_container_end(struct batch* batch);
void address_and_route(struct batch* batch, const struct work* work, const struct container* c, int index);
// Asks the host, from the container, for one of its links: the kernel then acts on that link's carrier. A
// namespace just made calls its first neighbour 0.
void settle(struct batch* batch, int index);

#endif
