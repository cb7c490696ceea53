// Features of the processor that the code is compiled for. C has macros for them, Swift has none.
#pragma once

// Whether there are 32 registers of 64 bytes each, as AVX-512 has.
#if defined(__AVX512F__)
#define MACHINE_HAS_WIDE_REGISTERS 1
#else
#define MACHINE_HAS_WIDE_REGISTERS 0
#endif

// Prefetches the cache line at an address, which need not be valid, into the second-level cache.
static inline void machine_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

// Pauses a thread that polls a number which another thread will change.
static inline void machine_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}
