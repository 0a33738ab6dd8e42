// How much memory each thread gets: one thread a core, memory of the core's own NUMA node.
#ifndef PLAN_H
#define PLAN_H

#include <stdint.h>

#include "headroom.h"
#include "options.h"

struct seat {
  unsigned cpu, node;
  unsigned group_first, group_count;  // the seats of the same node: they take turns at each other's memory
  uint64_t bytes;
};

struct plan {
  struct headroom headroom;
  uint64_t reserve, requested, bytes;
  struct cpu_set allowed;  // before the threads were bound
  unsigned nodes;
  unsigned count;
  struct seat *seats;  // ordered by node
};

// NULL, or what stands in the way, in words.
const char *plan_make(const char *root, const struct options *options, struct plan *plan);

#endif
