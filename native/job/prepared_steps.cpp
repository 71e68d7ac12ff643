// A text of another length moves what stands behind it, and changes the length of all that is around it.
#include "job/prepared_steps.h"

#include <linux/netlink.h>

#include <stdexcept>
#include <utility>

#include "netlink/reader.h"
#include "netlink/text_value.h"

namespace netplumb {

PreparedSteps::PreparedSteps(std::vector<PreparedStep> steps, std::vector<std::string> standIns)
    : steps_(std::move(steps)), standIns_(std::move(standIns)) {
  for (const std::string& one : standIns_)
    for (const std::string& other : standIns_)
      if (&one != &other && other.starts_with(one))
        throw std::invalid_argument(
            std::string("prepared steps: ").append(one).append(" begins ").append(other));
}

template <typename Length>
static void grow(ByteVector& message, size_t offset, ptrdiff_t by) {
  const auto length = static_cast<ptrdiff_t>(readAt<Length>(message, offset)) + by;
  if (!std::in_range<Length>(length)) throw std::invalid_argument("too long for one netlink attribute");
  const auto fitting = static_cast<Length>(length);
  std::memcpy(message.data() + offset, &fitting, sizeof fitting);
}

// By how many bytes what stands behind has moved.
static ptrdiff_t putPayload(ByteVector& message, const Place& place, Bytes payload) {
  const size_t begin = place.offset + NLA_HDRLEN;
  const size_t former = NLMSG_ALIGN(readAt<nlattr>(message, place.offset).nla_len - NLA_HDRLEN);
  const size_t latter = NLMSG_ALIGN(payload.size());
  const auto moved = static_cast<ptrdiff_t>(latter) - static_cast<ptrdiff_t>(former);
  const auto at = message.begin() + static_cast<ptrdiff_t>(begin);
  if (moved > 0) message.insert(at, static_cast<size_t>(moved), 0);
  if (moved < 0) message.erase(at, at - moved);
  std::fill_n(message.begin() + static_cast<ptrdiff_t>(begin), latter, uint8_t{0});
  std::copy(payload.begin(), payload.end(), message.begin() + static_cast<ptrdiff_t>(begin));
  const auto length = static_cast<uint16_t>(NLA_HDRLEN + payload.size());
  std::memcpy(message.data() + place.offset, &length, sizeof length);
  for (const size_t nest : place.nests) grow<uint16_t>(message, nest, moved);
  grow<uint32_t>(message, 0, moved);
  return moved;
}

bool putText(ByteVector& message, const Place& place, std::string_view text) {
  const auto payload = textPayload(place.row, text);
  if (payload) putPayload(message, place, *payload);
  return payload.has_value();
}

std::vector<Step> PreparedSteps::fill(std::span<const std::string> texts) const {
  if (texts.size() != standIns_.size())
    throw std::invalid_argument("prepared steps: another number of texts");
  std::vector<Step> filled;
  filled.reserve(steps_.size());
  for (const PreparedStep& step : steps_) filled.push_back(fill(step, texts));
  return filled;
}

Step PreparedSteps::fill(const PreparedStep& step, std::span<const std::string> texts) const {
  Step filled;
  filled.operation = step.operation;
  filled.target = replace(step.target, texts);
  if (const auto* set = std::get_if<SysctlSet>(&step.what)) {
    filled.what = *set;
    return filled;
  }
  if (const auto* transaction = std::get_if<Transaction>(&step.what)) {
    filled.what = *transaction;
    return filled;
  }
  Request request = std::get<Request>(step.what);
  request.created.name = replace(request.created.name, texts);
  // From the last to the first: what is still to come stands where it stood.
  for (auto place = step.places.rbegin(); place != step.places.rend(); ++place) {
    const auto payload = textPayload(place->row, texts[place->text]);
    if (!payload)
      throw std::invalid_argument(step.operation + ": " + std::string(place->row.name) + " cannot be " +
                                  texts[place->text]);
    const ptrdiff_t moved = putPayload(request.messages.front(), *place, *payload);
    for (Fixup& fixup : request.fixups)
      if (fixup.offset > place->offset) fixup.offset += static_cast<size_t>(moved);
  }
  filled.what = std::move(request);
  return filled;
}

// What a message or an error calls something: a stand-in, or one with a prefix length behind it.
std::string PreparedSteps::replace(const std::string& words, std::span<const std::string> texts) const {
  for (size_t i = 0; i < standIns_.size(); i++)
    if (words.starts_with(standIns_[i])) return texts[i] + words.substr(standIns_[i].size());
  return words;
}

}  // namespace netplumb
