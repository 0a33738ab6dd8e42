// Threads that run one kernel over their parts of the arrays at the same moment, each bound to its processor, each having
// touched its part first, so that it lies on its own NUMA node.
#ifndef CREW_H
#define CREW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "bandwidth.h"

#define SCALAR 3.0

typedef void (*work)(struct arrays part, double scalar);

struct member {
  pthread_t thread;
  struct crew *crew;
  unsigned cpu;
  struct arrays part;
  double began, ended;
};

struct crew {
  struct member *members;
  unsigned count;
  pthread_barrier_t begin, end;
  work task;  // NULL: go home
  bool started;
};

// cpus: one for each thread. Arrays of `count` elements in all, mapped anew. False if there is no memory for them.
bool crew_start(struct crew *crew, const unsigned *cpus, unsigned threads, size_t count, struct arrays *whole);
// Seconds from when the first began until the last had ended.
double crew_run(struct crew *crew, work task);
// The arrays as STREAM begins with them.
void crew_reset(struct crew *crew);
void crew_end(struct crew *crew, struct arrays *whole);

double seconds_now(void);

#endif
