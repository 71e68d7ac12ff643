// A note that a name below /run/netns is being taken away: between the unmounting and the unlinking an
// ordinary file stands there, and if its remover was killed then, nothing else would tell that it is
// nobody's. A file in /run/netplumb called like the name, without content, locked while its owner lives.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace netplumb {

class RemovalNotice {
 public:
  /// Nothing where it cannot be written, or somebody else is removing the name: the removal goes on without.
  static std::optional<RemovalNotice> put(std::string_view name);

  /// Takes over the notice of a remover that was killed; nothing where there is none.
  static std::optional<RemovalNotice> takeOver(std::string_view name);

  /// The names that have a notice, whoever put it.
  static std::vector<std::string> names();

  RemovalNotice(RemovalNotice&&) noexcept = default;
  RemovalNotice& operator=(RemovalNotice&&) = delete;
  ~RemovalNotice();  // takes it away

  /// Lets it stand, as that of a remover that was killed.
  void leave() { file_.reset(); }

 private:
  RemovalNotice(UniqueFd file, std::string path) : file_(std::move(file)), path_(std::move(path)) {}
  static std::optional<RemovalNotice> open(std::string_view name, int flags);
  UniqueFd file_;
  std::string path_;
};

}  // namespace netplumb
