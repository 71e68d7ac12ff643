// Failures as JavaScript sees them: plain records that src/errors.ts turns into NetlinkError. errno is data,
// nobody parses messages.
#pragma once

#include <napi.h>

#include <cerrno>
#include <stdexcept>

#include "base/system_error.h"
#include "job/job.h"
#include "netlink/reader.h"

namespace netplumb {

// { errno, code, message, operation, target, kernelMessage?, explanation?, attribute?, missing?,
//   policy?, step?, message?, notUndone? }
Napi::Object failureRecord(Napi::Env env, const Failure& failure);
Failure toFailure(const SystemError& error);

// An Error that carries the record's fields, for synchronous throws.
Napi::Error systemError(Napi::Env env, const SystemError& error);

// Translates what the rooms below throw. Everything exported goes through here.
template <typename Function>
auto guarded(Napi::Env env, Function function) -> decltype(function()) {
  try {
    return function();
  } catch (const SystemError& error) {
    throw systemError(env, error);
  } catch (const MalformedMessage& error) {
    throw systemError(env, SystemError(EBADMSG, "decode", {}, error.what()));
  } catch (const std::invalid_argument& error) {
    throw Napi::TypeError::New(env, error.what());
  } catch (const std::length_error& error) {
    throw Napi::RangeError::New(env, error.what());
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Napi::Error::New(env, error.what());
  }
}

}  // namespace netplumb
