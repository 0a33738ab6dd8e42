// march: tests the memory of one machine with march C- from all cores. Records and exit codes: kernel/README.md.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine.h"
#include "flush.h"
#include "identity.h"
#include "version.h"

enum exit_code { CLEAN = 0, FOUND = 1, USAGE = 2, NOT_STARTED = 3, NO_PASS = 4, LESS_MEMORY = 5, RECORDS_LOST = 6 };

static const char *stop_name(int stop) {
  switch (stop) {
    case STOP_DONE: return "passes";
    case STOP_TIME: return "time";
    case STOP_SIGNAL: return "signal";
    case STOP_READER: return "reader-gone";
    default: return "failed";
  }
}

// The node must survive even if all else fails: of all processes the kernel would kill this one first.
static void volunteer_for_oom_kill(void) {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "1000", 4) != 4) perror("march: oom_score_adj");
  close(fd);
}

static void limit_json(char *text, size_t size, uint64_t limit) {
  (void)snprintf(text, size, limit == UINT64_MAX ? "null" : "%llu", (unsigned long long)limit);
}

static void report_start(struct engine *engine) {
  const struct plan *plan = engine->plan;
  const struct options *options = engine->options;
  char cgroup[32], lockable[32];
  struct identity self = identity_read();
  limit_json(cgroup, sizeof cgroup, plan->headroom.cgroup);
  limit_json(lockable, sizeof lockable, plan->headroom.lockable);
  report_record(engine->report, "start",
                "\"version\":\"" MARCH_VERSION "\",\"pid\":%ld,\"startTicks\":%llu,\"bootId\":\"%s\",\"isa\":\"%s\","
                "\"flush\":%s,\"threads\":%u,\"nodes\":%u,\"requestedBytes\":%llu,\"plannedBytes\":%llu,"
                "\"reserveBytes\":%llu,\"totalBytes\":%llu,\"availableBytes\":%llu,\"cgroupBytes\":%s,\"lockableBytes\":%s,"
                "\"swapBytes\":%llu,\"cacheBytes\":%zu,\"backgrounds\":%u,\"march\":%s,\"address\":%s,\"retention\":%g,"
                "\"passes\":%llu,\"seconds\":%g",
                (long)getpid(), (unsigned long long)self.start_ticks, self.boot_id, engine->sweeps->name,
                flush_available() ? "true" : "false", plan->count, plan->nodes, (unsigned long long)plan->requested,
                (unsigned long long)plan->bytes, (unsigned long long)plan->reserve,
                (unsigned long long)plan->headroom.total, (unsigned long long)plan->headroom.available, cgroup, lockable,
                (unsigned long long)plan->headroom.swap, last_level_cache_bytes(""), options->backgrounds,
                options->march ? "true" : "false", options->address ? "true" : "false", options->retention,
                (unsigned long long)options->passes, options->seconds);
}

static void report_progress(struct engine *engine) {
  char position[64];
  engine_position(engine, position, sizeof position);
  report_record(engine->report, "progress", "\"pass\":%llu,\"position\":\"%s\",\"bytesMoved\":%llu,\"findings\":%llu",
                (unsigned long long)engine->passes + 1, position, (unsigned long long)atomic_load(&engine->bytes_moved),
                (unsigned long long)engine->ledger.findings);
}

static enum exit_code judge(const struct engine *engine, uint64_t bytes) {
  if (engine->ledger.findings > 0) return FOUND;
  if (engine->passes == 0 || bytes == 0) return NO_PASS;
  return bytes < engine->plan->requested / 100 * 99 ? LESS_MEMORY : CLEAN;
}

