// The kernels for any processor; it has no store past the cache that C could name.
#include "bandwidth.h"

typedef double vector __attribute__((vector_size(16), may_alias));

#define TABLE bandwidth_portable
#define ISA "portable"
#define TARGET
#define SUPPORTED true
#define VECTOR vector
#define STREAM(to, value) (*(to) = (value))
#define STREAM_END()

#include "bandwidth-body.h"

static const struct bandwidth *const best_first[] = {
#if defined(__x86_64__)
    &bandwidth_avx2, &bandwidth_sse2,
#elif defined(__aarch64__)
    &bandwidth_neon,
#endif
    &bandwidth_portable,
};

const struct bandwidth *bandwidth_choose(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  size_t i = 0;
  while (!best_first[i]->supported()) i++;
  return best_first[i];
}
