// Each is one visit to an executor thread.
#include "napi/services.h"

#include <sys/socket.h>

#include <stdexcept>

#include "napi/elsewhere.h"
#include "napi/namespace_handle.h"
#include "os/capabilities.h"
#include "os/file_lock.h"
#include "os/icmp.h"
#include "os/named_namespace.h"
#include "os/port_probe.h"
#include "os/stream_socket.h"
#include "os/uninherited.h"

namespace netplumb {

static Napi::Value texts(Napi::Env env, std::vector<std::string>& texts) {
  const auto array = Napi::Array::New(env, texts.size());
  for (size_t i = 0; i < texts.size(); i++) array.Set(static_cast<uint32_t>(i), texts[i]);
  return array;
}

Napi::Value listNamespaces(const Napi::CallbackInfo& info) {
  using Names = std::vector<std::string>;
  return elsewhere<Names>(
      info.Env(), false, [] { return NamedNamespace::list(); }, texts);
}

Napi::Value removeAbandonedNames(const Napi::CallbackInfo& info) {
  using Names = std::vector<std::string>;
  return elsewhere<Names>(
      info.Env(), false, [] { return NamedNamespace::removeAbandoned(); }, texts);
}

using Lock = std::shared_ptr<std::optional<FileLock>>;

static Napi::Value wrapLock(Napi::Env env, const Lock& held) {
  if (!*held) return env.Undefined();
  // An environment that is being terminated refuses: the lock must not outlive that.
  auto owned = std::make_unique<Lock>(held);
  const auto external =
      Napi::External<Lock>::New(env, owned.get(), [](Napi::BasicEnv, Lock* dropped) { delete dropped; });
  static_cast<void>(owned.release());
  return external;
}

static Napi::Value locking(Napi::Env env, std::function<std::optional<FileLock>()> lock) {
  return elsewhere<Lock>(
      env, false, [lock = std::move(lock)] { return std::make_shared<std::optional<FileLock>>(lock()); },
      [](Napi::Env settled, Lock& held) { return wrapLock(settled, held); });
}

Napi::Value tryLock(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const auto mode = info[1].ToBoolean() ? FileLock::Mode::Exclusive : FileLock::Mode::Shared;
  return locking(info.Env(), [path, mode] { return FileLock::tryAcquire(path, mode); });
}

// On the JS thread: it never waits.
Napi::Value tryLockSync(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const auto mode = info[1].ToBoolean() ? FileLock::Mode::Exclusive : FileLock::Mode::Shared;
  return guarded(info.Env(), [&] {
    return wrapLock(info.Env(), std::make_shared<std::optional<FileLock>>(FileLock::tryAcquire(path, mode)));
  });
}

Napi::Value announceLock(const Napi::CallbackInfo& info) {
  const std::string path = info[0].As<Napi::String>().Utf8Value();
  const auto mode = info[1].ToBoolean() ? FileLock::Mode::Exclusive : FileLock::Mode::Shared;
  return locking(info.Env(), [path, mode] { return FileLock::announce(path, mode); });
}

Napi::Value giveTurn(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    auto& lock = **info[0].As<Napi::External<Lock>>().Data();
    return Napi::Boolean::New(info.Env(), lock && lock->giveTurn());
  });
}

Napi::Value stampLock(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    auto& lock = **info[0].As<Napi::External<Lock>>().Data();
    if (!lock) throw std::logic_error("the lock was given back");
    const auto [former, present] = lock->stamp();
    const auto stamps = Napi::Array::New(info.Env(), 2);
    stamps.Set(0u, Napi::BigInt::New(info.Env(), former));
    stamps.Set(1u, Napi::BigInt::New(info.Env(), present));
    return stamps;
  });
}

Napi::Value isLockAwaited(const Napi::CallbackInfo& info) {
  const auto& lock = **info[0].As<Napi::External<Lock>>().Data();
  return Napi::Boolean::New(info.Env(), lock && lock->isAwaited());
}

void unlock(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] {
    auto& lock = **info[0].As<Napi::External<Lock>>().Data();
    if (lock && info[1].ToBoolean()) lock->unlinkWhileHeld();
    lock.reset();
  });
}

