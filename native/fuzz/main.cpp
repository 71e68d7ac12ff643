// One program with all targets, so that one build and one link serve them:
//   netplumb_fuzz --list                                       their names
//   netplumb_fuzz --target=NAME --captures=FILE --seeds=DIR    writes the inputs to begin with
//   netplumb_fuzz --target=NAME [libFuzzer's options] [DIR…]   fuzzes; with a file, runs that one
// libFuzzer ignores options with two dashes. scripts/fuzz.mjs starts all this.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include "fuzz/target.h"

using namespace netplumb;
using namespace netplumb::fuzz;

namespace {

std::optional<Target> chosen;

std::string option(std::span<char*> arguments, std::string_view name) {
  for (const std::string_view argument : arguments)
    if (argument.starts_with(name)) return std::string(argument.substr(name.size()));
  return {};
}

[[noreturn]] void leave(int code) {
  std::fflush(stdout);
  std::_Exit(code);
}

ByteVector readFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void writeSeeds(const Target& target, const std::string& captures, const std::string& directory) {
  const ByteVector bytes = readFile(captures);
  std::vector<MessageView> messages;
  MessageReader reader(bytes);
  while (const auto message = reader.next()) messages.push_back(*message);
  size_t number = 0;
  for (const ByteVector& seed : target.seeds(messages)) {
    std::ofstream file(directory + "/seed-" + std::to_string(number++), std::ios::binary);
    file.write(reinterpret_cast<const char*>(seed.data()), static_cast<std::streamsize>(seed.size()));
    if (!file) leave(1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const std::span arguments(*argv, static_cast<size_t>(*argc));
  const auto all = targets();
  if (std::find(arguments.begin(), arguments.end(), std::string_view("--list")) != arguments.end()) {
    for (const Target& target : all) std::printf("%s\n", target.name.c_str());
    leave(0);
  }
  const std::string name = option(arguments, "--target=");
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Target& target) { return target.name == name; });
  if (found == all.end()) {
    std::fprintf(stderr, "--target must be one of those that --list prints, not '%s'\n", name.c_str());
    leave(2);
  }
  chosen = *found;
  const std::string directory = option(arguments, "--seeds=");
  if (!directory.empty()) {
    writeSeeds(*chosen, option(arguments, "--captures="), directory);
    leave(0);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    chosen->run({data, size});
  } catch (const MalformedMessage&) {
    // The right answer to most inputs. Anything else that is thrown ends the process.
  }
  return 0;
}
