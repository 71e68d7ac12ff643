// Waiting for another thread for less time than sleeping and being woken would take.
#pragma once

#include <chrono>

namespace netplumb {

enum class Awoken { Done, InVain, Crowded };

// Looks again and again whether it is `done`, for at most `patience`. Crowded: another thread had this CPU
// meanwhile. Then sleeping is better, for who is woken gets a CPU at once, and who only waits takes one away.
template <typename Done>
Awoken stayAwake(std::chrono::microseconds patience, Done done) {
  constexpr std::chrono::microseconds elsewhere{100};
  const auto end = std::chrono::steady_clock::now() + patience;
  for (auto last = end - patience; !done();) {
    for (int i = 0; i < 8; i++) {  // a core's other thread has it to itself meanwhile
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("yield");
#endif
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - last > elsewhere) return done() ? Awoken::Done : Awoken::Crowded;
    if (now >= end) return Awoken::InVain;
    last = now;
  }
  return Awoken::Done;
}

}  // namespace netplumb
