// Announcements were read elsewhere; here they become objects, on the JS thread, some hundred at a time.
#include "napi/monitor.h"

#include <utility>

#include "job/objects.h"
#include "monitor/monitor.h"
#include "napi/environment.h"
#include "napi/failure.h"
#include "napi/namespace_handle.h"
#include "napi/object_builder.h"
#include "netlink/decode.h"
#include "rtnl/objects.h"

namespace netplumb {

static constexpr size_t atOnce = 256;

using Held = std::shared_ptr<Monitor>;

static std::vector<Subject> subjects() {
  std::vector<Subject> all;
  for (const Watched& watched : watchedObjects)
    if (const Object* object = findObject(watched.object)) all.push_back({&watched, object});
  return all;
}

// Empty once it was closed.
static Held& unwrap(Napi::Value monitor) { return *monitor.As<Napi::External<Held>>().Data(); }

static void close(Held& held) {
  if (const auto monitor = std::exchange(held, nullptr)) monitor->close();
}

Napi::Value monitored(const Napi::CallbackInfo& info) {
  const auto names = Napi::Array::New(info.Env());
  for (const Subject& subject : subjects()) names.Set(names.Length(), std::string(subject.watched->object));
  return names;
}

static Monitor::Options readOptions(Napi::Object options) {
  Monitor::Options read{{},
                        options.Get("mostQueued").As<Napi::Number>().Uint32Value(),
                        options.Get("receiveBuffer").As<Napi::Number>().Int32Value()};
  const auto wanted = options.Get("objects").As<Napi::Array>();
  const auto isWanted = [&](const Subject& subject) {
    for (uint32_t i = 0; i < wanted.Length(); i++)
      if (wanted.Get(i).As<Napi::String>().Utf8Value() == subject.watched->object) return true;
    return false;
  };
  for (const Subject& subject : subjects())
    if (isWanted(subject)) read.subjects.push_back(subject);
  return read;
}

static Napi::Value wrap(Napi::Env env, std::shared_ptr<Monitor> monitor) {
  // An environment that is being terminated refuses: the monitor must not outlive that.
  auto held = std::make_unique<Held>(std::move(monitor));
  const auto external = Napi::External<Held>::New(env, held.get(), [](Napi::BasicEnv, Held* dropped) {
    close(*dropped);
    delete dropped;
  });
  static_cast<void>(held.release());
  return external;
}

Napi::Value openMonitor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    const auto ns = unwrapNamespace(info[0]);
    const auto options = readOptions(info[1].As<Napi::Object>());
    const auto result = Napi::Object::New(env);
    try {
      // Here and now, so that the caller's next step is heard of.
      const auto monitor = [&] {
        const EnterNamespace enter(ns->fd(), OnLost::Abort);
        return std::make_shared<Monitor>(options);
      }();
      const auto wrapped = wrap(env, monitor);
      Environment::of(env).watchThread().add(monitor);
      result.Set("value", wrapped);
    } catch (const SystemError& error) {
      result.Set("failure", failureRecord(env, toFailure(error)));
    }
    return Napi::Value(result);
  });
}

Napi::Value awaitEvents(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    std::function<void()> complete;
    const auto promise = Environment::of(info.Env())
                             .promise(
                                 info.Env(), [](Napi::Env env) { return env.Undefined(); }, complete);
    if (const auto& monitor = unwrap(info[0]))
      monitor->whenReady(std::move(complete));
    else
      complete();
    return promise;
  });
}

Napi::Value takeEvents(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    static constexpr const char* changes[] = {"new", "removed", "overrun"};
    const auto result = Napi::Object::New(env);
    const Held monitor = unwrap(info[0]);
    if (!monitor) return Napi::Value(result);
    try {
      const auto taken = monitor->take(atOnce);
      if (taken.empty() && monitor->ended()) return Napi::Value(result);
      ObjectBuilder builder(env, Environment::of(env).shapes());
      Decoder<ObjectBuilder> decoder(builder, findLinkKind);
      const auto events = Napi::Array::New(env, taken.size());
      for (size_t i = 0; i < taken.size(); i++) {
        const Napi::HandleScope scope(env);
        const auto event = Napi::Object::New(env);
        event.Set("object", taken[i].object ? std::string(taken[i].object->name) : "monitor");
        event.Set("change", changes[static_cast<size_t>(taken[i].change)]);
        if (taken[i].object)
          event.Set("value", builder.take(decoder.object(*taken[i].object, taken[i].payload)));
        events.Set(static_cast<uint32_t>(i), event);
      }
      result.Set("value", events);
    } catch (const SystemError& error) {
      result.Set("failure", failureRecord(env, toFailure(error)));
    }
    return Napi::Value(result);
  });
}

// Its descriptors go now, not when the value is collected.
void closeMonitor(const Napi::CallbackInfo& info) { close(unwrap(info[0])); }

}  // namespace netplumb
