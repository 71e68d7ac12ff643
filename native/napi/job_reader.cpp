// The specification comes from src/, not from users, so only what src/ does not check already is checked
// here.
#include "napi/job_reader.h"

#include <linux/rtnetlink.h>

#include <iterator>

#include "job/objects.h"
#include "napi/encode.h"
#include "napi/failure.h"
#include "napi/namespace_handle.h"
#include "napi/prepared.h"
#include "os/named_namespace.h"
#include "os/sysctl.h"

namespace netplumb {

static std::string readString(Napi::Object from, const char* name) {
  const Napi::Value value = from.Get(name);
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : std::string();
}

static size_t readNumber(Napi::Object from, const char* name) {
  return from.Get(name).As<Napi::Number>().Uint32Value();
}

Verb readVerb(Napi::Value value) {
  static constexpr std::pair<std::string_view, Verb> verbs[] = {
      {"add", Verb::Add}, {"append", Verb::Append},   {"prepend", Verb::Prepend},
      {"set", Verb::Set}, {"replace", Verb::Replace}, {"remove", Verb::Remove},
      {"get", Verb::Get}, {"list", Verb::List},       {"settle", Verb::Settle}};
  const std::string name = value.As<Napi::String>().Utf8Value();
  for (const auto& [known, verb] : verbs)
    if (known == name) return verb;
  throw Napi::TypeError::New(value.Env(), "no such verb: " + name);
}

const Object& readObject(Napi::Value value) {
  const std::string name = value.As<Napi::String>().Utf8Value();
  const Object* object = findObject(name);
  if (!object) throw Napi::TypeError::New(value.Env(), "no such object: " + name);
  return *object;
}

// The stand-ins to look for, and where they were found.
struct Preparation {
  std::span<const std::string> standIns;
  std::vector<Place> places;
};

// One message for each name. They are alike but for the name, so the later ones are copies.
template <typename Encode>
static void readAltNames(Napi::Env env, Napi::Array names, Request& request, Napi::Object value,
                         Encode encode) {
  std::vector<Place> places;
  for (uint32_t i = 0; i < names.Length(); i++) {
    const Napi::Value name = names.Get(i);
    const std::string text = name.IsString() ? name.As<Napi::String>().Utf8Value() : std::string();
    if (places.size() == 1) {
      ByteVector copy = request.messages.front();
      if (!text.empty() && putText(copy, places.front(), text)) {
        request.messages.push_back(std::move(copy));
        continue;
      }
    }
    const auto one = Napi::Array::New(env, 1);
    one.Set(0u, name);
    value.Set("altNames", one);
    const std::string standIns[] = {text};
    places = encode(standIns);
  }
}

static Request readRequest(Napi::Env env, Napi::Object step, const std::string& operation,
                           Preparation* preparation) {
  Request request{};
  request.slot = readNumber(step, "slot");
  request.object = &readObject(step.Get("object"));
  request.verb = readVerb(step.Get("verb"));
  request.barrier = step.Get("barrier").ToBoolean();
  const auto value = step.Get("value").As<Napi::Object>();
  const auto encode = [&](std::span<const std::string> standIns) {
    RequestEncoder encoder(env, operation);
    encoder.watchFor(standIns);
    request.messages.push_back(encoder.encode(*request.object, request.verb, value));
    request.fixups = encoder.takeFixups();
    return encoder.takePlaces();
  };
  // Of several names in one message the kernel would keep those before the one it refuses.
  const Napi::Value names = value.Get("altNames");
  const bool several = request.object->add == RTM_NEWLINKPROP && request.verb == Verb::Add &&
                       names.IsArray() && names.As<Napi::Array>().Length() != 1;
  if (preparation)
    preparation->places = encode(preparation->standIns);
  else if (several)
    readAltNames(env, names.As<Napi::Array>(), request, value, encode);
  else
    encode({});
  if (const Napi::Value created = step.Get("created"); created.IsObject()) {
    const auto record = created.As<Napi::Object>();
    request.created.name = readString(record, "name");
    request.created.peerName = readString(record, "peerName");
    if (record.Get("peerSlot").IsNumber()) request.created.peerSlot = readNumber(record, "peerSlot");
  }
  return request;
}

// Now, for the caller may close it right after; but what is wrong with it is the step's failure.
static std::variant<std::string, pid_t, UniqueFd, SystemError> duplicate(int fd) {
  try {
    return duplicateNamespace(fd);
  } catch (const SystemError& refusal) {
    return refusal;
  }
}

static OpenNamespace readOpen(Napi::Object step) {
  OpenNamespace open{readNumber(step, "slot"), {}};
  const Napi::Value reference = step.Get("reference");
  if (reference.IsString()) {
    open.reference = reference.As<Napi::String>().Utf8Value();
  } else {
    const auto record = reference.As<Napi::Object>();
    if (record.Get("pid").IsNumber())
      open.reference = record.Get("pid").As<Napi::Number>().Int32Value();
    else
      open.reference = duplicate(record.Get("fd").As<Napi::Number>().Int32Value());
  }
  if (const Napi::Value other = step.Get("otherThan"); other.IsExternal())
    open.otherThan = unwrapNamespace(other)->identity();
  return open;
}

static CreateTun readTun(Napi::Object step) {
  const auto is = [&](const char* name) { return step.Get(name).ToBoolean().Value(); };
  const auto id = [&](const char* name) -> std::optional<uint32_t> {
    const Napi::Value value = step.Get(name);
    return value.IsNumber() ? std::optional(value.As<Napi::Number>().Uint32Value()) : std::nullopt;
  };
  return {readNumber(step, "slot"),
          {readString(step, "name"), is("ethernet"), is("exclusive"), is("persistent"),
           is("packetInformation"), is("vnetHeader"), is("multiQueue"), id("owner"), id("group")}};
}

static SurrenderName readSurrender(Napi::Object step) {
  SurrenderName surrender{readNumber(step, "slot"),
                          readNumber(step, "into"),
                          readString(step, "name"),
                          step.Get("netNsId").As<Napi::Number>().Int32Value(),
                          {}};
  validateNamespaceName(surrender.name);
  const auto leaving = step.Get("leaving").As<Napi::Array>();
  for (uint32_t i = 0; i < leaving.Length(); i++) {
    const auto pair = leaving.Get(i).As<Napi::Object>();
    surrender.leaving.push_back(
        {static_cast<uint32_t>(readNumber(pair, "peer")), static_cast<uint32_t>(readNumber(pair, "index"))});
  }
  return surrender;
}

static Transaction readTransaction(Napi::Env env, Napi::Object step) {
  Transaction transaction{readNumber(step, "slot"), {}, {}};
  const auto messages = step.Get("messages").As<Napi::Array>();
  transaction.messages.reserve(messages.Length());
  for (uint32_t i = 0; i < messages.Length(); i++) {
    const auto message = messages.Get(i).As<Napi::Object>();
    const Object& object = readObject(message.Get("object"));
    const Napi::Value verb = message.Get("verb");
    std::string operation = std::string(object.name) + '.' + verb.As<Napi::String>().Utf8Value();
    RequestEncoder encoder(env, operation);
    ByteVector bytes = encoder.encode(object, readVerb(verb), message.Get("value").As<Napi::Object>());
    transaction.messages.push_back(
        {&object, std::move(operation), readString(message, "target"), std::move(bytes)});
  }
  if (const Napi::Value generation = step.Get("generation"); generation.IsNumber())
    transaction.generation = generation.As<Napi::Number>().Uint32Value();
  return transaction;
}

static Step readStep(Napi::Env env, Napi::Object step, Preparation* preparation = nullptr) {
  Step result;
  result.operation = readString(step, "operation");
  result.target = readString(step, "target");
  const std::string kind = readString(step, "do");
  if (kind == "request" || kind == "read")
    result.what = readRequest(env, step, result.operation, preparation);
  else if (kind == "createNamespace") {
    const std::string name = readString(step, "name");
    if (!name.empty()) validateNamespaceName(name);
    result.what = CreateNamespace{readNumber(step, "slot"), name};
  } else if (kind == "openNamespace")
    result.what = readOpen(step);
  else if (kind == "removeNamespace") {
    const std::string name = readString(step, "name");
    validateNamespaceName(name);
    result.what = RemoveNamespace{name};
  } else if (kind == "surrenderName")
    result.what = readSurrender(step);
  else if (kind == "sysctlGet")
    result.what = SysctlGet{readNumber(step, "slot"), sysctlPath(readString(step, "name"))};
  else if (kind == "sysctlSet")
    result.what =
        SysctlSet{readNumber(step, "slot"), sysctlPath(readString(step, "name")), readString(step, "value")};
  else if (kind == "createTun")
    result.what = readTun(step);
  else if (kind == "transaction")
    result.what = readTransaction(env, step);
  else
    throw Napi::TypeError::New(env, "no such step: " + kind);
  return result;
}

static bool makesLink(const Step& step) {
  if (std::holds_alternative<CreateTun>(step.what)) return true;
  const auto* request = std::get_if<Request>(&step.what);
  return request && request->verb == Verb::Add && request->object->add == RTM_NEWLINK;
}

// A planned link is a step's number, which means nothing outside its plan or before that step. `steps` begins
// at `first`.
static void checkStepLinks(Napi::Env env, const std::vector<Step>& steps, size_t first) {
  const auto* request = std::get_if<Request>(&steps.back().what);
  if (!request) return;
  for (const Fixup& fixup : request->fixups) {
    const auto* link = std::get_if<StepLink>(&fixup.value);
    if (!link) continue;
    const bool before = link->step >= first && link->step - first < steps.size() - 1;
    const Step* maker = before ? &steps[link->step - first] : nullptr;
    if (!maker || !makesLink(*maker))
      throw Napi::TypeError::New(env, steps.back().operation + ": step " + std::to_string(link->step) +
                                          " of this plan makes no link before this step");
  }
}

std::vector<std::string> readTexts(Napi::Array array) {
  std::vector<std::string> texts(array.Length());
  for (uint32_t i = 0; i < array.Length(); i++) texts[i] = array.Get(i).As<Napi::String>().Utf8Value();
  return texts;
}

std::vector<Step> readSteps(Napi::Env env, Napi::Array array, size_t first) {
  std::vector<Step> steps;
  steps.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); i++) {
    const auto step = array.Get(i).As<Napi::Object>();
    if (const Napi::Value prepared = step.Get("prepared"); prepared.IsExternal()) {
      auto filled = unwrapPrepared(prepared).fill(readTexts(step.Get("texts").As<Napi::Array>()));
      std::move(filled.begin(), filled.end(), std::back_inserter(steps));
      continue;
    }
    steps.push_back(readStep(env, step));
    checkStepLinks(env, steps, first);
  }
  return steps;
}

