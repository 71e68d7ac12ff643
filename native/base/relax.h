// What a thread does while it waits for another for less time than sleeping and being woken would take.
#pragma once

namespace netplumb {

// A few hundred nanoseconds, in which a thread on the same core has it to itself.
inline void relax() {
  for (int i = 0; i < 8; i++) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
    asm volatile("yield");
#endif
  }
}

}  // namespace netplumb
