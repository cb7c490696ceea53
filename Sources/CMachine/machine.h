// What the processor that is compiled for has. C knows, Swift cannot ask; these become constants.
#pragma once

// Whether there are 32 registers of 64 bytes each, as AVX-512 has.
#if defined(__AVX512F__)
#define MACHINE_HAS_WIDE_REGISTERS 1
#else
#define MACHINE_HAS_WIDE_REGISTERS 0
#endif

// Asks for the cache line at an address, which may be any; for the second-level cache.
static inline void machine_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

// What a thread does between two looks at a number that another thread will change.
static inline void machine_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
