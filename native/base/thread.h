// Threads of our own. Signals are the JS thread's: a handler that runs on one of these might run in a
// container's namespace.
#pragma once

#include <functional>
#include <thread>

namespace netplumb {

/// A thread that blocks every signal from its beginning. `name` has at most 15 bytes.
/// std::system_error where the system has no thread left.
std::thread startQuietThread(const char* name, std::function<void()> body);

}  // namespace netplumb
