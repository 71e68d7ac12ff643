// Completions come back through one uv_async and a lock-free list. Promises are settled by raw N-API calls
// whose status is ignored: in a worker that is being terminated they fail, and a C++ exception there would
// end the process.
#include "napi/environment.h"

#include <chrono>

#include "base/stay_awake.h"
#include "base/system_error.h"

namespace netplumb {

// What waking a thread on an idle CPU takes, and some more; the JS thread is never held up longer.
static constexpr std::chrono::microseconds brief{100};

struct Environment::Completion {
  napi_deferred deferred;
  Settle settle;
  Completion* next = nullptr;
};

void Environment::create(Napi::Env env) {
  napi_set_instance_data(env, new Environment(env), nullptr, nullptr);
}

Environment& Environment::of(Napi::Env env) {
  void* self = nullptr;
  napi_get_instance_data(env, &self);
  return *static_cast<Environment*>(self);
}

Environment::Environment(Napi::Env env) : env_(env) {
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  const int refused = uv_async_init(
      loop, &async_, [](uv_async_t* async) { static_cast<Environment*>(async->data)->settleAll(); });
  if (refused != 0) fail(-refused, "environment.start");
  async_.data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(&async_));  // holds the event loop open only while work is pending
  napi_async_init(env, nullptr, Napi::String::New(env, "netplumb"), &context_);
  napi_add_async_cleanup_hook(env, &Environment::onCleanup, this, &hook_);
}

// The environment ends: what runs is waited for, what is queued is dropped, and only then does the handle go,
// for a thread still running would signal it.
void Environment::onCleanup(napi_async_cleanup_hook_handle, void* data) {
  auto* self = static_cast<Environment*>(data);
  self->executor_.stop();
  self->watchThread_.stop();
  napi_async_destroy(self->env_, self->context_);
  uv_close(reinterpret_cast<uv_handle_t*>(&self->async_), [](uv_handle_t* handle) {
    auto* closed = static_cast<Environment*>(handle->data);
    const auto hook = closed->hook_;
    for (auto* left = closed->completed_.load(); left;) delete std::exchange(left, left->next);
    delete closed;
    napi_remove_async_cleanup_hook(hook);
  });
}

Napi::Value Environment::promise(Napi::Env env, Settle settle, std::function<void()>& complete) {
  napi_deferred deferred;
  napi_value promise;
  if (napi_create_promise(env, &deferred, &promise) != napi_ok) return env.Undefined();
  const auto completion = std::make_shared<std::unique_ptr<Completion>>(
      std::make_unique<Completion>(Completion{deferred, std::move(settle)}));
  complete = [this, completion] {
    Completion* node = completion->release();
    node->next = completed_.load(std::memory_order_relaxed);
    while (!completed_.compare_exchange_weak(node->next, node, std::memory_order_release,
                                             std::memory_order_relaxed)) {
    }
    uv_async_send(&async_);
  };
  if (pending_++ == 0) uv_ref(reinterpret_cast<uv_handle_t*>(&async_));
  return Napi::Value(env, promise);
}

Napi::Value Environment::schedule(Napi::Env env, Work work) {
  auto job = std::make_unique<ScheduledJob>();
  job->turns = std::move(work.turns);
  job->work = std::move(work.run);
  job->after = std::move(work.after);
  job->waits = work.waits;
  const auto refused = std::make_shared<bool>(false);
  const auto settle = [refused, settle = std::move(work.settle)](Napi::Env settled) {
    return *refused ? settled.Undefined() : settle(settled);
  };
  const auto promised = promise(env, settle, job->done);
  if (!job->done) return promised;
  const auto complete = job->done;
  try {
    executor_.submit(std::move(job));
  } catch (...) {
    *refused = true;
    complete();  // frees the promise, which nobody has seen
    throw;
  }
  return promised;
}

Napi::Value Environment::scheduleBrief(Napi::Env env, Work work) {
  if (briefUnderWay_) return schedule(env, std::move(work));
  work.settle = [this, settle = std::move(work.settle)](Napi::Env settled) {
    briefUnderWay_ = false;
    return settle(settled);
  };
  const auto promised = schedule(env, std::move(work));
  briefUnderWay_ = true;
  awaitCompletion();
  settleCompleted();
  return promised;
}

void Environment::awaitCompletion() const {
  stayAwake(brief, [this] { return completed_.load(std::memory_order_relaxed) != nullptr; });
}

// From the event loop, which a callback scope tells that JavaScript ran.
void Environment::settleAll() {
  napi_handle_scope handles;
  if (napi_open_handle_scope(env_, &handles) != napi_ok) return;
  napi_value resource;
  napi_callback_scope scope = nullptr;
  if (completed_ && napi_create_object(env_, &resource) == napi_ok)
    napi_open_callback_scope(env_, resource, context_, &scope);
  settleCompleted();
  if (scope) napi_close_callback_scope(env_, scope);  // runs the promises' reactions
  napi_close_handle_scope(env_, handles);
}

void Environment::settleCompleted() {
  executor_.replaceLost();
  Completion* newest = completed_.exchange(nullptr, std::memory_order_acquire);
  Completion* oldest = nullptr;
  while (newest) {
    Completion* next = newest->next;
    newest->next = std::exchange(oldest, newest);
    newest = next;
  }
  while (oldest) {
    const std::unique_ptr<Completion> completion(std::exchange(oldest, oldest->next));
    pending_--;
    napi_handle_scope one;
    if (napi_open_handle_scope(env_, &one) != napi_ok) continue;
    try {
      napi_resolve_deferred(env_, completion->deferred, completion->settle(env_));
    } catch (const Napi::Error& error) {
      napi_reject_deferred(env_, completion->deferred, error.Value());
    } catch (const std::exception&) {
      // Out of memory, or the environment is going: nobody is left to be told.
    }
    napi_close_handle_scope(env_, one);
  }
  if (pending_ == 0) uv_unref(reinterpret_cast<uv_handle_t*>(&async_));
}

}  // namespace netplumb
