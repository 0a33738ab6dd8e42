// The kernels, written once. A file that includes this defines TABLE, ISA, TARGET, SUPPORTED, VECTOR (a vector of double)
// and STREAM(to, value), a store past the cache. Vector types rather than plain loops: a compiler turns a plain copy loop
// into memcpy, which chooses its own stores, and Copy would not be comparable between nodes.
#include <stdint.h>

#define LANES (sizeof(VECTOR) / sizeof(double))
#define STEP 4
#define SPREAD(scalar) ((VECTOR){0} + (scalar))
#define PLAIN(to, value) (*(to) = (value))

#define KERNEL(name, store, target, ...)                                                     \
  TARGET static void name(struct arrays part, double scalar) {                               \
    const VECTOR *a = (const VECTOR *)(const void *)part.a, *b = (const VECTOR *)(const void *)part.b, \
                 *c = (const VECTOR *)(const void *)part.c;                                  \
    VECTOR *to = (VECTOR *)(void *)part.target;                                              \
    const VECTOR s = SPREAD(scalar);                                                         \
    (void)a, (void)b, (void)c, (void)s;                                                      \
    const size_t count = part.count / LANES;                                                 \
    for (size_t i = 0; i < count; i += STEP) {                                               \
      _Pragma("GCC unroll 4") for (size_t v = i; v < i + STEP; v++) store(&to[v], __VA_ARGS__); \
    }                                                                                        \
    STREAM_END();                                                                            \
  }

KERNEL(copy_plain, PLAIN, c, a[v])
KERNEL(scale_plain, PLAIN, b, s *c[v])
KERNEL(add_plain, PLAIN, c, a[v] + b[v])
KERNEL(triad_plain, PLAIN, a, b[v] + s * c[v])
KERNEL(copy_stream, STREAM, c, a[v])
KERNEL(scale_stream, STREAM, b, s *c[v])
KERNEL(add_stream, STREAM, c, a[v] + b[v])
KERNEL(triad_stream, STREAM, a, b[v] + s * c[v])

static bool supported(void) { return SUPPORTED; }

const struct bandwidth TABLE = {ISA,
                                supported,
                                {copy_plain, scale_plain, add_plain, triad_plain},
                                {copy_stream, scale_stream, add_stream, triad_stream}};
