// The kernels with SSE2, which every x86-64 has.
#if defined(__x86_64__)
#include <emmintrin.h>

#include "bandwidth.h"

typedef double vector __attribute__((vector_size(16), may_alias));

#define TABLE bandwidth_sse2
#define ISA "sse2"
#define TARGET
#define SUPPORTED true
#define VECTOR vector
#define STREAM(to, value) _mm_stream_pd((double *)(to), (__m128d)(value))
#define STREAM_END() _mm_sfence()

#include "bandwidth-body.h"
#endif
