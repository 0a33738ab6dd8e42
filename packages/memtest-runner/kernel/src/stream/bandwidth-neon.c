// The kernels with NEON. The store past the cache is STNP of two registers; here of the halves of one, which is a hint as well.
#if defined(__aarch64__)
#include "bandwidth.h"

typedef double vector __attribute__((vector_size(16), may_alias));

#define TABLE bandwidth_neon
#define ISA "neon"
#define TARGET
#define SUPPORTED true
#define VECTOR vector
#define STREAM(to, value) store_past_cache(to, value)
#define STREAM_END() __asm__ volatile("dmb ishst" ::: "memory")

static inline void store_past_cache(vector *to, vector value) {
  __asm__ volatile("stnp %d1, %d2, [%0]" : : "r"(to), "w"(value[0]), "w"(value[1]) : "memory");
}

#include "bandwidth-body.h"
#endif
