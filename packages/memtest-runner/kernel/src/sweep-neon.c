// The inner loops with NEON, which every arm64 processor has. Its streaming store is only a hint, so plain stores do.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "sweep.h"

typedef uint64_t vector __attribute__((vector_size(16), may_alias));

#define SWEEPS sweeps_neon
#define ISA "neon"
#define TARGET
#define VECTOR vector
#define ANY(wrong) (vmaxvq_u32(vreinterpretq_u32_u64((uint64x2_t)(wrong))) != 0)
#define STREAM(to, value) (*(to) = (value))
#define STREAM_END() ((void)0)
#define SUPPORTED true

#include "sweep-body.h"
#endif
