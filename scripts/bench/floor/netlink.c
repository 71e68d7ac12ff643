// Owns: the implementation of netlink.h. It must not know what is being built with it.
#include "netlink.h"

#include <err.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int netlink_open(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) err(1, "socket");
  // The options the library sets, so that opening a socket costs the same here.
  int on = 1, receive_buffer = 1 << 20;
  struct timeval patience = {.tv_sec = 5};
  setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  return fd;
}

void batch_reset(struct batch* batch) {
  batch->length = 0;
  batch->count = 0;
  batch->questions = 0;
  batch->open = NULL;
}

// Appends zero-padded bytes to the open message.
void raw(struct batch* batch, const void* data, size_t size) {
  size_t padded = NLMSG_ALIGN(size);
  if (batch->length + padded > sizeof batch->bytes) errx(1, "a batch is larger than its buffer");
  memset(batch->bytes + batch->length + size, 0, padded - size);
  if (size > 0) memcpy(batch->bytes + batch->length, data, size);
  batch->length += padded;
  batch->open->nlmsg_len += padded;
}

static void begin(struct batch* batch, uint16_t type, uint16_t flags, const void* header, size_t size) {
  if (batch->length + NLMSG_HDRLEN > sizeof batch->bytes) errx(1, "a batch is larger than its buffer");
  batch->open = (struct nlmsghdr*)(batch->bytes + batch->length);
  *batch->open = (struct nlmsghdr){
      .nlmsg_len = NLMSG_HDRLEN,
      .nlmsg_type = type,
      .nlmsg_flags = NLM_F_REQUEST | flags,
      .nlmsg_seq = ++batch->count,
  };
  batch->length += NLMSG_HDRLEN;
  raw(batch, header, size);
}

void message(struct batch* batch, uint16_t type, uint16_t flags, const void* header, size_t size) {
  begin(batch, type, NLM_F_ACK | flags, header, size);
}

void question(struct batch* batch, uint16_t type, const void* header, size_t size) {
  begin(batch, type, 0, header, size);
  batch->questions |= UINT64_C(1) << batch->count;
}

void attribute(struct batch* batch, uint16_t type, const void* data, size_t size) {
  struct nlattr header = {.nla_len = NLA_HDRLEN + size, .nla_type = type};
  raw(batch, &header, sizeof header);
  raw(batch, data, size);
}

void attribute_string(struct batch* batch, uint16_t type, const char* text) {
  attribute(batch, type, text, strlen(text) + 1);
}

void attribute_u32(struct batch* batch, uint16_t type, uint32_t value) {
  attribute(batch, type, &value, sizeof value);
}

void attribute_u8(struct batch* batch, uint16_t type, uint8_t value) {
  attribute(batch, type, &value, sizeof value);
}

size_t nest_begin(struct batch* batch, uint16_t type) {
  size_t nest = batch->length;
  attribute(batch, type | NLA_F_NESTED, NULL, 0);
  return nest;
}

void nest_end(struct batch* batch, size_t nest) {
  struct nlattr header;
  memcpy(&header, batch->bytes + nest, sizeof header);
  header.nla_len = batch->length - nest;
  memcpy(batch->bytes + nest, &header, sizeof header);
}

static struct link_seen read_link(const struct nlmsghdr* reply) {
  const struct ifinfomsg* info = NLMSG_DATA(reply);
  struct link_seen seen = {.index = info->ifi_index};
  int left = IFLA_PAYLOAD(reply);
  for (const struct rtattr* a = IFLA_RTA(info); RTA_OK(a, left); a = RTA_NEXT(a, left))
    if (a->rta_type == IFLA_LINK) memcpy(&seen.peer, RTA_DATA(a), sizeof seen.peer);
  return seen;
}

struct link_seen exchange(int fd, struct batch* batch, const char* what) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  struct iovec out = {.iov_base = batch->bytes, .iov_len = batch->length};
  struct msghdr envelope = {
      .msg_name = &kernel, .msg_namelen = sizeof kernel, .msg_iov = &out, .msg_iovlen = 1};
  if (sendmsg(fd, &envelope, 0) < 0) err(1, "%s: sendmsg", what);

  static _Alignas(8) char replies[32768];
  struct link_seen seen = {0};
  for (unsigned answered = 0; answered < batch->count;) {
    ssize_t got = recv(fd, replies, sizeof replies, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) err(1, "%s: recv", what);
    int left = (int)got;
    for (struct nlmsghdr* reply = (struct nlmsghdr*)replies; NLMSG_OK(reply, left);
         reply = NLMSG_NEXT(reply, left)) {
      bool asked = batch->questions >> reply->nlmsg_seq & 1;
      if (reply->nlmsg_type == RTM_NEWLINK) seen = read_link(reply);
      if (asked || reply->nlmsg_type == NLMSG_ERROR) answered++;
      if (asked || reply->nlmsg_type != NLMSG_ERROR) continue;
      const struct nlmsgerr* answer = NLMSG_DATA(reply);
      if (answer->error != 0) errx(1, "%s, message %u: %s", what, reply->nlmsg_seq, strerror(-answer->error));
    }
  }
  return seen;
}
