// The kernels with AVX2.
#if defined(__x86_64__)
#include <immintrin.h>

#include "bandwidth.h"

typedef double vector __attribute__((vector_size(32), may_alias));

#define TABLE bandwidth_avx2
#define ISA "avx2"
#define TARGET __attribute__((target("avx2,fma")))
#define SUPPORTED (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#define VECTOR vector
#define STREAM(to, value) _mm256_stream_pd((double *)(to), (__m256d)(value))
#define STREAM_END() _mm_sfence()

#include "bandwidth-body.h"
#endif
