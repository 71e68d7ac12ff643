// Reads and writes below /proc/sys/net. They act on the calling thread's network namespace: the caller has
// entered it.
#pragma once

#include <string>
#include <string_view>

namespace netplumb {

/// "/proc/sys/net/…" for `net.ipv4.ip_forward` or `net/ipv4/conf/eth0.100/forwarding`. The first separator
/// decides: in the slash form dots are literal, in the dotted form a slash stands for a literal dot, as in
/// sysctl(8). std::invalid_argument for anything outside `net` and for segments that are empty, `.`, `..` or
/// strange.
std::string sysctlPath(std::string_view name);

/// The value without its final newline. `path` comes from sysctlPath. `sysctl -n NAME`. SystemError names the
/// sysctl.
std::string readSysctl(const std::string& path);

/// One write, whole or SystemError. `sysctl -w NAME=VALUE`. std::invalid_argument for a newline or NUL in the
/// value.
void writeSysctl(const std::string& path, std::string_view value);

}  // namespace netplumb
