// Who excludes whom, and that a lock on a removed file excludes nobody.
#include "os/file_lock.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;
using Mode = FileLock::Mode;

TEST_CASE("shared locks stand together, an exclusive one alone") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/locks/1.lock";
  {
    auto first = FileLock::tryAcquire(path, Mode::Shared);
    auto second = FileLock::tryAcquire(path, Mode::Shared);
    CHECK(first);
    CHECK(second);
    CHECK_FALSE(FileLock::tryAcquire(path, Mode::Exclusive));
    first.reset();
    CHECK_FALSE(FileLock::tryAcquire(path, Mode::Exclusive));
    FileLock moved = std::move(*second);
    second.reset();
    CHECK_FALSE(FileLock::tryAcquire(path, Mode::Exclusive));
  }
  auto alone = FileLock::tryAcquire(path, Mode::Exclusive);
  CHECK(alone);
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Shared));
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Exclusive));
}

TEST_CASE("file and directory are nobody else's to read") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/locks/1.lock";
  auto lock = FileLock::tryAcquire(path, Mode::Exclusive);
  struct stat st {};
  REQUIRE(::stat(path.c_str(), &st) == 0);
  CHECK((st.st_mode & 07777) == 0600);
  CHECK(st.st_size == 0);
  REQUIRE(::stat((directory.path() + "/locks").c_str(), &st) == 0);
  CHECK((st.st_mode & 07777) == 0700);
}

TEST_CASE("a started program does not hold the lock on") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/1.lock";
  auto lock = FileLock::tryAcquire(path, Mode::Exclusive);
  CHECK(shell("flock -n " + path + " true").status == 1);  // flock(1) agrees that it is taken
  FILE* program = ::popen("exec cat", "we");
  REQUIRE(program != nullptr);
  lock.reset();
  CHECK(shell("flock -n " + path + " true").status == 0);
  ::pclose(program);
}

TEST_CASE("only a plain file can be the lock, in a plain directory") {
  TemporaryDirectory directory;
  std::string base = directory.path() + "/";
  REQUIRE(
      shell("cd " + base + " && mkfifo fifo && ln -s /run/elsewhere link && mkdir dir && ln -s dir linkdir")
          .status == 0);
  CHECK(errorOf([&] { FileLock::tryAcquire(base + "fifo", Mode::Shared); }).error() == EINVAL);
  CHECK(errorOf([&] { FileLock::tryAcquire(base + "link", Mode::Shared); }).error() == EINVAL);
  CHECK(errorOf([&] { FileLock::tryAcquire(base + "dir", Mode::Shared); }).error() == EISDIR);
  CHECK(errorOf([&] { FileLock::tryAcquire(base + "linkdir/1.lock", Mode::Shared); }).error() == ENOTDIR);
  CHECK(errorOf([&] { FileLock::tryAcquire(base + "fifo/1.lock", Mode::Shared); }).error() == ENOTDIR);
  CHECK(errorOf([] { FileLock::tryAcquire("1.lock", Mode::Shared); }).error() == EINVAL);
  CHECK(::access("/run/elsewhere", F_OK) != 0);
}

TEST_CASE("the file is removed by its only holder, and the next one starts afresh") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/1.lock";
  auto shared = FileLock::tryAcquire(path, Mode::Shared);
  CHECK_THROWS_AS(shared->unlinkWhileHeld(), std::logic_error);
  shared.reset();
  auto lock = FileLock::tryAcquire(path, Mode::Exclusive);
  lock->unlinkWhileHeld();
  CHECK(::access(path.c_str(), F_OK) != 0);
  CHECK_NOTHROW(lock->unlinkWhileHeld());
  CHECK(FileLock::tryAcquire(path, Mode::Exclusive));
}

TEST_CASE("a lock is never held by two, though every holder removes the file") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/1.lock";
  std::atomic<int> holders = 0, together = 0, taken = 0;
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 3000; ++round) {
        auto lock = FileLock::tryAcquire(path, Mode::Exclusive);
        if (!lock) continue;
        if (holders.fetch_add(1) != 0) ++together;
        ++taken;
        std::this_thread::yield();
        holders.fetch_sub(1);  // from the unlink on, the next one may come
        lock->unlinkWhileHeld();
      }
    });
  }
  threads.clear();
  CHECK(taken > 0);
  CHECK(together == 0);
}

TEST_CASE("who waits for the exclusive lock keeps others from taking it shared") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/1.lock";
  auto holder = FileLock::tryAcquire(path, Mode::Shared);
  auto waiter = FileLock::announce(path, Mode::Exclusive);
  CHECK(waiter);
  CHECK_FALSE(FileLock::announce(path, Mode::Exclusive));
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Shared));
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Exclusive));
  holder.reset();
  CHECK(FileLock::tryAcquire(path, Mode::Exclusive));
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Shared));
  waiter.reset();
  CHECK(FileLock::tryAcquire(path, Mode::Shared));
}

TEST_CASE("who holds the lock alone stamps it, later each time, and sees who did so last") {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/1.lock";
  const auto first = FileLock::tryAcquire(path, Mode::Exclusive)->stamp();
  CHECK(first.present > first.former);
  auto other = FileLock::tryAcquire(path, Mode::Exclusive);
  const auto second = other->stamp();
  CHECK(second.former == first.present);
  CHECK(second.present > first.present);
  const timespec future[] = {{4'000'000'000, 0}, {4'000'000'000, 5}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), future, 0) == 0);
  const auto late = other->stamp();
  CHECK(late.former == 4'000'000'000'000'000'005);
  CHECK(late.present > late.former);
  other.reset();
  CHECK_THROWS_AS(static_cast<void>(FileLock::tryAcquire(path, Mode::Shared)->stamp()), std::logic_error);
}

TEST_CASE("who held the lock alone lets those in who waited for it meanwhile, before the next comes") {
  TemporaryDirectory directory;
  std::string path = directory.path() + "/1.lock";
  auto holder = FileLock::tryAcquire(path, Mode::Exclusive);
  CHECK_FALSE(holder->giveTurn());
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Shared));
  auto one = FileLock::announce(path, Mode::Shared), another = FileLock::announce(path, Mode::Shared);
  CHECK(another);
  auto next = FileLock::announce(path, Mode::Exclusive);
  REQUIRE(holder->giveTurn());
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Exclusive));
  auto shared = FileLock::tryAcquire(path, Mode::Shared);
  CHECK(shared);
  one.reset();
  CHECK(holder->isAwaited());
  another.reset();
  CHECK_FALSE(holder->isAwaited());
  CHECK_THROWS_AS(static_cast<void>(holder->giveTurn()), std::logic_error);
  holder.reset();
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Shared));
  CHECK_FALSE(FileLock::tryAcquire(path, Mode::Exclusive));
  shared.reset();
  CHECK(FileLock::tryAcquire(path, Mode::Exclusive));
}
