// Replies are decoded here, on the JS thread, because only it may make objects; the bytes were all read
// before.
#include "napi/run.h"

#include <linux/rtnetlink.h>

#include <algorithm>

#include "napi/encode.h"
#include "napi/environment.h"
#include "napi/failure.h"
#include "napi/job_reader.h"
#include "napi/namespace_handle.h"
#include "napi/object_builder.h"
#include "os/named_namespace.h"
#include "rtnl/link_stats_table.h"
#include "rtnl/objects.h"

namespace netplumb {

// Whether a message is about the link that a list was to be about: some lists the kernel does not filter.
static bool isAbout(const Object& object, Bytes request, Bytes payload) {
  for (const Row& row : object.header->rows) {
    if (row.type != Type::LinkIndex || payload.size() < row.number + sizeof(uint32_t)) continue;
    const auto wanted = readAt<uint32_t>(request, NLMSG_HDRLEN + row.number);
    if (wanted != 0 && readAt<uint32_t>(payload, row.number) != wanted) return false;
  }
  return true;
}

static Napi::Value decodeMessages(Napi::Env env, const Object& object, Bytes messages, Bytes request = {},
                                  bool (*leavesOut)(const Row&) = nullptr) {
  ObjectBuilder builder(env, Environment::of(env).shapes());
  Decoder<ObjectBuilder> decoder(builder, findLinkKind, leavesOut);
  std::vector<napi_value> values;
  MessageReader reader(messages);
  while (const auto message = reader.next()) {
    if (message->type != object.add) continue;
    if (!request.empty() && !isAbout(object, request, message->payload)) continue;
    Napi::EscapableHandleScope scope(env);  // a list makes more values than one scope should hold
    values.push_back(scope.Escape(builder.take(decoder.object(object, message->payload))));
  }
  const auto list = Napi::Array::New(env, values.size());
  for (size_t i = 0; i < values.size(); i++) list.Set(static_cast<uint32_t>(i), values[i]);
  return list;
}

// RTEXT_FILTER_SKIP_STATS has the kernel leave out IPv6's counters only.
static bool skipsStats(const Request& request) {
  const size_t header = NLMSG_HDRLEN + NLMSG_ALIGN(request.object->header->size);
  if (request.object->add != RTM_NEWLINK || request.verb != Verb::List) return false;
  const auto mask = findAttribute(Bytes(request.messages.front()).subspan(header), IFLA_EXT_MASK);
  return mask && readAt<uint32_t>(mask->payload) & RTEXT_FILTER_SKIP_STATS;
}

// A descriptor is JavaScript's from the moment a number was made of it.
static Napi::Value madeLink(Napi::Env env, StepResult& result) {
  const auto made = Napi::Object::New(env);
  made.Set("index", result.index);
  made.Set("name", result.name);
  if (result.peerIndex != 0) made.Set("peerIndex", result.peerIndex);
  if (result.descriptor) {
    made.Set("fd", result.descriptor.get());
    static_cast<void>(result.descriptor.release());
  }
  return made;
}

static Napi::Value stepValue(Napi::Env env, const Step& step, StepResult& result) {
  if (std::holds_alternative<SysctlGet>(step.what)) return Napi::String::New(env, result.text);
  if (std::holds_alternative<SurrenderName>(step.what)) return Napi::Boolean::New(env, !result.text.empty());
  const auto* request = std::get_if<Request>(&step.what);
  if (std::holds_alternative<CreateTun>(step.what)) return madeLink(env, result);
  if (!request) return env.Undefined();
  if (request->verb == Verb::List)
    return decodeMessages(env, *request->object, result.messages, request->messages.front(),
                          skipsStats(*request) ? isCounters : nullptr);
  if (request->verb == Verb::Get) return decodeMessages(env, *request->object, result.messages);
  if (request->object->echoes && !result.messages.empty())
    return decodeMessages(env, *request->object, result.messages);
  return result.index == 0 ? env.Undefined() : madeLink(env, result);
}

// One record for each step that was begun, in order.
static Napi::Value traceOf(Napi::Env env, const Job& job) {
  const auto trace = Napi::Array::New(env);
  for (const Span& span : job.spans) {
    for (size_t step = span.first; step <= span.last; step++) {
      const auto record = Napi::Object::New(env);
      record.Set("operation", job.steps[step].operation);
      record.Set("target", job.steps[step].target);
      record.Set("step", static_cast<double>(step));
      record.Set("startMs", span.began / 1000);
      record.Set("durationMs", (span.ended - span.began) / 1000);
      record.Set("together", static_cast<double>(span.last - span.first + 1));
      trace.Set(trace.Length(), record);
    }
  }
  return trace;
}

static Napi::Value jobResult(Napi::Env env, Job& job) {
  const auto result = Napi::Object::New(env);
  if (job.traced) result.Set("trace", traceOf(env, job));
  if (!job.failure) {
    try {
      const auto values = Napi::Array::New(env, job.steps.size());
      for (size_t i = 0; i < job.steps.size(); i++)
        if (const auto value = stepValue(env, job.steps[i], job.results[i]); !value.IsUndefined())
          values.Set(static_cast<uint32_t>(i), value);
      const auto namespaces = Napi::Array::New(env, job.kept.size());
      for (size_t i = 0; i < job.kept.size(); i++)
        if (auto& kept = job.slots.at(job.kept[i]))
          namespaces.Set(static_cast<uint32_t>(i), wrapNamespace(env, std::move(kept)));
      result.Set("values", values);
      result.Set("namespaces", namespaces);
      return result;
    } catch (const MalformedMessage& malformed) {
      job.failure = Failure{EBADMSG, "decode", {}, {}, malformed.what(), {}, {}, {}};
    }
  }
  result.Set("failure", failureRecord(env, *job.failure));
  return result;
}

// Has the caller write the steps that follow, while the first ones are being done elsewhere.
static void handOver(Napi::Env env, Job& job, Napi::Function write) {
  try {
    job.more->give(readSteps(env, write.Call({}).As<Napi::Array>(), job.head));
  } catch (...) {
    job.more->abandon();
    throw;
  }
}

// But for its turns, and what JavaScript gets of it.
static Environment::Work workOf(const std::shared_ptr<Job>& job) {
  Environment::Work work;
  work.run = [job] { job->run(Caller::Executor); };
  work.after = [job] { job->letGo(); };
  return work;
}

Napi::Value run(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    const auto job = readJob(env, info[0].As<Napi::Object>());
    job->head = job->steps.size();
    if (info[1].IsFunction()) job->more = std::make_unique<Handover>();
    if (info[2].IsObject())  // where the caller can reach the job: { cancel() }
      info[2].As<Napi::Object>().Set(
          "cancel", Napi::Function::New(env, [job](const Napi::CallbackInfo&) { job->cancelled = true; }));
    Environment::Work work = workOf(job);
    for (const auto& slot : job->slots)
      if (slot && std::find(work.turns.begin(), work.turns.end(), slot) == work.turns.end())
        work.turns.push_back(slot);
    work.settle = [job](Napi::Env settled) { return jobResult(settled, *job); };
    const auto promise = Environment::of(env).schedule(env, std::move(work));
    if (job->more) handOver(env, *job, info[1].As<Napi::Function>());
    return promise;
  });
}

