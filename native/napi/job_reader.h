// Reads a job's specification. Everything wrong with it is thrown here, before anything runs.
#pragma once

#include <napi.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "job/job.h"
#include "job/prepared_steps.h"

namespace netplumb {

std::shared_ptr<Job> readJob(Napi::Env env, Napi::Object spec);

// `first` is the index of the first of them in their job.
std::vector<Step> readSteps(Napi::Env env, Napi::Array array, size_t first);

std::vector<std::string> readTexts(Napi::Array array);

// What steps prepared once are made of, and where the stand-ins are in them.
std::vector<PreparedStep> readPreparedSteps(Napi::Env env, Napi::Array array, size_t first,
                                            std::span<const std::string> standIns);

Verb readVerb(Napi::Value value);
const Object& readObject(Napi::Value value);

}  // namespace netplumb
