// The inner loops in plain C, for a processor that has no variant of its own.
#include "sweep.h"

#define SWEEPS sweeps_portable
#define ISA "portable"
#define TARGET
#define VECTOR uint64_t
#define ANY(wrong) ((wrong) != 0)
#define STREAM(to, value) (*(to) = (value))
#define STREAM_END() ((void)0)
#define SUPPORTED true

#include "sweep-body.h"
