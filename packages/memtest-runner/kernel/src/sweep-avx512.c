// The inner loops with AVX-512: a line is one register.
#if defined(__x86_64__)
#include <immintrin.h>

#include "sweep.h"

typedef uint64_t vector __attribute__((vector_size(64), may_alias));

#define SWEEPS sweeps_avx512
#define ISA "avx512"
#define TARGET __attribute__((target("avx512f,prefer-vector-width=512")))
#define VECTOR vector
#define ANY(wrong) (_mm512_test_epi64_mask((__m512i)(wrong), (__m512i)(wrong)) != 0)
#define STREAM(to, value) _mm512_stream_si512((__m512i *)(to), (__m512i)(value))
#define STREAM_END() _mm_sfence()
#define SUPPORTED __builtin_cpu_supports("avx512f") != 0

#include "sweep-body.h"
#endif
