// Requests for tests, written by hand, and namespaces to send them in. No table is involved.
#pragma once

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <unistd.h>

#include <string>

#include "job/net_namespace.h"
#include "netlink/writer.h"
#include "sandbox.h"

namespace netplumb::test {

inline constexpr uint16_t acknowledged = NLM_F_REQUEST | NLM_F_ACK;
inline constexpr uint16_t creating = acknowledged | NLM_F_CREATE | NLM_F_EXCL;

/// A request about a link; `attributes` writes what follows its header.
template <typename Attributes>
ByteVector linkRequest(uint16_t type, uint16_t flags, int index, Attributes&& attributes) {
  Writer writer;
  const auto mark = writer.beginMessage(type, flags);
  ifinfomsg header{};
  header.ifi_index = index;
  writer.patch(writer.reserve(sizeof header), header);
  attributes(writer);
  writer.endMessage(mark);
  return writer.take();
}

/// `ip link add NAME type bridge`, answered by an echo too.
inline ByteVector addBridge(const std::string& name) {
  return linkRequest(RTM_NEWLINK, creating | NLM_F_ECHO, 0, [&](Writer& writer) {
    writer.text(IFLA_IFNAME, name);
    const auto info = writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
    writer.text(IFLA_INFO_KIND, "bridge");
    writer.endNest(info);
  });
}

/// `ip link delete NAME`
inline ByteVector removeLink(const std::string& name) {
  return linkRequest(RTM_DELLINK, acknowledged, 0, [&](Writer& writer) { writer.text(IFLA_IFNAME, name); });
}

/// `ip link show NAME`
inline ByteVector getLink(const std::string& name) {
  return linkRequest(RTM_GETLINK, NLM_F_REQUEST, 0, [&](Writer& writer) { writer.text(IFLA_IFNAME, name); });
}

/// `ip link`
inline ByteVector listLinks() {
  return linkRequest(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 0, [](Writer&) {});
}

/// Runs it on a thread of its own in a namespace of its own, which goes with it.
template <typename Body>
auto inFreshNamespace(Body&& body) {
  return onThread([&] {
    if (::unshare(CLONE_NEWNET) != 0) fail(errno, "unshare");
    return body();
  });
}

/// A namespace of its own, as jobs on an executor thread use it.
inline NetNamespacePtr freshSlot() {
  return onThread([] { return std::make_shared<NetNamespace>(makeNamespace(), Caller::Executor); });
}

/// A shell line in the namespace of that descriptor.
inline Output shellIn(int netnsFd, const std::string& line) {
  return shell("nsenter --net=/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(netnsFd) + " " +
               line);
}

}  // namespace netplumb::test
