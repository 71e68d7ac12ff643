// Routes are why there are variants: several may have one destination and metric.
#include "monitor/known_objects.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>

namespace netplumb {

namespace {

// IPv6 joins an appended route to those that stand, and announces it with all its next hops.
bool isJoined(Bytes payload, uint16_t flags) {
  return flags & NLM_F_APPEND && readAt<uint8_t>(payload) == AF_INET6 &&
         findAttribute(payload.subspan(std::min(sizeof(rtmsg), payload.size())), RTA_MULTIPATH);
}

}  // namespace

bool KnownObjects::put(ByteVector payload, uint16_t flags) {
  auto& variants = known_[identityOf(subject_, payload)];
  std::string name = variantOf(subject_, payload);
  const auto standing = std::ranges::find(variants, name, &Variant::name);
  if (standing != variants.end()) {
    if (saySame(subject_, standing->payload, payload)) return false;
    standing->payload = std::move(payload);
    return true;
  }
  if (!subject_.watched->variant.empty() && !variants.empty()) {
    if (isJoined(payload, flags))
      variants.clear();
    else if (flags & NLM_F_REPLACE)
      variants.erase(variants.begin());  // the kernel replaces the first
  }
  variants.push_back({std::move(name), std::move(payload)});
  return true;
}

bool KnownObjects::remove(Bytes payload) {
  const auto known = known_.find(identityOf(subject_, payload));
  if (known == known_.end()) return false;
  auto& variants = known->second;
  auto gone = std::ranges::find(variants, variantOf(subject_, payload), &Variant::name);
  // A next hop's state may have changed unheard.
  if (gone == variants.end() && variants.size() == 1) gone = variants.begin();
  if (gone == variants.end()) return false;
  variants.erase(gone);
  if (variants.empty()) known_.erase(known);
  return true;
}

ByteVector KnownObjects::changePort(Bytes bridgeMessage) {
  const auto known = known_.find(identityOf(subject_, bridgeMessage));
  if (known == known_.end()) return {};
  ByteVector& link = known->second.front().payload;
  auto changed = withPortOf(link, bridgeMessage);
  if (!changed || saySame(subject_, link, *changed)) return {};
  link = *changed;
  return link;
}

KnownObjects::Differences KnownObjects::become(Bytes list) {
  Differences differences;
  for (auto& [identity, variants] : known_)
    for (Variant& variant : variants) variant.listed = false;
  MessageReader reader(list);
  while (const auto message = reader.next()) {
    if (message->type != subject_.object->add) continue;
    ByteVector payload = worthKeeping(subject_, message->payload);
    auto& variants = known_[identityOf(subject_, payload)];
    std::string name = variantOf(subject_, payload);
    auto standing = std::ranges::find(variants, name, &Variant::name);
    if (standing == variants.end()) {
      differences.added.push_back(payload);
      standing = variants.insert(variants.end(), {std::move(name), std::move(payload)});
    } else if (!saySame(subject_, standing->payload, payload)) {
      differences.added.push_back(payload);
      standing->payload = std::move(payload);
    }
    standing->listed = true;
  }
  for (auto known = known_.begin(); known != known_.end();) {
    for (Variant& variant : known->second)
      if (!variant.listed) differences.removed.push_back(std::move(variant.payload));
    std::erase_if(known->second, [](const Variant& variant) { return !variant.listed; });
    known = known->second.empty() ? known_.erase(known) : std::next(known);
  }
  return differences;
}

}  // namespace netplumb
