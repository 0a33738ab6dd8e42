// The threads of a run: each takes its memory, then all walk the schedule in step, changing places at every element so
// that what one core wrote another one reads.
#ifndef ENGINE_H
#define ENGINE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "ledger.h"
#include "march.h"
#include "options.h"
#include "plan.h"
#include "report.h"
#include "sweep.h"

enum stop { GOING, STOP_DONE, STOP_TIME, STOP_SIGNAL, STOP_READER };

// One seat's piece of memory. Its contents are touched only by the thread whose turn it is.
struct chunk {
  line *base;
  size_t lines;
  bool bound, locked;
  unsigned wrote_cpu;  // who wrote what it holds now
};

struct engine {
  const struct options *options;
  const struct plan *plan;
  const struct sweeps *sweeps;
  struct report *report;
  struct ledger ledger;
  struct chunk *chunks;
  pthread_t *threads, main_thread;
  size_t cache_share;  // bytes of cache that may still hold a thread's last lines

  struct step steps[MAX_STEPS];
  size_t step_count;

  pthread_mutex_t mutex;
  pthread_cond_t all_here;
  unsigned waiting;
  uint64_t turn;        // steps finished since the start
  size_t step;          // index into steps
  uint64_t passes;      // finished
  uint64_t backgrounds; // of march C-, finished in all passes
  double pass_began, pass_began_cpu;
  double rest_until;    // retention: nobody goes on before (elapsed seconds)
  bool over;            // set only between steps, so that all threads leave at the same place

  atomic_int stop;  // enum stop
  atomic_uint_fast64_t bytes_moved;
  atomic_uint running;
};

// Starts the threads; they send SIGUSR1 to the calling thread when the last one has ended.
bool engine_start(struct engine *engine);
void engine_stop(struct engine *engine, enum stop why);
void engine_join(struct engine *engine);
double process_cpu_seconds(void);
uint64_t engine_bytes(const struct engine *engine);

// What the threads do at this moment, such as "march 2/7 up(r0,w1)".
void engine_position(struct engine *engine, char *text, size_t size);

#endif
