// The messages behind steps.h, each no longer than it must be.
#include "steps.h"

#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>

#include "job/objects.h"

namespace netplumb::test {

static const char* nameOf(Verb verb) {
  static constexpr const char* names[] = {"add",    "append", "prepend", "set",   "replace",
                                          "remove", "get",    "list",    "settle"};
  return names[static_cast<size_t>(verb)];
}

Step request(Slot slot, const char* object, Verb verb, ByteVector message, std::vector<Fixup> fixups) {
  Step step;
  step.operation = std::string(object) + '.' + nameOf(verb);
  step.what = Request{slot, findObject(object), verb, {std::move(message)}, std::move(fixups), false, {}};
  return step;
}

Step bridge(Slot slot, const std::string& name) {
  Step step = request(slot, "link", Verb::Add, addBridge(name));
  step.target = name;
  std::get<Request>(step.what).created = {name, {}, {}};
  return step;
}

Step veth(Slot slot, const std::string& name, const std::string& peer, Slot peerSlot) {
  size_t descriptor = 0;
  ByteVector message = linkRequest(RTM_NEWLINK, creating | NLM_F_ECHO, 0, [&](Writer& writer) {
    writer.text(IFLA_IFNAME, name);
    const auto info = writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
    writer.text(IFLA_INFO_KIND, "veth");
    const auto data = writer.beginNest(IFLA_INFO_DATA | NLA_F_NESTED);
    const auto other = writer.beginNest(VETH_INFO_PEER | NLA_F_NESTED);
    writer.reserve(sizeof(ifinfomsg));
    writer.text(IFLA_IFNAME, peer);
    descriptor = writer.number<uint32_t>(IFLA_NET_NS_FD, 0);
    writer.endNest(other);
    writer.endNest(data);
    writer.endNest(info);
  });
  Step step = request(slot, "link", Verb::Add, std::move(message), {{descriptor, peerSlot}});
  step.target = name;
  std::get<Request>(step.what).created = {name, peer, peerSlot};
  return step;
}

Step up(Slot slot, const std::string& name) {
  ByteVector message =
      linkRequest(RTM_NEWLINK, acknowledged, 0, [&](Writer& writer) { writer.text(IFLA_IFNAME, name); });
  auto* header = reinterpret_cast<ifinfomsg*>(message.data() + NLMSG_HDRLEN);
  header->ifi_flags = header->ifi_change = IFF_UP;
  return request(slot, "link", Verb::Set, std::move(message));
}

Step address(Slot slot, uint8_t last, std::variant<Slot, std::string, StepLink> link) {
  Writer writer;
  const auto mark = writer.beginMessage(RTM_NEWADDR, creating);
  ifaddrmsg header{};
  header.ifa_family = AF_INET;
  header.ifa_prefixlen = 24;
  const size_t offset = writer.reserve(sizeof header);
  writer.patch(offset, header);
  const std::array<uint8_t, 4> ip{10, 0, 0, last};
  writer.attribute(IFA_LOCAL, ip);
  writer.attribute(IFA_ADDRESS, ip);
  writer.endMessage(mark);
  Step step = request(slot, "address", Verb::Add, writer.take(),
                      {{offset + offsetof(ifaddrmsg, ifa_index), std::move(link)}});
  step.target = "10.0.0." + std::to_string(last);
  return step;
}

Step route(Slot slot, uint8_t net, uint8_t hop) {
  Writer writer;
  const auto mark = writer.beginMessage(RTM_NEWROUTE, creating);
  rtmsg header{};
  header.rtm_family = AF_INET;
  header.rtm_dst_len = 16;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = RTPROT_BOOT;
  header.rtm_type = RTN_UNICAST;
  writer.patch(writer.reserve(sizeof header), header);
  writer.attribute(RTA_DST, std::array<uint8_t, 4>{10, net, 0, 0});
  writer.attribute(RTA_GATEWAY, std::array<uint8_t, 4>{10, 0, 0, hop});
  writer.endMessage(mark);
  return request(slot, "route", Verb::Add, writer.take());
}

Step impossible(Slot slot) { return bridge(slot, "lo"); }

Step alone(Step step) {
  std::get<Request>(step.what).barrier = true;
  return step;
}

std::unique_ptr<Job> makeJob(std::vector<NetNamespacePtr> slots, std::vector<Step> steps) {
  auto job = std::make_unique<Job>();
  for (Slot slot = 0; slot < slots.size(); slot++) job->kept.push_back(slot);
  job->slots = std::move(slots);
  job->steps = std::move(steps);
  return job;
}

Ran run(std::unique_ptr<Job> job) {
  onThread([&] { job->run(Caller::Executor); });
  return {std::move(job)};
}

Ran run(std::vector<NetNamespacePtr> slots, std::vector<Step> steps, bool undo) {
  auto job = makeJob(std::move(slots), std::move(steps));
  job->undo = undo;
  return run(std::move(job));
}

}  // namespace netplumb::test
