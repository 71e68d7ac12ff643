// A watch over rules hears what others do in its namespace, and ends when it is told to.
#include <doctest/doctest.h>
#include <sys/eventfd.h>

#include <thread>

#include "base/unique_fd.h"
#include "netfilter/rule_watch.h"
#include "requests.h"

namespace netplumb::test {

TEST_CASE("a watch over rules hears a change, and all that came with it at once") {
  inFreshNamespace([] {
    UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
    RuleWatch watch;
    for (int i = 0; i < 3; i++) REQUIRE(shell("nft add table ip t" + std::to_string(i)).status == 0);
    CHECK(watch.await(wake.get()));
    std::thread later([&] { watch.close(); });
    CHECK_FALSE(watch.await(wake.get()));  // nothing is left to be told
    later.join();
    CHECK_FALSE(watch.await(wake.get()));
  });
}

TEST_CASE("a watch over rules ends with its environment") {
  inFreshNamespace([] {
    UniqueFd wake(::eventfd(1, EFD_CLOEXEC));
    RuleWatch watch;
    CHECK_FALSE(watch.await(wake.get()));
  });
}

}  // namespace netplumb::test
