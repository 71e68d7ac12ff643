// What a fuzz target is, and the rooms that bring some. Adding one: a file in this directory that lists its
// targets, and its line in targets().
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "netlink/reader.h"

namespace netplumb::fuzz {

// The requests that iproute2 sent, from test/fixtures/golden.
using Captures = std::span<const MessageView>;
using Seeds = std::vector<ByteVector>;

struct Target {
  std::string name;
  // Takes any bytes. A MalformedMessage is a good answer; another exception, a read out of bounds, or a call
  // of require() that does not hold is a finding.
  std::function<void(Bytes)> run;
  // Where it begins to search.
  std::function<Seeds(Captures)> seeds;
};

std::vector<Target> readerTargets();
std::vector<Target> decoderTargets();
std::vector<Target> acknowledgementTargets();
std::vector<Target> textTargets();
std::vector<Target> osTargets();
std::vector<Target> monitorTargets();
std::vector<Target> flowTargets();

inline std::vector<Target> targets() {
  std::vector<Target> all;
  for (const auto room : {readerTargets, decoderTargets, acknowledgementTargets, textTargets, osTargets,
                          monitorTargets, flowTargets})
    for (Target& target : room()) all.push_back(std::move(target));
  return all;
}

// Ends the process, which makes the input a finding.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "finding: %s\n", what);
  std::abort();
}

// Reads every byte, so that the sanitizer sees what was handed out.
inline void touch(Bytes bytes) {
  [[maybe_unused]] static volatile uint8_t sink;
  for (const uint8_t byte : bytes) sink = byte;
}

inline ByteVector bytesOf(std::string_view text) { return {text.begin(), text.end()}; }
inline std::string_view textOf(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteVector copyOf(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

}  // namespace netplumb::fuzz
