// Reads a job's specification. Everything wrong with it is thrown here, before anything runs.
#pragma once

#include <napi.h>

#include <memory>

#include "job/job.h"

namespace netplumb {

std::shared_ptr<Job> readJob(Napi::Env env, Napi::Object spec);

Verb readVerb(Napi::Value value);
const Object& readObject(Napi::Value value);

}  // namespace netplumb
