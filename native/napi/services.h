// What is neither a job nor a namespace handle: names under /run/netns, the lock, ICMP echo, TCP
// sockets, ports, capabilities.
#pragma once

#include <napi.h>

namespace netplumb {

Napi::Value listNamespaces(
    const Napi::CallbackInfo& info);  // () => Promise<{ value: string[] } | { failure }>
Napi::Value removeAbandonedNames(
    const Napi::CallbackInfo& info);  // () => Promise<{ value: string[] } | { failure }>
Napi::Value tryLock(
    const Napi::CallbackInfo& info);  // (path, exclusive) => Promise<{ value?: lock } | { failure }>
Napi::Value tryLockSync(const Napi::CallbackInfo& info);  // (path, exclusive) => lock | undefined
Napi::Value announceLock(
    const Napi::CallbackInfo& info);                   // (path, exclusive) => Promise<{ value?: lock } | …>
Napi::Value giveTurn(const Napi::CallbackInfo& info);  // (lock) => boolean
Napi::Value stampLock(const Napi::CallbackInfo& info);      // (lock) => [bigint, bigint]
Napi::Value isLockAwaited(const Napi::CallbackInfo& info);  // (lock) => boolean
void unlock(const Napi::CallbackInfo& info);                // (lock, remove the file)
Napi::Value ping(const Napi::CallbackInfo& info);  // (handle, address, timeoutMs, sequence) => Promise<…>
Napi::Value nextEchoRequest(
    const Napi::CallbackInfo& info);  // (handle, timeoutMs) => Promise<{ value?: string } | …>
Napi::Value openSocket(
    const Napi::CallbackInfo& info);  // (handle, family) => Promise<{ value: descriptor } | …>
Napi::Value bindSocket(const Napi::CallbackInfo&
                           info);  // (handle, address, port, ipv6Only) => Promise<{ value: descriptor } | …>
Napi::Value firstTakenPort(const Napi::CallbackInfo& info);  // (handle, [protocol, address, first, range][])
                                                             // => [which, port] | undefined
Napi::Value uninherited(const Napi::CallbackInfo& info);     // (act) => what it returns
Napi::Value hasCapability(const Napi::CallbackInfo& info);   // (number) => boolean
void checkNamespaceName(const Napi::CallbackInfo& info);     // (name), throws TypeError

}  // namespace netplumb
