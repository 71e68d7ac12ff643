// A monitor as JavaScript holds it: an external value that ends it when it is closed or collected.
#pragma once

#include <napi.h>

namespace netplumb {

// (handle, { objects, mostQueued, receiveBuffer }) => { value: monitor } | { failure }, at once: what happens
// from now on is heard.
Napi::Value openMonitor(const Napi::CallbackInfo& info);

// (monitor) => Promise<void>, fulfilled when there is something to take or the monitor has ended.
Napi::Value awaitEvents(const Napi::CallbackInfo& info);

// (monitor) => { value: events, or undefined when it has ended } | { failure }
Napi::Value takeEvents(const Napi::CallbackInfo& info);

void closeMonitor(const Napi::CallbackInfo& info);  // (monitor)

// () => the names of what can be monitored
Napi::Value monitored(const Napi::CallbackInfo& info);

}  // namespace netplumb
