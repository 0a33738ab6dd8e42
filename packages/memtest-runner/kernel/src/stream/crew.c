// Starts threads and has them work in step: see crew.h.
#include "crew.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "../processors.h"

double seconds_now(void) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void *live(void *argument) {
  struct member *member = argument;
  struct crew *crew = member->crew;
  (void)thread_bind(member->cpu);
  for (;;) {
    pthread_barrier_wait(&crew->begin);
    if (crew->task == NULL) return NULL;
    member->began = seconds_now();
    crew->task(member->part, SCALAR);
    member->ended = seconds_now();
    pthread_barrier_wait(&crew->end);
  }
}

// Pages are what the system gives to any program, as they are for the official STREAM.
static double *map_array(size_t count) {
  void *base = mmap(NULL, count * sizeof(double), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) return NULL;
  (void)madvise(base, count * sizeof(double), MADV_DONTDUMP);
  return base;
}

// As STREAM begins: a = 1, b = 2, c = 0.
static void first_touch(struct arrays part, double scalar) {
  (void)scalar;
  for (size_t i = 0; i < part.count; i++) {
    part.a[i] = 1;
    part.b[i] = 2;
    part.c[i] = 0;
  }
}

bool crew_start(struct crew *crew, const unsigned *cpus, unsigned threads, size_t count, struct arrays *whole) {
  *crew = (struct crew){.count = threads, .members = calloc(threads, sizeof *crew->members)};
  *whole = (struct arrays){map_array(count), map_array(count), map_array(count), count};
  if (crew->members == NULL || whole->a == NULL || whole->b == NULL || whole->c == NULL) return false;
  (void)pthread_barrier_init(&crew->begin, NULL, threads + 1);
  (void)pthread_barrier_init(&crew->end, NULL, threads + 1);
  const size_t piece = count / threads / 64 * 64;
  for (unsigned i = 0; i < threads; i++) {
    const size_t from = piece * i, length = i + 1 < threads ? piece : (count - from) / 64 * 64;
    crew->members[i] = (struct member){
        .crew = crew, .cpu = cpus[i], .part = {whole->a + from, whole->b + from, whole->c + from, length}};
    if (pthread_create(&crew->members[i].thread, NULL, live, &crew->members[i]) != 0) abort();
  }
  crew->started = true;
  crew_reset(crew);
  return true;
}

void crew_reset(struct crew *crew) { (void)crew_run(crew, first_touch); }

double crew_run(struct crew *crew, work task) {
  crew->task = task;
  pthread_barrier_wait(&crew->begin);
  pthread_barrier_wait(&crew->end);
  double began = crew->members[0].began, ended = crew->members[0].ended;
  for (unsigned i = 1; i < crew->count; i++) {
    const struct member *member = &crew->members[i];
    if (member->began < began) began = member->began;
    if (member->ended > ended) ended = member->ended;
  }
  return ended - began;
}

void crew_end(struct crew *crew, struct arrays *whole) {
  if (crew->started) {
    crew->task = NULL;
    pthread_barrier_wait(&crew->begin);
    for (unsigned i = 0; i < crew->count; i++) (void)pthread_join(crew->members[i].thread, NULL);
  }
  double *const arrays[] = {whole->a, whole->b, whole->c};
  for (size_t i = 0; i < 3; i++) {
    if (arrays[i] != NULL) (void)munmap(arrays[i], whole->count * sizeof(double));
  }
  free(crew->members);
}
