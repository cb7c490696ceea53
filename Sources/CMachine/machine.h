// What C knows of the processor and of its library and Swift does not: features, which are macros, and vectors.
#pragma once
#include <stddef.h>
#include <stdint.h>
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

// Operators of whole vectors. Those of Swift's library work number by number: a hundred steps of the compiler for each
// sum of two vectors, until its last stage finds the vectors again. `RealVector` and `IntegerVector` in Kernels are
// made of these.
typedef float machine_floats __attribute__((ext_vector_type(16)));
typedef double machine_doubles __attribute__((ext_vector_type(8)));
typedef int32_t machine_ints __attribute__((ext_vector_type(16)));
typedef int64_t machine_longs __attribute__((ext_vector_type(8)));

#define MACHINE_OPERATOR(Vector) static inline __attribute__((always_inline, overloadable)) Vector
#define MACHINE_REAL_OPERATORS(Vector)                                                       \
  MACHINE_OPERATOR(Vector) machine_add(Vector a, Vector b) { return a + b; }                 \
  MACHINE_OPERATOR(Vector) machine_subtract(Vector a, Vector b) { return a - b; }            \
  MACHINE_OPERATOR(Vector) machine_multiply(Vector a, Vector b) { return a * b; }            \
  MACHINE_OPERATOR(Vector) machine_divide(Vector a, Vector b) { return a / b; }              \
  MACHINE_OPERATOR(Vector) machine_add_product(Vector sum, Vector a, Vector b) {             \
    return __builtin_elementwise_fma(a, b, sum);                                             \
  }
#define MACHINE_INTEGER_OPERATORS(Vector)                                                    \
  MACHINE_OPERATOR(Vector) machine_and(Vector a, Vector b) { return a & b; }                 \
  MACHINE_OPERATOR(Vector) machine_or(Vector a, Vector b) { return a | b; }                  \
  MACHINE_OPERATOR(Vector) machine_xor(Vector a, Vector b) { return a ^ b; }                 \
  MACHINE_OPERATOR(Vector) machine_shift_left(Vector a, Vector bits) { return a << bits; }   \
  MACHINE_OPERATOR(Vector) machine_shift_right(Vector a, Vector bits) { return a >> bits; }
MACHINE_REAL_OPERATORS(machine_floats)
MACHINE_REAL_OPERATORS(machine_doubles)
MACHINE_INTEGER_OPERATORS(machine_ints)
MACHINE_INTEGER_OPERATORS(machine_longs)
