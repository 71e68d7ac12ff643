// A job on the real kernel: order, what is known only when it runs, and that a failure takes back what came
// before.
#include "job/runner.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/named_namespace.h"
#include "os/sysctl.h"
#include "steps.h"

using namespace netplumb;
using namespace netplumb::test;

// Everything a job could have changed there, indices left out.
static std::string stateOf(const NetNamespacePtr& slot) {
  return shellIn(slot->fd(),
                 "sh -c 'ip -o link | sed s/^[0-9]*:// | sort; ip -o address | sed s/^[0-9]*:// | sort;"
                 " ip route; ip -6 route'")
      .text;
}

static std::string textOf(const NetNamespacePtr& slot, const std::string& line) {
  return shellIn(slot->fd(), line).text;
}

TEST_CASE("a container is attached by one job") {
  const auto host = freshSlot();
  const auto ran = run({host, nullptr}, steps(createNamespace(1), veth(0, "veth0", "eth0", 1), up(0, "veth0"),
                                              up(1, "eth0"), address(1, 2, "eth0"), route(1, 9, 1)));
  REQUIRE(ran.error() == 0);
  CHECK(ran.job->slots.size() == 2);
  const StepResult& made = ran.job->results[1];
  CHECK(made.name == "veth0");
  CHECK(made.index > 0);
  CHECK(made.peerIndex > 0);
  CHECK(stateOf(host).find("veth0") != std::string::npos);
}

TEST_CASE("what a job made is let go at its end unless it is kept") {
  auto job = makeJob({nullptr, nullptr}, steps(createNamespace(0), createNamespace(1)));
  job->kept = {1};
  const auto ran = run(std::move(job));
  REQUIRE(ran.error() == 0);
  CHECK_FALSE(ran.job->slots[0]);
  REQUIRE(ran.job->slots[1]);
  CHECK(ran.job->slots[1]->identity().inode != 0);
}

TEST_CASE("what a failed job was to keep is let go at once: nobody will get it") {
  auto job = makeJob({nullptr, freshSlot()}, steps(createNamespace(0), impossible(1)));
  job->kept = {0};
  const auto ran = run(std::move(job));
  CHECK(ran.error() == EEXIST);
  CHECK_FALSE(ran.job->slots[0]);
}

TEST_CASE("what a failed job of which nothing is taken back was to keep is let go too") {
  const auto slot = freshSlot();
  auto job = makeJob({nullptr, slot}, steps(createNamespace(0), impossible(1)));
  job->kept = {0, 1};
  job->undo = false;
  const auto ran = run(std::move(job));
  CHECK(ran.error() == EEXIST);
  CHECK_FALSE(ran.job->slots[0]);
  CHECK(slot.use_count() == 1);
}

TEST_CASE("links are found by name, by step and as a peer, whether they were there or are in the making") {
  const auto host = freshSlot(), container = freshSlot();
  shellIn(host->fd(), "ip link add old0 type bridge");
  const auto ran =
      run({host, container},
          steps(address(0, 1, "old0"), bridge(0, "new0"), address(0, 2, "new0"),
                address(0, 3, StepLink{1, false}), veth(0, "veth0", "eth0", 1),
                address(0, 4, StepLink{4, false}), address(1, 5, StepLink{4, true}), address(1, 6, "eth0")));
  REQUIRE(ran.error() == 0);
  CHECK(textOf(host, "ip -o -4 address show old0").find("10.0.0.1/") != std::string::npos);
  CHECK(textOf(host, "ip -o -4 address show new0").find("10.0.0.2/") != std::string::npos);
  CHECK(textOf(host, "ip -o -4 address show new0").find("10.0.0.3/") != std::string::npos);
  CHECK(textOf(host, "ip -o -4 address show veth0").find("10.0.0.4/") != std::string::npos);
  CHECK(textOf(container, "ip -o -4 address show eth0").find("10.0.0.5/") != std::string::npos);
  CHECK(textOf(container, "ip -o -4 address show eth0").find("10.0.0.6/") != std::string::npos);
}

TEST_CASE("a link that is not there is named, and nothing is left") {
  const auto host = freshSlot();
  const std::string before = stateOf(host);
  const auto ran = run({host}, steps(bridge(0, "br0"), address(0, 1, "none0")));
  CHECK(ran.error() == ENODEV);
  CHECK(ran.job->failure->step == 1);
  CHECK(ran.job->failure->operation == "address.add");
  CHECK(ran.job->failure->explanation.find("none0") != std::string::npos);
  CHECK(ran.job->failure->notUndone.empty());
  CHECK(stateOf(host) == before);
}

