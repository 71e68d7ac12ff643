// Flows on the real kernel: those that are meant go, a thousand others stay.
#include "netfilter/conntrack.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "netfilter/flow_request.h"
#include "requests.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

namespace {

// A host whose flows were entered by hand: `conntrack -I` needs no packets.
struct Tracking {
  NetNamespacePtr ns = freshSlot();
  Socket socket = onThread([&] {
    const EnterNamespace enter(ns->fd(), OnLost::MarkThread);
    return Socket::open(Protocol::Netfilter);
  });

  // Each as `conntrack -I` takes it, all in one process.
  void add(const std::vector<std::string>& flows) {
    const TemporaryDirectory directory;
    const std::string file = directory.path() + "/flows";
    std::ofstream script(file);
    for (const std::string& flow : flows) script << "-I -t 600 " << flow << "\n";
    script.close();
    const Output loaded = shellIn(ns->fd(), "conntrack -R " + file);
    CHECK_MESSAGE(loaded.status == 0, loaded.text);
  }

  std::string list(const std::string& family = "ipv4") {
    return shellIn(ns->fd(), "conntrack -f " + family + " -L 2>/dev/null").text;
  }

  void drop(std::vector<FlowPattern> patterns) { CHECK(dropFlows(socket, patterns)); }
};

}  // namespace

static size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) found++;
  return found;
}

static FlowPattern addressed(std::optional<AddressRange> FlowPattern::*where, const std::string& text) {
  const auto parsed = *parseRange(text);
  FlowPattern pattern;
  pattern.family = parsed.family;
  pattern.*where = parsed.range;
  return pattern;
}

static FlowPattern published(const std::string& container, uint8_t protocol, PortSpan host, PortSpan inside) {
  FlowPattern pattern = addressed(&FlowPattern::replySource, container);
  pattern.protocol = protocol;
  pattern.originalDestinationPorts = host;
  pattern.replySourcePorts = inside;
  return pattern;
}

// A flow of somebody at 203.0.113.9 to a port of the host that leads to a container.
static std::string led(const std::string& protocol, int from, int hostPort, const std::string& container,
                       int port, bool six = false) {
  const std::string asker = six ? "2001:db8::9" : "203.0.113.9", host = six ? "2001:db8::2" : "192.0.2.2";
  std::ostringstream text;
  text << "-p " << protocol << " -s " << asker << " -d " << host << " --sport " << from << " --dport "
       << hostPort << " -r " << container << " -q " << asker << " --reply-port-src " << port
       << " --reply-port-dst " << from;
  if (protocol == "tcp") text << " --state ESTABLISHED";
  return text.str();
}

// A thousand flows that look much like it: other ports, other containers, other directions.
static std::vector<std::string> neighbours(bool six = false) {
  std::vector<std::string> flows;
  const std::string other = six ? "fd00::3" : "172.16.0.3", same = six ? "fd00::2" : "172.16.0.2";
  for (int i = 0; i < 250; i++) {
    flows.push_back(led("udp", 10000 + i, 8080, other, 80, six));    // the port, to another
    flows.push_back(led("udp", 10000 + i, 8081, same, 80, six));     // another port, to the same
    flows.push_back(led("tcp", 10000 + i, 8080, same, 80, six));     // another protocol
    flows.push_back(led("udp", 10000 + i, 9000, other, 8080, six));  // neither
  }
  return flows;
}

TEST_CASE("flows of a port go, and a thousand others stay") {
  for (const bool six : {false, true}) {
    Tracking tracking;
    const std::string family = six ? "ipv6" : "ipv4", web = six ? "fd00::2" : "172.16.0.2";
    tracking.add(neighbours(six));
    const std::string before = tracking.list(family);
    CHECK(count(before, "\n") == 1000);
    tracking.add({led("udp", 4000, 8080, web, 80, six), led("udp", 4001, 8080, web, 80, six)});
    CHECK(count(tracking.list(family), "\n") == 1002);
    tracking.drop({published(web, IPPROTO_UDP, {8080, 8080}, {80, 80})});
    const std::string after = tracking.list(family);
    CHECK(count(after, "\n") == 1000);
    CHECK(count(after, "sport=4000 ") + count(after, "sport=4001 ") == 0);
  }
}

TEST_CASE("flows of a range go by a list, and many patterns at once") {
  Tracking tracking;
  tracking.add(neighbours());
  tracking.add({led("udp", 4000, 30000, "172.16.0.2", 40000), led("udp", 4000, 30999, "172.16.0.2", 40999),
                led("udp", 4000, 31000, "172.16.0.2", 41000)});
  tracking.drop({published("172.16.0.2", IPPROTO_UDP, {30000, 30999}, {40000, 40999})});
  CHECK(count(tracking.list(), "\n") == 1001);
  std::vector<FlowPattern> many;
  for (uint16_t i = 0; i < 250; i++) {
    FlowPattern one = published("172.16.0.3", IPPROTO_UDP, {9000, 9000}, {8080, 8080});
    one.originalSource = parseRange("203.0.113." + std::to_string(i))->range;
    many.push_back(one);
  }
  tracking.drop(many);
  CHECK(count(tracking.list(), "\n") == 751);
}

TEST_CASE("flows from and to an address go, whatever their protocol") {
  for (const bool six : {false, true}) {
    Tracking tracking;
    const std::string family = six ? "ipv6" : "ipv4", web = six ? "fd00::2" : "172.16.0.2";
    const std::string db = six ? "fd00::3" : "172.16.0.3", out = six ? "2001:db8::9" : "203.0.113.9";
    const auto masqueraded = [&](const std::string& from) {
      return "-p udp -s " + from + " -d " + out + " --sport 5000 --dport 53 -r " + out + " -q " +
             (six ? "2001:db8::2" : "192.0.2.2") + " --reply-port-src 53 --reply-port-dst " +
             (from == web ? "5000" : "5001");
    };
    tracking.add({masqueraded(web), masqueraded(db), led("tcp", 1, 8080, web, 80, six),
                  led("tcp", 2, 8080, db, 80, six), led("udp", 3, 8080, web, 81, six)});
    tracking.drop({addressed(&FlowPattern::originalSource, web), addressed(&FlowPattern::replySource, web)});
    const std::string left = tracking.list(family);
    CHECK(count(left, "\n") == 2);
    CHECK(count(left, web + " ") == 0);
    tracking.drop({addressed(&FlowPattern::originalSource, six ? "fd00::/64" : "172.16.0.0/24"),
                   addressed(&FlowPattern::replySource, six ? "fd00::/64" : "172.16.0.0/24")});
    CHECK(tracking.list(family) == "");
  }
}