Napi::Value ping(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const auto ns = unwrapNamespace(info[0]);
    const std::string address = info[1].As<Napi::String>().Utf8Value();
    const int timeoutMs = info[2].As<Napi::Number>().Int32Value();
    const auto sequence = static_cast<uint16_t>(info[3].As<Napi::Number>().Uint32Value());
    const int wakeFd = Environment::of(info.Env()).wakeFd();
    return elsewhere<EchoReply>(
        info.Env(), true,
        [=] {
          auto socket = [&] {
            const EnterNamespace enter(ns->fd(), OnLost::MarkThread);
            return EchoSocket();
          }();
          return socket.echo(address, timeoutMs, sequence, wakeFd);
        },
        [](Napi::Env env, EchoReply& reply) {
          const auto record = Napi::Object::New(env);
          record.Set("from", reply.from);
          record.Set("rttUs", reply.rttMicroseconds);
          record.Set("ttl", reply.ttl);
          return Napi::Value(record);
        });
  });
}

Napi::Value nextEchoRequest(const Napi::CallbackInfo& info) {
  using Source = std::optional<std::string>;
  return guarded(info.Env(), [&] {
    const auto ns = unwrapNamespace(info[0]);
    const int timeoutMs = info[1].As<Napi::Number>().Int32Value();
    const int wakeFd = Environment::of(info.Env()).wakeFd();
    // Made here, so that what arrives from now on is heard even if the thread takes its time.
    const auto listener = [&] {
      const EnterNamespace enter(ns->fd(), OnLost::Abort);
      return std::make_shared<EchoListener>();
    }();
    return elsewhere<Source>(
        info.Env(), true, [=] { return listener->awaitEchoRequest(timeoutMs, wakeFd); },
        [](Napi::Env env, Source& source) {
          return source ? Napi::Value(Napi::String::New(env, *source)) : env.Undefined();
        });
  });
}

// A descriptor made in a namespace. It is JavaScript's from the moment a number was made of it.
static Napi::Value socketIn(const Napi::CallbackInfo& info, std::function<UniqueFd()> open) {
  using Descriptor = std::shared_ptr<UniqueFd>;
  const auto ns = unwrapNamespace(info[0]);
  return elsewhere<Descriptor>(
      info.Env(), false,
      [ns, open = std::move(open)] {
        const EnterNamespace enter(ns->fd(), OnLost::MarkThread);
        return std::make_shared<UniqueFd>(open());
      },
      [](Napi::Env env, Descriptor& fd) -> Napi::Value {
        const auto number = Napi::Number::New(env, fd->get());
        static_cast<void>(fd->release());
        return number;
      });
}

Napi::Value openSocket(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const int family = info[1].As<Napi::Number>().Int32Value() == 6 ? AF_INET6 : AF_INET;
    return socketIn(info, [family] { return openStreamSocket(family); });
  });
}

Napi::Value bindSocket(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const BindAddress where{info[1].As<Napi::String>().Utf8Value(),
                            static_cast<uint16_t>(info[2].As<Napi::Number>().Uint32Value()),
                            info[3].ToBoolean()};
    return socketIn(info, [where] { return openBoundSocket(where); });
  });
}

static PortProbe readProbe(Napi::Array probe) {
  return {probe.Get(0u).As<Napi::Number>().Int32Value(), probe.Get(1u).As<Napi::String>().Utf8Value(),
          static_cast<uint16_t>(probe.Get(2u).As<Napi::Number>().Uint32Value()),
          probe.Get(3u).As<Napi::Number>().Uint32Value()};
}

// On the JS thread: one visit to the namespace, and a few microseconds a port.
Napi::Value firstTakenPort(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&]() -> Napi::Value {
    const auto ns = unwrapNamespace(info[0]);
    const auto probes = info[1].As<Napi::Array>();
    const EnterNamespace enter(ns->fd(), OnLost::Abort);
    for (uint32_t i = 0; i < probes.Length(); i++) {
      const auto taken = firstTakenPort(readProbe(probes.Get(i).As<Napi::Array>()));
      if (!taken) continue;
      const auto found = Napi::Array::New(env, 2);
      found.Set(0u, i);
      found.Set(1u, static_cast<uint32_t>(*taken));
      return found;
    }
    return env.Undefined();
  });
}

Napi::Value uninherited(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const UninheritedScope scope;
    return info[0].As<Napi::Function>().Call({});
  });
}

Napi::Value hasCapability(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    return Napi::Boolean::New(info.Env(), hasCapability(info[0].As<Napi::Number>().Int32Value()));
  });
}

void checkNamespaceName(const Napi::CallbackInfo& info) {
  guarded(info.Env(), [&] { validateNamespaceName(info[0].As<Napi::String>().Utf8Value()); });
}

}  // namespace netplumb
