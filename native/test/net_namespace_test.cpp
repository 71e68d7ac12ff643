// The socket beside a namespace's others: a kept one, of one user at a time.
#include "job/net_namespace.h"

#include <doctest/doctest.h>

#include "fake_kernel.h"
#include "requests.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

TEST_CASE("the socket aside is opened once, and let go of by who used it") {
  onThread([] {
    const auto ns = freshSlot();
    const int fd = openedBy([&] { ns->aside(); });
    CHECK(fd >= 0);
    CHECK(openedBy([&] {
            const auto aside = ns->aside();
            CHECK(aside.alone.owns_lock());
          }) == -1);
  });
}
