// Owns: one rtnetlink socket and the bytes of a send: messages and attributes, appended in order.
// It must not know what the messages mean, nor about namespaces or timing. Nothing is allocated, and every
// failure ends the program: a floor that went wrong has no figure.
#ifndef NETPLUMB_BENCH_NETLINK_H
#define NETPLUMB_BENCH_NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

// All messages of one sendmsg. Sequence numbers are 1, 2, 3, … in the order of appending.
struct batch {
  size_t length;
  unsigned count;
  uint64_t questions;  // a bit for each sequence number that an object answers
  struct nlmsghdr* open;
  _Alignas(8) char bytes[4096];
};

// What an echoed or requested RTM_NEWLINK told.
struct link_seen {
  int index;
  int peer;
};

int netlink_open(void);

void batch_reset(struct batch* batch);
// Begins a message that is acknowledged; `header` is its fixed part (ifinfomsg, ifaddrmsg, rtmsg).
void message(struct batch* batch, uint16_t type, uint16_t flags, const void* header, size_t size);
// Begins a request that its object answers, or an error, and no acknowledgement.
void question(struct batch* batch, uint16_t type, const void* header, size_t size);
void attribute(struct batch* batch, uint16_t type, const void* data, size_t size);
void attribute_string(struct batch* batch, uint16_t type, const char* text);
void attribute_u32(struct batch* batch, uint16_t type, uint32_t value);
void attribute_u8(struct batch* batch, uint16_t type, uint8_t value);
// A nested attribute stays open until nest_end; `raw` bytes may follow its header (VETH_INFO_PEER holds an
// ifinfomsg).
size_t nest_begin(struct batch* batch, uint16_t type);
void nest_end(struct batch* batch, size_t nest);
void raw(struct batch* batch, const void* data, size_t size);

// Sends the batch in one sendmsg and reads one answer per message. `what` names it when the kernel refuses; a
// question may be refused.
struct link_seen exchange(int fd, struct batch* batch, const char* what);

#endif