// As src/ refuses one.
static void requireNamespaceName(Napi::Env env, const std::string& name) {
  try {
    validateNamespaceName(name);
  } catch (const std::invalid_argument& error) {
    throw Napi::RangeError::New(env, error.what());
  }
}

Napi::Value plumb(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    const auto host = unwrapNamespace(info[0]);
    const std::string name = info[1].As<Napi::String>().Utf8Value();
    requireNamespaceName(env, name);
    const auto job = std::make_shared<Job>();
    job->slots = {nullptr, host};
    job->lock = {info[2].As<Napi::String>().Utf8Value(), FileLock::Mode::Shared};
    Step create;
    create.operation = "namespace.create";
    create.target = name;
    create.what = CreateNamespace{0, name};
    job->steps.push_back(std::move(create));
    job->head = 1;
    job->more = std::make_unique<Handover>();
    Environment::Work work = workOf(job);
    work.turns = {host};
    work.settle = [job](Napi::Env settled) -> Napi::Value {
      if (job->failure) return failureRecord(settled, *job->failure);
      return Napi::Number::New(settled, job->results.at(1).index);
    };
    const auto promise = Environment::of(env).schedule(env, std::move(work));
    handOver(env, *job, info[3].As<Napi::Function>());
    return promise;
  });
}

Napi::Value runSync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    const auto job = readJob(env, info[0].As<Napi::Object>());
    job->run(Caller::JsThread);
    return jobResult(env, *job);
  });
}

Napi::Value encode(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    RequestEncoder encoder(env, "encode");
    const auto bytes = encoder.encode(readObject(info[0]), readVerb(info[1]), info[2].As<Napi::Object>());
    ObjectBuilder builder(env, Environment::of(env).shapes());
    return Napi::Value(env, builder.take(builder.bytes(bytes)));
  });
}

Napi::Value decode(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  return guarded(env, [&] {
    const Object& object = readObject(info[0]);
    const auto array = info[1].As<Napi::Uint8Array>();
    ObjectBuilder builder(env, Environment::of(env).shapes());
    Decoder<ObjectBuilder> decoder(builder, findLinkKind);
    const Bytes message(array.Data(), array.ByteLength());
    return Napi::Value(env, builder.take(decoder.object(
                                object, message.subspan(std::min<size_t>(NLMSG_HDRLEN, message.size())))));
  });
}

}  // namespace netplumb
