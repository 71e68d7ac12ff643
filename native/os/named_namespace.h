// Names of network namespaces: files under /run/netns with a namespace mounted on them, as `ip netns` keeps
// them. The only mount and umount of the addon are behind this header. Opening one by name is
// network_namespace.h's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace netplumb {

/// 1 to 255 bytes, `^[A-Za-z0-9_][A-Za-z0-9_.:@+-]*$`, no ".."; std::invalid_argument with the reason
/// otherwise.
void validateNamespaceName(std::string_view name);

/// "/run/netns/NAME", validated.
std::string namespacePath(std::string_view name);

class NamedNamespace {
 public:
  /// Mounts the namespace on a new name. `ip netns attach NAME PID`. EEXIST when the name is taken, in which
  /// case it is left as it is; EINVAL inside `ip netns exec`, where nobody else would see the name. Undone
  /// when it fails halfway.
  static void publish(int netnsFd, std::string_view name);

  /// Takes the name away; the namespace itself lives while anything holds it. `ip netns del NAME`. ENOENT
  /// when there is none; EINVAL, and nothing touched, when something else stands there (symlink, FIFO, file,
  /// directory).
  static void remove(std::string_view name);

  /// Sorted names of what really is a network namespace. Empty when there is no /run/netns. Names `ip`
  /// accepts and we do not are in it too.
  static std::vector<std::string> list();
};

}  // namespace netplumb
