// UniqueFd and SystemError. errno's names are checked against libc's own table where it has one.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/system_error.h"
#include "base/unique_fd.h"

using namespace netplumb;

namespace {

int openNull() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
bool isOpen(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

}  // namespace

TEST_CASE("a UniqueFd closes what it owns, and nothing else") {
  int fd = openNull();
  {
    UniqueFd owner(fd);
    CHECK(owner);
    CHECK(isOpen(fd));
  }
  CHECK_FALSE(isOpen(fd));
  CHECK_FALSE(UniqueFd());
}

TEST_CASE("a UniqueFd that was moved from owns nothing") {
  UniqueFd first(openNull());
  int fd = first.get();
  UniqueFd second(std::move(first));
  CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): this is the promise
  CHECK(second.get() == fd);
  UniqueFd third(openNull());
  int replaced = third.get();
  third = std::move(second);
  CHECK_FALSE(isOpen(replaced));
  CHECK(third.get() == fd);
  int released = third.release();
  CHECK_FALSE(third);
  CHECK(isOpen(released));
  ::close(released);
}

TEST_CASE("closing keeps errno for the report that follows") {
  UniqueFd broken(openNull());
  ::close(broken.get());  // so that its own close fails with EBADF
  errno = EEXIST;
  broken.reset();
  CHECK(errno == EEXIST);
}

TEST_CASE("a SystemError says operation, target, code, sentence and explanation") {
  SystemError error(EEXIST, "namespace.create", "c1", "somebody has it");
  CHECK(std::string(error.what()) == "namespace.create c1: EEXIST: File exists (somebody has it)");
  CHECK(error.error() == EEXIST);
  CHECK(error.operation() == "namespace.create");
  CHECK(error.target() == "c1");
  CHECK(error.explanation() == "somebody has it");
  CHECK(std::string(SystemError(ENOENT, "x").what()) == "x: ENOENT: No such file or directory");
  CHECK_THROWS_AS(fail(EPERM, "x"), SystemError);
}

TEST_CASE("every errno has its name") {
  CHECK(std::string(errnoName(EEXIST)) == "EEXIST");
  CHECK(std::string(errnoName(EAGAIN)) == "EAGAIN");
  CHECK(std::string(errnoName(EOPNOTSUPP)) == "EOPNOTSUPP");
  CHECK(std::string(errnoName(524)) == "ENOTSUPP");
  CHECK(std::string(errnoName(0)) == "EUNKNOWN");
  CHECK(std::string(errnoName(9999)) == "EUNKNOWN");
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
  for (int number = 1; number < 200; ++number) {
    const char* expected = ::strerrorname_np(number);
    CAPTURE(number);
    CHECK(std::string(errnoName(number)) == (expected != nullptr ? expected : "EUNKNOWN"));
  }
#endif
}
