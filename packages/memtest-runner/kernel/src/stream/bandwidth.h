// The four kernels of STREAM (J. D. McCalpin), written anew: results are those of a variant, and are called so.
#ifndef BANDWIDTH_H
#define BANDWIDTH_H

#include <stdbool.h>
#include <stddef.h>

// One thread's part of the three arrays; count is a multiple of 8, the pointers are aligned to 64 bytes.
struct arrays {
  double *a, *b, *c;
  size_t count;
};

enum kernel { COPY, SCALE, ADD, TRIAD, KERNELS };

struct bandwidth {
  const char *name;
  bool (*supported)(void);
  // plain stores, and stores that go past the cache.
  void (*plain[KERNELS])(struct arrays part, double scalar);
  void (*non_temporal[KERNELS])(struct arrays part, double scalar);
};

#if defined(__x86_64__)
extern const struct bandwidth bandwidth_avx2, bandwidth_sse2;
#elif defined(__aarch64__)
extern const struct bandwidth bandwidth_neon;
#endif
extern const struct bandwidth bandwidth_portable;

// The fastest of this processor.
const struct bandwidth *bandwidth_choose(void);

static const char *const kernel_names[KERNELS] = {"copy", "scale", "add", "triad"};
// Bytes counted for each element, by the rules of STREAM: what the program reads and writes, not what the bus carries.
static const unsigned kernel_bytes[KERNELS] = {16, 16, 24, 24};

#endif
