// The calling thread's capabilities, not the process'.
#include "os/capabilities.h"

#include <doctest/doctest.h>

#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

TEST_CASE("a capability is had until the thread drops it") {
  for (int capability : {CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_NET_RAW, CAP_BPF}) {
    CAPTURE(capability);
    CHECK(hasCapability(capability));
    CHECK_FALSE(onThread([&] {
      dropCapability(capability);
      return hasCapability(capability);
    }));
    CHECK(hasCapability(capability));
  }
}

TEST_CASE("a number without a capability is one nobody has") {
  for (int number : {-1, 63, 64, 1000}) {
    CAPTURE(number);
    CHECK_FALSE(hasCapability(number));
  }
}
