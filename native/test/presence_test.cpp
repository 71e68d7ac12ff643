// Who sees whom, and that a name goes with whoever held it.
#include "os/presence.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "requests.h"

using namespace netplumb;
using namespace netplumb::test;

TEST_CASE("a name is present while its descriptor is open") {
  inFreshNamespace([] {
    CHECK_FALSE(isPresent("here"));
    UniqueFd held = announcePresence("here");
    CHECK(isPresent("here"));
    CHECK_FALSE(isPresent("her"));
    CHECK_FALSE(isPresent("here2"));
    held.reset();
    CHECK_FALSE(isPresent("here"));
  });
}

TEST_CASE("a name has one holder, however often it is asked for") {
  inFreshNamespace([] {
    const UniqueFd held = announcePresence("one");
    for (int i = 0; i < 1000; i++) CHECK(isPresent("one"));
    CHECK(errorOf([] { announcePresence("one"); }).error() == EADDRINUSE);
  });
}

TEST_CASE("a name is seen in its own namespace only") {
  inFreshNamespace([] {
    const UniqueFd held = announcePresence("inside");
    inFreshNamespace([] { CHECK_FALSE(isPresent("inside")); });
    CHECK(isPresent("inside"));
  });
}

TEST_CASE("a name goes with a process that is killed") {
  inFreshNamespace([] {
    int ready[2];
    REQUIRE(::pipe2(ready, O_CLOEXEC) == 0);
    const UniqueFd reads(ready[0]);
    UniqueFd writes(ready[1]);
    const pid_t child = ::fork();
    if (child == 0) {
      const UniqueFd held = announcePresence("killed");
      [[maybe_unused]] const auto written = ::write(writes.get(), "x", 1);
      for (;;) ::pause();
    }
    writes.reset();
    char byte;
    REQUIRE(::read(reads.get(), &byte, 1) == 1);
    CHECK(isPresent("killed"));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    CHECK_FALSE(isPresent("killed"));
  });
}

TEST_CASE("what cannot be a name is refused") {
  for (const std::string& name : {std::string(), std::string(200, 'x')}) {
    CHECK(errorOf([&] { announcePresence(name); }).error() == EINVAL);
    CHECK(errorOf([&] { isPresent(name); }).error() == EINVAL);
  }
}
