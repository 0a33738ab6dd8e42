// Chooses the inner loops for this processor, and the arithmetic of patterns that they share.
#include "sweep.h"

#include <string.h>

static const struct sweeps *const best_first[] = {
#if defined(__x86_64__)
    &sweeps_avx512, &sweeps_avx2, &sweeps_sse2,
#elif defined(__aarch64__)
    &sweeps_neon,
#endif
    &sweeps_portable,
};

const struct sweeps *sweeps_choose(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  for (size_t i = 0; i < sizeof best_first / sizeof best_first[0]; i++) {
    const struct sweeps *sweeps = best_first[i];
    if (name != NULL && strcmp(name, sweeps->name) != 0) continue;
    if (sweeps->supported()) return sweeps;
  }
  return NULL;
}

line pattern_line(const struct pattern *pattern, size_t index) {
  line result;
  for (size_t w = 0; w < LINE_WORDS; w++) result.word[w] = pattern->first.word[w] + index * pattern->step;
  return result;
}

struct pattern pattern_from(const struct pattern *pattern, size_t lines) {
  return (struct pattern){pattern_line(pattern, lines), pattern->step};
}