static enum exit_code report_summary(struct engine *engine) {
  const uint64_t bytes = engine_bytes(engine);
  const enum exit_code code = judge(engine, bytes);
  report_record(engine->report, "summary",
                "\"ended\":\"%s\",\"passes\":%llu,\"backgrounds\":%llu,\"bytes\":%llu,\"bytesTested\":%llu,"
                "\"bytesMoved\":%llu,\"wallSeconds\":%.3f,\"cpuSeconds\":%.3f,\"findings\":%llu,\"reported\":%llu,"
                "\"words\":%llu,\"exit\":%d",
                stop_name(atomic_load(&engine->stop)), (unsigned long long)engine->passes,
                (unsigned long long)engine->backgrounds, (unsigned long long)bytes,
                (unsigned long long)(engine->passes > 0 ? bytes : 0), (unsigned long long)atomic_load(&engine->bytes_moved),
                report_elapsed(engine->report), process_cpu_seconds(), (unsigned long long)engine->ledger.findings,
                (unsigned long long)engine->ledger.reported, (unsigned long long)engine->ledger.words, (int)code);
  return code;
}

// The number of a signal that came, or -1. The raw call: musl's sigtimedwait starts its whole time again whenever the process
// is stopped and continued, so that a time box would never end.
static long wait_for_signal(const sigset_t *signals, double seconds) {
  const struct timespec timeout = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
  return syscall(SYS_rt_sigtimedwait, signals, NULL, &timeout, (size_t)(_NSIG / 8));
}

// Sleeps until a signal, the next progress record or the end of the time box, until the last thread has ended.
static void supervise(struct engine *engine, const sigset_t *signals) {
  double next_progress = 0;
  while (atomic_load(&engine->running) > 0) {
    const double now = report_elapsed(engine->report), seconds = engine->options->seconds;
    if (seconds > 0 && now >= seconds) engine_stop(engine, STOP_TIME);
    if (engine->report->reader_gone) engine_stop(engine, STOP_READER);
    if (now >= next_progress) {
      report_progress(engine);
      next_progress = now + engine->options->progress;
    }
    double wait = next_progress - now;
    if (seconds > now && seconds - now < wait) wait = seconds - now;
    const long signal_number = wait_for_signal(signals, wait);
    if (signal_number > 0 && signal_number != SIGUSR1) engine_stop(engine, STOP_SIGNAL);
  }
  // Where it was ended: what comes behind that was not tested.
  if (atomic_load(&engine->stop) != STOP_DONE) report_progress(engine);
}

static void block_signals(sigset_t *signals) {
  (void)signal(SIGPIPE, SIG_IGN);
  sigemptyset(signals);
  const int wanted[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) sigaddset(signals, wanted[i]);
  (void)pthread_sigmask(SIG_BLOCK, signals, NULL);
}

static enum exit_code refuse(const char *what) {
  fprintf(stderr, "march: %s\n", what);
  return NOT_STARTED;
}

int main(int argc, char **argv) {
  static struct options options;
  static struct plan plan;
  static struct report report;
  static struct engine engine;
  const enum parsed parsed = options_parse(argc, argv, &options);
  if (parsed != RUN) return parsed == SHOWN ? CLEAN : USAGE;

  engine = (struct engine){.options = &options, .plan = &plan, .report = &report, .sweeps = sweeps_choose(options.isa)};
  if (engine.sweeps == NULL) return refuse("this processor does not have that instruction set");
  const char *obstacle = plan_make("", &options, &plan);
  if (obstacle != NULL) return refuse(obstacle);
  if (!report_open(&report, options.spool)) return refuse(strerror(errno));
  engine.ledger.limit = options.finding_limit;
  engine.step_count = march_schedule(options.march ? options.backgrounds : 0, options.address, engine.steps);
  engine.cache_share = last_level_cache_bytes("") / plan.count + ((size_t)2 << 20);

  sigset_t signals;
  block_signals(&signals);
  volunteer_for_oom_kill();
  report_start(&engine);
  if (options.plan_only) return report_close(&report) ? CLEAN : RECORDS_LOST;
  if (!engine_start(&engine)) return refuse("cannot start the threads");
  supervise(&engine, &signals);
  engine_join(&engine);
  const enum exit_code code = report_summary(&engine);
  return report_close(&report) || code != CLEAN ? (int)code : (int)RECORDS_LOST;
}
