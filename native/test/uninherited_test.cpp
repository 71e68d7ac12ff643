#include "os/uninherited.h"

#include <doctest/doctest.h>
#include <fcntl.h>

#include "base/unique_fd.h"

using namespace netplumb;

TEST_CASE("descriptors are not inherited for as long as the scope lives, and then as before") {
  const UniqueFd inherited(::open("/dev/null", O_RDONLY));  // as this process may have been started with
  const UniqueFd own(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto flags = [](const UniqueFd& fd) { return ::fcntl(fd.get(), F_GETFD); };
  {
    const UninheritedScope scope;
    CHECK(flags(inherited) == FD_CLOEXEC);
    CHECK(flags(own) == FD_CLOEXEC);
    CHECK(::fcntl(2, F_GETFD) == 0);
  }
  CHECK(flags(inherited) == 0);
  CHECK(flags(own) == FD_CLOEXEC);
}
