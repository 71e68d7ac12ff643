// Prepared steps as JavaScript holds them.
#pragma once

#include <napi.h>

#include "job/prepared_steps.h"

namespace netplumb {

// prepare(steps, first, standIns): encodes steps once. `first` is the index that the first of them will have
// in its jobs; wherever a stand-in is a whole value, another text can stand later.
Napi::Value prepare(const Napi::CallbackInfo& info);

const PreparedSteps& unwrapPrepared(Napi::Value handle);

}  // namespace netplumb
