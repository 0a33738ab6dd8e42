// What happens when a line was not what it should be.
#ifndef WRONG_LINE_H
#define WRONG_LINE_H

#include "engine.h"

// Who walks what.
struct visit {
  const struct step *step;
  unsigned worker, cpu, wrote_cpu;
  uint64_t pass;
};

// Counts, diagnoses and reports every wrong word of the line. The caller writes the line anew.
void wrong_line(struct engine *engine, const struct visit *visit, line *at, const line *expected, const line *seen);

#endif
