// The inner loops with SSE2, which every x86-64 processor has.
#if defined(__x86_64__)
#include <immintrin.h>

#include "sweep.h"

typedef uint64_t vector __attribute__((vector_size(16), may_alias));

#define SWEEPS sweeps_sse2
#define ISA "sse2"
#define TARGET 
#define VECTOR vector
#define ANY(wrong) (_mm_movemask_epi8(_mm_cmpeq_epi32((__m128i)(wrong), _mm_setzero_si128())) != 0xffff)
#define STREAM(to, value) _mm_stream_si128((__m128i *)(to), (__m128i)(value))
#define STREAM_END() _mm_sfence()
#define SUPPORTED true

#include "sweep-body.h"
#endif
