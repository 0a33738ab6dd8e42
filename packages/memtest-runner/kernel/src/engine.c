// Keeps the threads in step: see engine.h. What a thread does to its memory in a step is in walk.c.
#include "engine.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "memory.h"
#include "walk.h"

struct worker {
  struct engine *engine;
  unsigned index;
};

void engine_stop(struct engine *engine, enum stop why) {
  int going = GOING;
  (void)atomic_compare_exchange_strong(&engine->stop, &going, (int)why);
}

static bool stopping(struct engine *engine) { return atomic_load(&engine->stop) != GOING; }

double process_cpu_seconds(void) {
  struct timespec used;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static void begin_pass(struct engine *engine) {
  engine->step = 0;
  engine->pass_began = report_elapsed(engine->report);
  engine->pass_began_cpu = process_cpu_seconds();
}

static void finish_pass(struct engine *engine) {
  engine->passes++;
  report_record(engine->report, "pass",
                "\"pass\":%llu,\"bytes\":%llu,\"wallSeconds\":%.3f,\"cpuSeconds\":%.3f,\"findings\":%llu",
                (unsigned long long)engine->passes, (unsigned long long)engine_bytes(engine),
                report_elapsed(engine->report) - engine->pass_began, process_cpu_seconds() - engine->pass_began_cpu,
                (unsigned long long)engine->ledger.findings);
  begin_pass(engine);
  if (engine->passes == engine->options->passes) engine_stop(engine, STOP_DONE);
}

// The last thread to arrive decides for all what comes next. The first time all have only taken their memory.
static void advance(struct engine *engine) {
  if (engine->turn == 0) begin_pass(engine);
  if (engine->turn > 0 && !stopping(engine)) {
    if (march_ends_background(&engine->steps[engine->step++])) engine->backgrounds++;
    if (engine->step == engine->step_count) finish_pass(engine);
  }
  engine->turn++;
  engine->over = stopping(engine);
  const struct step *next = &engine->steps[engine->step];
  const bool rests = next->element->retention && next->background == 0;
  engine->rest_until = rests ? report_elapsed(engine->report) + engine->options->retention : 0;
}

static void wait_for_all(struct engine *engine) {
  pthread_mutex_lock(&engine->mutex);
  const uint64_t turn = engine->turn;
  if (++engine->waiting == engine->plan->count) {
    engine->waiting = 0;
    advance(engine);
    pthread_cond_broadcast(&engine->all_here);
  } else {
    while (turn == engine->turn) pthread_cond_wait(&engine->all_here, &engine->mutex);
  }
  pthread_mutex_unlock(&engine->mutex);
}

static void rest(struct engine *engine) {
  const struct timespec slice = {0, 20000000};
  while (!stopping(engine) && report_elapsed(engine->report) < engine->rest_until) (void)nanosleep(&slice, NULL);
}

static void *work(void *argument) {
  struct worker *worker = argument;
  struct engine *engine = worker->engine;
  const struct seat *seat = &engine->plan->seats[worker->index];
  (void)thread_bind(seat->cpu);
  memory_take(engine, worker->index);
  wait_for_all(engine);
  while (!engine->over) {
    rest(engine);
    const unsigned place = (unsigned)((worker->index - seat->group_first + engine->turn) % seat->group_count);
    walk_step(engine, &engine->chunks[seat->group_first + place], worker->index);
    wait_for_all(engine);
  }
  free(worker);
  if (atomic_fetch_sub(&engine->running, 1) == 1) (void)pthread_kill(engine->main_thread, SIGUSR1);
  return NULL;
}

bool engine_start(struct engine *engine) {
  const unsigned count = engine->plan->count;
  engine->main_thread = pthread_self();
  engine->chunks = calloc(count, sizeof *engine->chunks);
  engine->threads = calloc(count, sizeof *engine->threads);
  if (engine->chunks == NULL || engine->threads == NULL) return false;
  if (pthread_mutex_init(&engine->mutex, NULL) != 0 || pthread_mutex_init(&engine->ledger.mutex, NULL) != 0) return false;
  if (pthread_cond_init(&engine->all_here, NULL) != 0) return false;
  atomic_store(&engine->running, count);
  for (unsigned index = 0; index < count; index++) {
    struct worker *worker = malloc(sizeof *worker);
    if (worker == NULL) return false;
    *worker = (struct worker){engine, index};
    if (pthread_create(&engine->threads[index], NULL, work, worker) != 0) return false;
  }
  return true;
}

void engine_join(struct engine *engine) {
  for (unsigned index = 0; index < engine->plan->count; index++) (void)pthread_join(engine->threads[index], NULL);
}

uint64_t engine_bytes(const struct engine *engine) {
  uint64_t sum = 0;
  for (unsigned index = 0; index < engine->plan->count; index++) sum += engine->chunks[index].lines * LINE_BYTES;
  return sum;
}

void engine_position(struct engine *engine, char *text, size_t size) {
  pthread_mutex_lock(&engine->mutex);
  const struct step *step = &engine->steps[engine->step];
  if (engine->turn == 0) {
    (void)snprintf(text, size, "taking memory");
  } else if (step->test == ADDRESS) {
    (void)snprintf(text, size, "address %s", step->element->name);
  } else {
    (void)snprintf(text, size, "march %u/%u %s", step->background + 1, engine->options->backgrounds, step->element->name);
  }
  pthread_mutex_unlock(&engine->mutex);
}