TEST_CASE("after a failure at any step everything is as it was, and the step is named") {
  const auto host = freshSlot(), container = freshSlot();
  const std::string hostBefore = stateOf(host), containerBefore = stateOf(container);
  const auto possible = [] {
    std::vector<Step> all;
    all.push_back(bridge(0, "br0"));
    all.push_back(address(0, 1, "br0"));
    all.push_back(up(0, "br0"));
    all.push_back(route(0, 1, 9));
    all.push_back(veth(0, "veth0", "eth0", 1));
    all.push_back(address(1, 2, "eth0"));
    all.push_back(bridge(1, "br1"));
    all.push_back(address(1, 3, StepLink{6, false}));
    all.push_back(createNamespace(2, "undone"));
    all.push_back(veth(0, "veth1", "eth0", 2));
    all.push_back(address(2, 4, "eth0"));
    return all;
  };
  REQUIRE(run({host, container, nullptr}, possible(), false).error() == 0);  // they can all be done
  REQUIRE(NamedNamespace::list() == std::vector<std::string>{"undone"});
  NamedNamespace::remove("undone");
  shellIn(host->fd(), "sh -c 'ip link delete br0; ip link delete veth0; ip link delete veth1'");
  shellIn(container->fd(), "ip link delete br1");
  REQUIRE(stateOf(host) == hostBefore);
  REQUIRE(stateOf(container) == containerBefore);

  for (size_t position = 0; position <= possible().size(); position++)
    for (const bool barrier : {false, true}) {
      auto failing = possible();
      const Slot slot = position % 2;
      failing.insert(failing.begin() + static_cast<long>(position),
                     barrier ? alone(impossible(slot)) : impossible(slot));
      for (Step& step : failing)
        if (auto* request = std::get_if<Request>(&step.what))
          for (Fixup& fixup : request->fixups)
            if (auto* made = std::get_if<StepLink>(&fixup.value); made && made->step >= position)
              made->step++;
      const auto ran = run({host, container, nullptr}, std::move(failing));
      CAPTURE(position);
      CHECK(ran.error() == EEXIST);
      CHECK(ran.job->failure->step == position);
      CHECK(ran.job->failure->operation == "link.add");
      CHECK(ran.job->failure->target == "lo");
      CHECK(ran.job->failure->notUndone.empty());
      CHECK(stateOf(host) == hostBefore);
      CHECK(stateOf(container) == containerBefore);
      CHECK(NamedNamespace::list().empty());
    }
}

TEST_CASE("without undo, what succeeded stays") {
  const auto host = freshSlot();
  CHECK(run({host}, steps(bridge(0, "br0"), impossible(0)), false).error() == EEXIST);
  CHECK(stateOf(host).find("br0") != std::string::npos);
}

TEST_CASE("undoing leaves alone what was there before, also where it stood in the way") {
  const auto host = freshSlot();
  shellIn(host->fd(), "sh -c 'ip link add br0 type bridge; ip address add 10.0.0.1/24 dev br0'");
  const std::string before = stateOf(host);
  CHECK(run({host}, steps(bridge(0, "br1"), address(0, 1, "br0"), bridge(0, "br2"))).error() == EEXIST);
  CHECK(run({host}, steps(bridge(0, "br1"), bridge(0, "br0"), bridge(0, "br2"))).error() == EEXIST);
  CHECK(stateOf(host) == before);
}

TEST_CASE("a step behind a barrier is not sent after a failure") {
  const auto host = freshSlot();
  CHECK(run({host}, steps(impossible(0), alone(up(0, "lo")))).error() == EEXIST);
  CHECK(textOf(host, "ip -o link show lo").find("UP") == std::string::npos);
}

TEST_CASE("the kernel's reason and the attribute come with the failure") {
  const auto host = freshSlot();
  Step step = request(0, "link", Verb::Add, linkRequest(RTM_NEWLINK, creating, 0, [](Writer& writer) {
                        const auto info = writer.beginNest(IFLA_LINKINFO | NLA_F_NESTED);
                        writer.text(IFLA_INFO_KIND, "bridge");
                        const auto data = writer.beginNest(IFLA_INFO_DATA | NLA_F_NESTED);
                        writer.number<uint16_t>(IFLA_BR_FORWARD_DELAY, 1);  // an u32
                        writer.endNest(data);
                        writer.endNest(info);
                      }));
  const auto ran = run({host}, steps(std::move(step)));
  CHECK(ran.error() == ERANGE);
  CHECK_FALSE(ran.job->failure->kernelMessage.empty());
  CHECK(ran.job->failure->attribute == "linkInfo.data.forwardDelay");
}

