#include "napi/flows.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "napi/elsewhere.h"
#include "napi/namespace_handle.h"
#include "netfilter/conntrack.h"

namespace netplumb {

static std::optional<PortSpan> readSpan(const Napi::Value& value) {
  if (value.IsUndefined()) return std::nullopt;
  const auto pair = value.As<Napi::Array>();
  const auto at = [&](uint32_t i) { return pair.Get(i).As<Napi::Number>().Uint32Value(); };
  return PortSpan{static_cast<uint16_t>(at(0)), static_cast<uint16_t>(at(1))};
}

// The family is that of its addresses.
static FlowPattern readPattern(const Napi::Object& value) {
  FlowPattern pattern;
  const auto address = [&](const char* name, std::optional<AddressRange>& place) {
    const auto text = value.Get(name);
    if (text.IsUndefined()) return;
    const auto parsed = parseRange(text.As<Napi::String>().Utf8Value());
    if (!parsed) throw std::invalid_argument(std::string(name) + " is no address and no range");
    if (pattern.family != 0 && pattern.family != parsed->family)
      throw std::invalid_argument(std::string(name) + " is of another family");
    pattern.family = parsed->family;
    place = parsed->range;
  };
  address("originalSource", pattern.originalSource);
  address("originalDestination", pattern.originalDestination);
  address("replySource", pattern.replySource);
  const auto protocol = value.Get("protocol");
  if (!protocol.IsUndefined())
    pattern.protocol = static_cast<uint8_t>(protocol.As<Napi::Number>().Uint32Value());
  pattern.originalDestinationPorts = readSpan(value.Get("originalDestinationPorts"));
  pattern.replySourcePorts = readSpan(value.Get("replySourcePorts"));
  requireBounded(pattern);
  return pattern;
}

Napi::Value dropFlows(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto ns = unwrapNamespace(info[0]);
    const auto list = info[1].As<Napi::Array>();
    std::vector<FlowPattern> patterns;
    for (uint32_t i = 0; i < list.Length(); i++)
      patterns.push_back(readPattern(list.Get(i).As<Napi::Object>()));
    return elsewhere<bool>(
        info.Env(), false,
        [ns, patterns = std::move(patterns)] {
          const auto aside = ns->aside();
          return dropFlows(aside.socket, patterns);
        },
        [](Napi::Env env, bool& known) { return Napi::Boolean::New(env, known); });
  });
}

}  // namespace netplumb
