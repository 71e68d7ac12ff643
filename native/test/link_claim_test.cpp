// A claim on the real kernel: what stands after success, and that a refusal leaves all as it was.
#include "job/link_claim.h"

#include <doctest/doctest.h>

#include <cerrno>
#include <string>

#include "os/named_namespace.h"
#include "requests.h"

using namespace netplumb;
using namespace netplumb::test;

static NetNamespacePtr hostWith(const std::string& lines) {
  const auto host = freshSlot();
  CHECK(shellIn(host->fd(), "sh -c 'ip link set lo up; " + lines + "'").text == "");
  return host;
}

static LinkClaim claimOf(const NetNamespacePtr& host, const std::string& name) {
  LinkClaim claim;
  claim.host = host;
  claim.index = static_cast<uint32_t>(std::stoul(shellIn(host->fd(), "ip -o link show " + name).text));
  claim.altName = "np1:br0:c:web";
  claim.alias = "now";
  claim.formerAlias = "before";
  return claim;
}

static std::string linkOf(const NetNamespacePtr& host, const std::string& name) {
  return shellIn(host->fd(), "ip link show " + name).text;
}

static bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

static std::optional<Failure> claimed(const LinkClaim& claim) {
  return onThread([&] { return claimLink(claim, Caller::Executor); });
}

TEST_CASE("a claim gives the link a name and an alias") {
  const auto host = hostWith("ip link add a0 type bridge; ip link set a0 alias before");
  CHECK_FALSE(claimed(claimOf(host, "a0")));
  const std::string link = linkOf(host, "a0");
  CHECK(has(link, "alias now\n"));
  CHECK(has(link, "altname np1:br0:c:web\n"));
}

TEST_CASE("a name that is taken leaves the link as it was") {
  const auto host = hostWith(
      "ip link add a0 type bridge; ip link set a0 alias before; ip link add b0 type bridge;"
      " ip link property add dev b0 altname np1:br0:c:web");
  const LinkClaim claim = claimOf(host, "a0");
  const std::string before = linkOf(host, "a0");
  const auto failure = claimed(claim);
  REQUIRE(failure);
  CHECK(failure->error == EEXIST);
  CHECK(failure->operation == "altName.add");
  CHECK(failure->step == 0u);
  CHECK(failure->notUndone.empty());
  CHECK(linkOf(host, "a0") == before);
}

TEST_CASE("a link that has gone is told, and that nothing could be put back") {
  const auto host = hostWith("ip link add a0 type bridge");
  const LinkClaim claim = claimOf(host, "a0");
  shellIn(host->fd(), "ip link delete a0");
  const auto failure = claimed(claim);
  REQUIRE(failure);
  CHECK(failure->error == ENODEV);
  CHECK_FALSE(failure->notUndone.empty());
}

TEST_CASE("a namespace gets its name with the claim, or neither") {
  const auto host = hostWith("ip link add a0 type bridge; ip link set a0 alias before");
  TemporaryDirectory locks;
  LinkClaim claim = claimOf(host, "a0");
  claim.inside = freshSlot();
  claim.name = "claimed";
  claim.lock = {locks.path() + "/1.lock", FileLock::Mode::Shared};
  const std::string before = linkOf(host, "a0");
  {
    const auto other = freshSlot();
    onThread([&] { NamedNamespace::publish(other->fd(), "claimed"); });
    const auto failure = claimed(claim);
    REQUIRE(failure);
    CHECK(failure->error == EEXIST);
    CHECK(failure->operation == "namespace.create");
    CHECK(failure->notUndone.empty());
    CHECK(linkOf(host, "a0") == before);
    NamedNamespace::remove("claimed");
  }
  const Cleanup cleanup("ip netns delete claimed");
  CHECK_FALSE(claimed(claim));
  CHECK(identify(openNamespaceByName("claimed").get()) == claim.inside->identity());
  CHECK(has(linkOf(host, "a0"), "alias now\n"));
}

TEST_CASE("nothing is done while another holds the lock") {
  const auto host = hostWith("ip link add a0 type bridge; ip link set a0 alias before");
  TemporaryDirectory locks;
  LinkClaim claim = claimOf(host, "a0");
  claim.inside = freshSlot();
  claim.name = "locked";
  claim.lock = {locks.path() + "/1.lock", FileLock::Mode::Shared};
  const auto held = FileLock::tryAcquire(claim.lock->path, FileLock::Mode::Exclusive);
  const auto failure = claimed(claim);
  REQUIRE(failure);
  CHECK(failure->error == EWOULDBLOCK);
  CHECK(failure->operation == "lock");
  CHECK(has(linkOf(host, "a0"), "alias before\n"));
}
