// The inner loops with AVX2.
#if defined(__x86_64__)
#include <immintrin.h>

#include "sweep.h"

typedef uint64_t vector __attribute__((vector_size(32), may_alias));

#define SWEEPS sweeps_avx2
#define ISA "avx2"
#define TARGET __attribute__((target("avx2")))
#define VECTOR vector
#define ANY(wrong) (!_mm256_testz_si256((__m256i)(wrong), (__m256i)(wrong)))
#define STREAM(to, value) _mm256_stream_si256((__m256i *)(to), (__m256i)(value))
#define STREAM_END() _mm_sfence()
#define SUPPORTED __builtin_cpu_supports("avx2") != 0

#include "sweep-body.h"
#endif
