// Who joins and who gives up exclude each other by flock on the namespace's own file: it goes with its
// holder, and concerns nobody but who uses this name.
#include "job/name_surrender.h"

#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>

#include "base/system_error.h"
#include "netlink/reader.h"
#include "os/flock_now.h"
#include "os/named_namespace.h"
#include "os/network_namespace.h"

namespace netplumb {

namespace {

constexpr const char* kSurrender = "namespace.surrender";

// What the host calls the namespace; -1: it has no number for it.
int32_t netNsIdOf(Socket& host, int fd) {
  Writer writer;
  const auto mark = writer.beginMessage(RTM_GETNSID, NLM_F_REQUEST | NLM_F_ACK);
  writer.reserve(sizeof(rtgenmsg));
  writer.number<uint32_t>(NETNSA_FD, static_cast<uint32_t>(fd));
  writer.endMessage(mark);
  ByteVector request = writer.take();
  ByteVector* const one[] = {&request};
  const auto outcome = std::move(host.exchange(one).front());
  if (outcome.ack.error != 0) fail(outcome.ack.error, kSurrender);
  const size_t header = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(rtgenmsg));
  if (outcome.reply.size() < header) throw MalformedMessage("the answer is shorter than its header");
  const auto id = findAttribute(Bytes(outcome.reply).subspan(header), NETNSA_NSID);
  return id ? readAt<int32_t>(id->payload) : NETNSA_NSID_NOT_ASSIGNED;
}

// The veth pairs that end in a namespace, asked through the host's socket, so that nobody has to go there.
std::vector<PairEnds> pairsIn(Socket& host, int32_t netNsId) {
  Writer writer;
  const auto mark = writer.beginMessage(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP);
  writer.reserve(sizeof(ifinfomsg));
  writer.number<int32_t>(IFLA_TARGET_NETNSID, netNsId);
  writer.number<uint32_t>(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
  const auto info = writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
  writer.text(IFLA_INFO_KIND, "veth");
  writer.endNest(info);
  writer.endMessage(mark);
  ByteVector request = writer.take();
  Acknowledgement refusal{};
  const ByteVector links = host.dump(request, refusal);
  if (refusal.error != 0) fail(refusal.error, kSurrender);
  std::vector<PairEnds> pairs;
  MessageReader reader(links);
  while (const auto link = reader.next()) {
    const auto index = static_cast<uint32_t>(readAt<ifinfomsg>(link->payload).ifi_index);
    const auto other = findAttribute(link->payload.subspan(NLMSG_ALIGN(sizeof(ifinfomsg))), IFLA_LINK);
    pairs.push_back({index, other ? readAt<uint32_t>(other->payload) : 0});
  }
  return pairs;
}

bool has(const std::vector<PairEnds>& pairs, const PairEnds& pair) {
  return std::find(pairs.begin(), pairs.end(), pair) != pairs.end();
}

}  // namespace

std::optional<UniqueFd> surrenderName(Socket& host, const std::string& name, int32_t netNsId,
                                      const std::vector<PairEnds>& leaving) {
  UniqueFd fd;
  try {
    fd = openNamespaceByName(name);
  } catch (const SystemError& error) {
    // Removed meanwhile, or something else was put in its place, which is somebody's.
    if (error.error() == ENOENT || error.error() == EINVAL) return {};
    throw;
  }
  if (netNsIdOf(host, fd.get()) != netNsId) return {};
  if (!leaving.empty()) {
    if (!flockNow(fd.get(), LOCK_EX))
      fail(errno == EWOULDBLOCK ? EBUSY : errno, kSurrender, name, "somebody is joining it");
    const auto pairs = pairsIn(host, netNsId);
    if (!has(pairs, leaving.front())) return {};
    for (const PairEnds& pair : pairs)
      if (!has(leaving, pair)) fail(EBUSY, kSurrender, name, "another container lives in it");
  }
  try {
    NamedNamespace::remove(name, fd.get());
  } catch (const SystemError& error) {
    if (error.error() == ENOENT || error.error() == EINVAL) return {};
    throw;
  }
  return fd;
}

void joinNamed(int fd, const std::string& name) {
  const bool joined = flockNow(fd, LOCK_SH);
  if (!joined && errno != EWOULDBLOCK) fail(errno, "namespace.open", name);
  if (!joined || identify(openNamespaceByName(name).get()) != identify(fd))
    fail(ENOENT, "namespace.open", name, "the name is being taken away");
}

void stayed(int fd) { ::flock(fd, LOCK_UN); }

}  // namespace netplumb
