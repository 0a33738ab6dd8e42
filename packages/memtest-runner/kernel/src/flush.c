// Cache flush: clflushopt or clflush on x86-64, dc civac on arm64 (Linux lets user programs use it).
#include "flush.h"

#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#define FLUSH_LINE 64

__attribute__((target("clflushopt"))) static void flush_optimised(const char *from, size_t bytes) {
  for (size_t at = 0; at < bytes; at += FLUSH_LINE) _mm_clflushopt((void *)(uintptr_t)(from + at));
}

static bool has_clflushopt(void) {
  unsigned eax, ebx, ecx, edx;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & (1U << 23)) != 0;
}

bool flush_available(void) { return true; }

void flush_range(const void *from, size_t bytes) {
  if (has_clflushopt()) {
    flush_optimised(from, bytes);
  } else {
    for (size_t at = 0; at < bytes; at += FLUSH_LINE) _mm_clflush((const char *)from + at);
  }
  _mm_mfence();
}

#elif defined(__aarch64__)

bool flush_available(void) { return true; }

void flush_range(const void *from, size_t bytes) {
  uint64_t type;
  __asm__("mrs %0, ctr_el0" : "=r"(type));
  const size_t line = (size_t)4 << ((type >> 16) & 15);  // CTR_EL0.DminLine: log2 of words of 4 bytes
  for (size_t at = 0; at < bytes; at += line) __asm__ volatile("dc civac, %0" : : "r"((const char *)from + at) : "memory");
  __asm__ volatile("dsb sy" : : : "memory");
}

#else

bool flush_available(void) { return false; }

void flush_range(const void *from, size_t bytes) {
  (void)from;
  (void)bytes;
}

#endif
