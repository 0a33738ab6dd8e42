// The inner loops in plain C, for a processor that has no variant of its own.
#include "sweep.h"

// Pairs, not single words: GCC 12 at -O2 vectorises the loop over single words wrongly (tests/sweep-test.c shows it).
typedef uint64_t vector __attribute__((vector_size(16), may_alias));

#define SWEEPS sweeps_portable
#define ISA "portable"
#define TARGET
#define VECTOR vector
#define ANY(wrong) (((wrong)[0] | (wrong)[1]) != 0)
#define STREAM(to, value) (*(to) = (value))
#define STREAM_END() ((void)0)
#define SUPPORTED true

#include "sweep-body.h"
