// Visiting a namespace with one thread, and the threads that do not find back.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/netlink.h>
#include <signal.h>
#include <sys/socket.h>

#include "os/network_namespace.h"
#include "sandbox.h"

using namespace netplumb;
using namespace netplumb::test;

TEST_CASE("a scope takes one thread there and back, and no other") {
  UniqueFd there = makeNamespace();
  NamespaceIdentity home = identify(currentNamespace().get());
  onThread([&] {
    {
      EnterNamespace scope(there.get());
      CHECK(identify(currentNamespace().get()) == identify(there.get()));
      CHECK(onThread([] { return identify(currentNamespace().get()); }) ==
            identify(there.get()));  // inherited
    }
    CHECK(identify(currentNamespace().get()) == home);
    EnterNamespace again(there.get());
    CHECK(identify(::netplumb::currentNamespace().get()) == identify(there.get()));
  });
  CHECK(identify(currentNamespace().get()) == home);
}

TEST_CASE("scopes nest, also over a fresh namespace") {
  UniqueFd outer = makeNamespace();
  onThread([&] {
    EnterNamespace first(outer.get());
    {
      FreshNamespace second;
      CHECK_FALSE(identify(currentNamespace().get()) == identify(outer.get()));
      EnterNamespace third(outer.get());
      CHECK(identify(currentNamespace().get()) == identify(outer.get()));
    }
    CHECK(identify(currentNamespace().get()) == identify(outer.get()));
  });
}

TEST_CASE("scopes of a thread that nobody else moves return home, and nested ones to where they were") {
  UniqueFd outer = makeNamespace(), inner = makeNamespace();
  onThread([&] {
    const NamespaceIdentity home = identify(currentNamespace().get());
    for (int visit = 0; visit < 3; visit++) {
      {
        EnterNamespace first(outer.get(), OnLost::MarkThread);
        {
          EnterNamespace second(inner.get(), OnLost::MarkThread);
          CHECK(identify(currentNamespace().get()) == identify(inner.get()));
          { FreshNamespace third(OnLost::MarkThread); }
          CHECK(identify(currentNamespace().get()) == identify(inner.get()));
        }
        CHECK(identify(currentNamespace().get()) == identify(outer.get()));
        { EnterNamespace there(outer.get(), OnLost::MarkThread); }
        CHECK(identify(currentNamespace().get()) == identify(outer.get()));
      }
      CHECK(identify(currentNamespace().get()) == home);
    }
  });
}

TEST_CASE("a fresh namespace outlives its scope in the descriptor that was kept") {
  NamespaceIdentity home = identify(currentNamespace().get());
  UniqueFd kept = onThread([&] {
    UniqueFd taken;
    {
      FreshNamespace scope;
      const UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
      taken = FreshNamespace::keep(socket.get());
      CHECK(identify(taken.get()) == identify(currentNamespace().get()));
    }
    CHECK(identify(currentNamespace().get()) == home);
    return taken;
  });
  CHECK_FALSE(identify(kept.get()) == home);
  CHECK((::fcntl(kept.get(), F_GETFD) & FD_CLOEXEC) != 0);
  onThread([&] {
    EnterNamespace scope(kept.get());
    CHECK(identify(currentNamespace().get()) == identify(kept.get()));
  });
}

TEST_CASE("entering what is no network namespace fails and leaves the thread where it is") {
  NamespaceIdentity home = identify(currentNamespace().get());
  onThread([&] {
    UniqueFd uts(::open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC));
    SystemError error = errorOf([&] { EnterNamespace scope(uts.get()); });
    CHECK(error.error() == EINVAL);
    CHECK(error.operation() == "namespace.enter");
    CHECK(identify(currentNamespace().get()) == home);
    CHECK_FALSE(EnterNamespace::threadIsLost());
  });
}

TEST_CASE("without CAP_SYS_ADMIN another namespace is EPERM with the reason, and one's own still is open") {
  UniqueFd there = makeNamespace();
  onThread([&] {
    dropCapability(CAP_SYS_ADMIN);
    SystemError entering = errorOf([&] { EnterNamespace scope(there.get()); });
    CHECK(entering.error() == EPERM);
    CHECK(entering.explanation() == "needs CAP_SYS_ADMIN");
    SystemError making = errorOf([] { FreshNamespace scope; });
    CHECK(making.error() == EPERM);
    CHECK(making.explanation() == "needs CAP_SYS_ADMIN");
    UniqueFd here = currentNamespace();
    EnterNamespace scope(here.get());
    CHECK_FALSE(EnterNamespace::threadIsLost());
  });
}

TEST_CASE("a thread that cannot return is marked, and only that thread") {
  UniqueFd there = makeNamespace();
  onThread([&] {
    {
      EnterNamespace scope(there.get(), OnLost::MarkThread);
      dropCapability(CAP_SYS_ADMIN);
      CHECK_FALSE(EnterNamespace::threadIsLost());
    }
    CHECK(EnterNamespace::threadIsLost());
    CHECK(identify(currentNamespace().get()) == identify(there.get()));
  });
  onThread([] {
    { FreshNamespace scope(OnLost::MarkThread); }
    CHECK_FALSE(EnterNamespace::threadIsLost());
    {
      FreshNamespace scope(OnLost::MarkThread);
      dropCapability(CAP_SYS_ADMIN);
    }
    CHECK(EnterNamespace::threadIsLost());
  });
  CHECK_FALSE(EnterNamespace::threadIsLost());
}

TEST_CASE("a process whose thread must not be lost aborts and says why") {
  Output output = shell(selfChild("lose-thread"));
  CHECK(output.status == 128 + SIGABRT);
  CHECK(output.text.find("cannot return to the network namespace") != std::string::npos);
  CHECK(output.text.find("EPERM") != std::string::npos);
}
