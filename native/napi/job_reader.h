// Reads a job's specification. Everything wrong with it is thrown here, before anything runs.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "job/job.h"

namespace netplumb {

struct JobSpecification {
  std::shared_ptr<Job> job;
  std::vector<Slot> kept;  // slots whose namespaces the caller wants as handles
};

JobSpecification readJob(Napi::Env env, Napi::Object spec);

Verb readVerb(Napi::Value value);
const Object& readObject(Napi::Value value);

}  // namespace netplumb
