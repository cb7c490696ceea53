// Features of the processor that the code is compiled for, and of the C library. C has macros for them, Swift has none.
#pragma once
#include <stddef.h>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

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

// Lets the C library keep up to so many bytes of freed memory. Returns whether it has such a setting: glibc has. Arrays
// of more than 32 MiB always go back to the system.
static inline int machine_keep_freed_memory(size_t bytes) {
#if defined(M_MMAP_THRESHOLD) && defined(M_TRIM_THRESHOLD)
  return mallopt(M_MMAP_THRESHOLD, 32 << 20) && mallopt(M_TRIM_THRESHOLD, (int)bytes);
#else
  (void)bytes;
  return 0;
#endif
}