TEST_CASE("objects are read after what stands before them") {
  const auto host = freshSlot();
  const auto ran = run({host}, steps(bridge(0, "br0"), request(0, "link", Verb::Get, getLink("br0")),
                                     request(0, "link", Verb::List, listLinks()), bridge(0, "br1")));
  REQUIRE(ran.error() == 0);
  const auto count = [&](size_t step) {
    size_t messages = 0;
    MessageReader reader(ran.job->results[step].messages);
    while (reader.next()) messages++;
    return messages;
  };
  CHECK(count(1) == 1);
  CHECK(count(2) == 2);
}

TEST_CASE("namespaces are created, opened in every way, and removed") {
  const auto ran =
      run({nullptr, nullptr, nullptr, nullptr, nullptr},
          steps(createNamespace(0, "c1"), openNamespace(1, "c1", std::string("c1")),
                openNamespace(2, "path", std::string("/run/netns/c1")),
                openNamespace(3, "fd", UniqueFd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC))),
                openNamespace(4, "pid", ::getpid()), bridge(1, "br0"), address(2, 1, "br0"),
                removeNamespace("c1")));
  REQUIRE(ran.error() == 0);
  CHECK(ran.job->slots[0]->identity() == ran.job->slots[1]->identity());
  CHECK(ran.job->slots[0]->identity() == ran.job->slots[2]->identity());
  CHECK(ran.job->slots[3]->identity() == ran.job->slots[4]->identity());
  CHECK_FALSE(ran.job->slots[0]->identity() == ran.job->slots[4]->identity());
  CHECK(NamedNamespace::list().empty());
}

TEST_CASE("a name that is taken stays taken, and what came before is gone") {
  const Cleanup cleanup("ip netns delete taken");
  REQUIRE(run({nullptr}, steps(createNamespace(0, "taken"))).error() == 0);
  const auto ran = run({nullptr, nullptr}, steps(createNamespace(0, "first"), createNamespace(1, "taken")));
  CHECK(ran.error() == EEXIST);
  CHECK(ran.job->failure->step == 1);
  CHECK(ran.job->failure->target == "taken");
  CHECK(NamedNamespace::list() == std::vector<std::string>{"taken"});
}

TEST_CASE("what is not there to be opened or removed is an error of its step") {
  const auto opened = run({nullptr}, steps(openNamespace(0, "none", std::string("none"))));
  CHECK(opened.error() == ENOENT);
  CHECK(opened.job->failure->step == 0);
  CHECK(run({}, steps(removeNamespace("none"))).error() == ENOENT);
  CHECK(run({nullptr}, steps(bridge(0, "br0"))).error() == EBADF);
  CHECK(run({}, steps(bridge(7, "br0"))).error() == EBADF);
}

TEST_CASE("a namespace that must be another one is not opened where it is that one") {
  const auto slot = freshSlot();
  const auto self = [&](std::optional<NamespaceIdentity> otherThan) {
    return run({nullptr}, steps(openNamespace(0, "fd", duplicateNamespace(slot->fd()), otherThan)));
  };
  CHECK(self(std::nullopt).error() == 0);
  const auto refused = self(slot->identity());
  CHECK(refused.error() == ENOTUNIQ);
  CHECK(refused.job->failure->step == 0);
  CHECK(self(freshSlot()->identity()).error() == 0);
}

TEST_CASE("sysctls are read and written in their namespace only") {
  const std::string path = sysctlPath("net.ipv4.ip_forward");
  const std::string mine = readSysctl(path);
  const std::string changed = mine == "0" ? "1" : "0";
  const auto slot = freshSlot();
  const auto ran = run({slot}, steps(other("sysctl.set", "", SysctlSet{0, path, mine}),
                                     other("sysctl.set", "", SysctlSet{0, path, changed}),
                                     other("sysctl.get", "", SysctlGet{0, path})));
  REQUIRE(ran.error() == 0);
  CHECK(ran.job->results[2].text == changed);
  CHECK(readSysctl(path) == mine);
  CHECK(run({slot}, steps(other("sysctl.get", "", SysctlGet{0, sysctlPath("net.ipv4.no_such")}))).error() ==
        ENOENT);
}

TEST_CASE("the thread is where it was after a job, whether it succeeded or failed") {
  onThread([] {
    const auto home = identify(currentNamespace().get());
    for (const bool fails : {false, true}) {
      auto job = makeJob({freshSlot(), nullptr},
                         steps(createNamespace(1), veth(0, "veth0", "eth0", 1),
                               other("sysctl.get", "", SysctlGet{1, sysctlPath("net.ipv4.ip_forward")}),
                               fails ? impossible(0) : bridge(0, "br0")));
      job->run(Caller::JsThread);
      CHECK(job->failure.has_value() == fails);
      CHECK(identify(currentNamespace().get()) == home);
    }
  });
}
