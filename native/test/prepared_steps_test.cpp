// Filling in texts gives, byte for byte, what writing the message with them would have given.
#include "job/prepared_steps.h"

#include <doctest/doctest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <stdexcept>
#include <string>
#include <vector>

using namespace netplumb;

namespace {

constexpr Row text{"alias", IFLA_IFALIAS, "IFLA_IFALIAS", Type::Text, ""};
constexpr Row counted{
    "alias", IFLA_IFALIAS, "IFLA_IFALIAS", Type::Text, "", {}, Access::ReadWrite, nullptr, {}, 0, 255};
constexpr Row mac{"address", IFLA_ADDRESS, "IFLA_ADDRESS", Type::Mac, ""};
constexpr Row ip{"local", IFA_LOCAL, "IFA_LOCAL", Type::Ip, ""};

// A message with a name, then a nest in a nest with a MAC and a number to be known later, then an alias.
struct Written {
  Request request{};
  std::vector<Place> places;
};

Written write(const std::string& name, const std::string& macText, const std::string& alias) {
  Written written;
  Writer writer;
  const auto message = writer.beginMessage(RTM_NEWLINK, NLM_F_REQUEST);
  writer.reserve(sizeof(ifinfomsg));
  const auto add = [&](size_t which, const Row& row, const std::string& value) {
    written.places.push_back({which, writer.size(), row, writer.openNests()});
    ByteVector payload(value.begin(), value.end());
    if (row.type == Type::Mac) payload = {0x02, 0, 0, 0, 0, static_cast<uint8_t>(value.back() - '0')};
    if (row.type == Type::Text && row.minimum != 0) payload.push_back(0);
    writer.attribute(row.number, payload);
  };
  add(0, text, name);
  const auto outer = writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
  const auto inner = writer.beginNest(IFLA_INFO_DATA | NLA_F_NESTED);
  add(1, mac, macText);
  add(0, text, name);
  written.request.fixups.push_back({writer.number<uint32_t>(IFLA_NET_NS_FD, 0), Slot{1}});
  writer.endNest(inner);
  writer.endNest(outer);
  add(2, counted, alias);
  writer.endMessage(message);
  written.request.messages.push_back(writer.take());
  written.request.created.name = name;
  return written;
}

PreparedSteps prepared(const std::string& name, const std::string& macText, const std::string& alias) {
  Written written = write(name, macText, alias);
  std::vector<PreparedStep> steps;
  steps.push_back({"link.add", name, std::move(written.request), std::move(written.places)});
  return {std::move(steps), {name, macText, alias}};
}

}  // namespace

TEST_CASE("texts of any length give the message that they would have been written into") {
  const auto steps = prepared("stand-in", "02:00:00:00:00:01", "the label");
  const std::vector<std::vector<std::string>> all = {
      {"stand-in", "02:00:00:00:00:01", "the label"},
      {"a", "02:00:00:00:00:02", ""},
      {"npaaaaaaaaaaaa", "02:00:00:00:00:03", "netplumb/1 network=br0 container=c1"},
      {"four", "02:00:00:00:00:04", std::string(255, 'x')},
  };
  for (const auto& texts : all) {
    CAPTURE(texts[0]);
    const auto filled = steps.fill(texts);
    const auto expected = write(texts[0], texts[1], texts[2]).request;
    const auto& request = std::get<Request>(filled.at(0).what);
    CHECK(request.messages == expected.messages);
    CHECK(request.fixups.at(0).offset == expected.fixups.at(0).offset);
    CHECK(request.created.name == texts[0]);
    CHECK(filled.at(0).target == texts[0]);
  }
}

TEST_CASE("what was filled in once is not there the next time") {
  const auto steps = prepared("stand-in", "02:00:00:00:00:01", "the label");
  const std::vector<std::string> first{"long-before", "02:00:00:00:00:05", "a long label it was"};
  const std::vector<std::string> second{"b", "02:00:00:00:00:06", "c"};
  steps.fill(first);
  CHECK(std::get<Request>(steps.fill(second).at(0).what).messages ==
        write(second[0], second[1], second[2]).request.messages);
}

TEST_CASE("a prefix length stays behind its address, in what an error calls it") {
  Request request{};
  request.messages.emplace_back();
  std::vector<PreparedStep> steps;
  steps.push_back({"address.add", "255.255.255.100/24", request, {}});
  const PreparedSteps prepared(std::move(steps), {"255.255.255.100"});
  const std::vector<std::string> texts{"10.0.0.2"};
  CHECK(prepared.fill(texts).at(0).target == "10.0.0.2/24");
}

TEST_CASE("a sysctl is copied as it is") {
  std::vector<PreparedStep> steps;
  steps.push_back(
      {"sysctl.set", "net.ipv4.ip_forward", SysctlSet{0, "/proc/sys/net/ipv4/ip_forward", "1"}, {}});
  const PreparedSteps prepared(std::move(steps), {});
  CHECK(std::get<SysctlSet>(prepared.fill({}).at(0).what).value == "1");
}

TEST_CASE("a text that its attribute cannot have is refused, as is another number of them") {
  const auto steps = prepared("stand-in", "02:00:00:00:00:01", "the label");
  const auto refused = [&](std::vector<std::string> texts) {
    CHECK_THROWS_AS(steps.fill(texts), std::invalid_argument);
  };
  refused({"name", "no MAC", "label"});
  refused({"name", "02:00:00:00:00:01", std::string(256, 'x')});
  refused({std::string("a\0b", 3), "02:00:00:00:00:01", "label"});
  refused({"name", "02:00:00:00:00:01"});
  // All that is around it would be too long, though it is not.
  refused({std::string(65'520, 'x'), "02:00:00:00:00:01", "label"});
}

TEST_CASE("an address of either family stands where one stood") {
  Writer writer;
  const auto message = writer.beginMessage(RTM_NEWADDR, NLM_F_REQUEST);
  writer.reserve(sizeof(ifaddrmsg));
  std::vector<Place> places{{0, writer.size(), ip, {}}};
  writer.number<uint32_t>(IFA_LOCAL, 0);
  writer.endMessage(message);
  Request request{};
  request.messages.push_back(writer.take());
  std::vector<PreparedStep> steps;
  steps.push_back({"address.add", "", request, places});
  const PreparedSteps prepared(std::move(steps), {"0.0.0.0"});
  const std::vector<std::string> wide{"fd00::2"};
  const auto filled = prepared.fill(wide);
  const auto& bytes = std::get<Request>(filled.at(0).what).messages.front();
  CHECK(bytes.size() == NLMSG_HDRLEN + sizeof(ifaddrmsg) + NLA_HDRLEN + 16);
  CHECK(bytes.back() == 2);
}

TEST_CASE("no stand-in begins another, for which of them was meant nobody would know") {
  CHECK_THROWS_AS(PreparedSteps({}, {"a", "ab"}), std::invalid_argument);
  CHECK_THROWS_AS(PreparedSteps({}, {"same", "same"}), std::invalid_argument);
}
