// The five inner loops, once for each instruction set; chosen at run time by function pointers
// (an IFUNC is never resolved in a static musl program, so there is none here).
#ifndef SWEEP_H
#define SWEEP_H

#include <stdbool.h>

#include "line.h"

// Each reads a line, and writes it only if it was right, before it goes on to the next: the order a march test needs.
// They return the index of the first wrong line, with what was read in *seen, or `lines` when all were right.
struct sweeps {
  const char *name;
  bool (*supported)(void);
  void (*fill)(line *base, size_t lines, const struct pattern *write);
  size_t (*check_up)(const line *base, size_t lines, const struct pattern *expect, line *seen);
  size_t (*check_down)(const line *base, size_t lines, const struct pattern *expect, line *seen);
  size_t (*exchange_up)(line *base, size_t lines, const struct pattern *expect, const struct pattern *write, line *seen);
  size_t (*exchange_down)(line *base, size_t lines, const struct pattern *expect, const struct pattern *write, line *seen);
};

// The fastest set this processor has; with a name that one, or NULL if it is unknown or not supported here.
const struct sweeps *sweeps_choose(const char *name);

extern const struct sweeps sweeps_portable;
#if defined(__x86_64__)
extern const struct sweeps sweeps_sse2, sweeps_avx2, sweeps_avx512;
#elif defined(__aarch64__)
extern const struct sweeps sweeps_neon;
#endif

#endif