std::vector<PreparedStep> readPreparedSteps(Napi::Env env, Napi::Array array, size_t first,
                                            std::span<const std::string> standIns) {
  std::vector<Step> steps;
  std::vector<PreparedStep> prepared;
  for (uint32_t i = 0; i < array.Length(); i++) {
    Preparation preparation{standIns, {}};
    steps.push_back(readStep(env, array.Get(i).As<Napi::Object>(), &preparation));
    checkStepLinks(env, steps, first);
    const Step& step = steps.back();
    PreparedStep one{step.operation, step.target, {}, std::move(preparation.places)};
    if (const auto* set = std::get_if<SysctlSet>(&step.what))
      one.what = *set;
    else if (const auto* request = std::get_if<Request>(&step.what); request && request->messages.size() == 1)
      one.what = *request;
    else if (const auto* transaction = std::get_if<Transaction>(&step.what))
      one.what = *transaction;
    else
      throw Napi::TypeError::New(env, step.operation + " cannot be prepared");
    prepared.push_back(std::move(one));
  }
  return prepared;
}

std::shared_ptr<Job> readJob(Napi::Env env, Napi::Object spec) {
  auto result = std::make_shared<Job>();
  Job& job = *result;
  const auto slots = spec.Get("slots").As<Napi::Array>();
  for (uint32_t i = 0; i < slots.Length(); i++) {
    const Napi::Value slot = slots.Get(i);
    job.slots.push_back(slot.IsExternal() ? unwrapNamespace(slot) : nullptr);
  }
  job.steps = readSteps(env, spec.Get("steps").As<Napi::Array>(), 0);
  job.undo = spec.Get("undo").ToBoolean();
  job.traced = spec.Get("traced").ToBoolean();
  if (const Napi::Value lock = spec.Get("lock"); lock.IsObject()) {
    const auto record = lock.As<Napi::Object>();
    const bool exclusive = record.Get("exclusive").ToBoolean();
    job.lock = {readString(record, "path"), exclusive ? FileLock::Mode::Exclusive : FileLock::Mode::Shared};
  }
  if (const Napi::Value keep = spec.Get("keep"); keep.IsArray()) {
    const auto kept = keep.As<Napi::Array>();
    for (uint32_t i = 0; i < kept.Length(); i++)
      job.kept.push_back(kept.Get(i).As<Napi::Number>().Uint32Value());
  }
  return result;
}

}  // namespace netplumb
