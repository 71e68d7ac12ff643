// What one JavaScript environment (main thread or worker) owns: its executor and its watch thread, the way
// back from them, and its object shapes. Lives from the addon's load to the environment's end; dies last of
// all, in the close callback of its async handle.
#pragma once

#include <napi.h>
#include <uv.h>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "job/executor.h"
#include "monitor/watch_thread.h"
#include "napi/shapes.h"

namespace netplumb {

class Environment {
 public:
  static void create(Napi::Env env);
  static Environment& of(Napi::Env env);

  // Makes the promise's value on the JS thread. A NAPI error it throws rejects the promise.
  using Settle = std::function<Napi::Value(Napi::Env)>;

  struct Work {
    std::vector<NetNamespacePtr> turns;  // the namespaces whose earlier jobs it follows
    std::function<void()> run;           // on an executor thread; must not throw
    Settle settle;
    std::function<void()> after = {};  // there too, when the promise is as good as settled; must not throw
    bool waits = false;                // for something other than the kernel
  };
  Napi::Value schedule(Napi::Env env, Work work);

  // The same for work of a few microseconds: waits for it as long as waking the JS thread would take, so that
  // the promise returned is usually fulfilled already. Waits for one at a time: who comes before that one is
  // done is not waited for.
  Napi::Value scheduleBrief(Napi::Env env, Work work);

  // A promise that `complete` fulfils, called once from any thread before the environment has ended. It holds
  // the event loop open until then.
  Napi::Value promise(Napi::Env env, Settle settle, std::function<void()>& complete);

  int wakeFd() const { return executor_.wakeFd(); }
  WatchThread& watchThread() { return watchThread_; }
  Shapes& shapes() { return shapes_; }

 private:
  struct Completion;
  explicit Environment(Napi::Env env);
  void settleAll();
  void settleCompleted();
  void awaitCompletion() const;
  static void onCleanup(napi_async_cleanup_hook_handle handle, void* self);

  napi_env env_;
  Executor executor_;
  WatchThread watchThread_;
  Shapes shapes_;
  std::atomic<Completion*> completed_ = nullptr;  // newest first
  size_t pending_ = 0;
  bool briefUnderWay_ = false;
  uv_async_t async_;
  napi_async_context context_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
};

}  // namespace netplumb
