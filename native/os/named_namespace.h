// Names of network namespaces: files under /run/netns with a namespace mounted on them, as `ip netns` keeps
// them. The only mount and umount of the addon are behind this header. Opening one by name is
// network_namespace.h's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace netplumb {

/// 1 to 255 bytes, `^[A-Za-z0-9_][A-Za-z0-9_.:@+-]*$`, no ".."; std::invalid_argument with the reason
/// otherwise.
void validateNamespaceName(std::string_view name);

/// "/run/netns/NAME", validated.
std::string namespacePath(std::string_view name);

/// A name taken before there is a namespace to mount on it: an empty file, marked as netplumb's by a mode
/// nobody else gives (01000) and locked while its owner lives. So one that lost its owner is known for what
/// it is, and whoever wants the name next takes it over. Gone with this object unless it was mounted on.
class NameReservation {
 public:
  /// EEXIST when the name is taken, in which case it is left as it is; EINVAL inside `ip netns exec`, where
  /// nobody else would see the name.
  explicit NameReservation(std::string_view name);
  ~NameReservation();
  NameReservation(const NameReservation&) = delete;
  NameReservation& operator=(const NameReservation&) = delete;

  /// `ip netns attach NAME PID`. What nobody saw until now is a named namespace from here on.
  void mount(int netnsFd);

 private:
  std::string name_, path_;
  UniqueFd file_;
};

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

  /// The same where it still leads to the namespace `netnsFd`; ENOENT otherwise.
  static void remove(std::string_view name, int netnsFd);

  /// Takes away the marked files whose owners were killed before they mounted a namespace on them, or after
  /// they had unmounted it. Returns their names, sorted.
  static std::vector<std::string> removeAbandoned();

  /// Sorted names of what really is a network namespace. Empty when there is no /run/netns. Names `ip`
  /// accepts and we do not are in it too.
  static std::vector<std::string> list();
};

}  // namespace netplumb
