// stream: bandwidth of memory with the four kernels of STREAM, by number of threads, by NUMA node, with plain stores and with
// stores past the cache. Results are those of a variant of STREAM. Records and exit codes: kernel/README.md.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../headroom.h"
#include "../processors.h"
#include "../report.h"
#include "../version.h"
#include "crew.h"
#include "quiet.h"

#ifndef BUILD_FLAGS
#define BUILD_FLAGS "flags unknown"
#endif

#define MOST_TRIALS 100
#define ATTEMPTS 3      // times that a disturbed set of trials is tried before the machine is called busy
#define LOAD_ROUNDS 100 // of the four kernels, before the results of a load are compared
#define LOAD_ELEMENTS ((size_t)1 << 16)  // of each array, for each thread of a load
#define TRIAL_TRIES 4   // disturbed trials are repeated up to so many times as there are trials

enum exit_code { CLEAN = 0, INVALID = 1, USAGE = 2, NOT_STARTED = 3, STOPPED = 4, BUSY = 5, RECORDS_LOST = 6 };

struct options {
  unsigned trials;   // NTIMES of STREAM: the first does not count
  double gate;       // percent of the machine that others may have
  double seconds;    // how long disturbed trials are repeated at most; 0 = no bound
  bool brief, load;
  size_t elements;   // of one array; 0 = by the rule
  const char *spool;
};

struct bench {
  struct options options;
  struct report report;
  const struct bandwidth *kernels;
  unsigned cpus[MAX_CPUS], nodes[MAX_CPUS], count;
  size_t elements;
  unsigned long long invalid;
  double bytes_moved;
};

static volatile sig_atomic_t stopping;
static void on_signal(int number) { stopping = number; }

static const char usage[] =
    "usage: stream [options]\n"
    "  --trials N      trials of each kernel, of which the first does not count (default 10)\n"
    "  --gate PERCENT  a trial counts only if others used no more of the machine (default 2; 100: no gate)\n"
    "  --seconds N     past this time nothing is repeated or begun: the machine counts as busy (default: no bound)\n"
    "  --elements N    elements of an array (default: four times all last-level caches)\n"
    "  --brief         with all cores only, instead of 1, 2, 4 and so on, and each NUMA node\n"
    "  --load          no figures: floating-point load from all cores until a signal comes\n"
    "  --spool FILE    append records to FILE, synced, instead of stdout\n"
    "exit: 0 done, 1 an array did not hold what it must, 2 usage, 3 could not start, 4 ended by a signal,\n"
    "      5 the machine was never idle, 6 records were lost\n";

static const struct option names[] = {
    {"trials", required_argument, NULL, 't'}, {"gate", required_argument, NULL, 'g'},
    {"seconds", required_argument, NULL, 's'}, {"elements", required_argument, NULL, 'e'}, {"brief", no_argument, NULL, 'b'},
    {"load", no_argument, NULL, 'l'},         {"spool", required_argument, NULL, 'o'},
    {"help", no_argument, NULL, 'h'},         {"version", no_argument, NULL, 'v'},
    {NULL, 0, NULL, 0},
};

// -1: go on; else the exit code.
static int parse(int argc, char **argv, struct options *options) {
  *options = (struct options){.trials = 10, .gate = 2};
  int option;
  while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
    switch (option) {
      case 't': options->trials = (unsigned)strtoul(optarg, NULL, 10); break;
      case 'g': options->gate = strtod(optarg, NULL); break;
      case 's': options->seconds = strtod(optarg, NULL); break;
      case 'e': options->elements = strtoul(optarg, NULL, 10); break;
      case 'b': options->brief = true; break;
      case 'l': options->load = true; break;
      case 'o': options->spool = optarg; break;
      case 'h': return fputs(usage, stdout), CLEAN;
      case 'v': return puts("stream " MARCH_VERSION " (" BUILD_FLAGS ")"), CLEAN;
      default: return USAGE;
    }
  }
  const bool sane = options->trials >= 2 && options->trials <= MOST_TRIALS && options->gate > 0 && optind == argc;
  if (!sane) fputs("stream: --trials takes 2 to 100, --gate a share above 0; see --help\n", stderr);
  return sane ? -1 : USAGE;
}

static void volunteer_for_oom_kill(void) {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "1000", 4) != 4) perror("stream: oom_score_adj");
  close(fd);
}

// The rule of STREAM: each array at least four times the sum of all last-level caches. No more than a quarter of what is free.
static size_t array_elements(const struct options *options) {
  if (options->elements > 0) return (options->elements + 511) / 512 * 512;
  const size_t caches = last_level_cache_bytes(""), least = (size_t)64 << 20;
  const size_t bytes = 4 * caches > least ? 4 * caches : least;
  return (bytes / sizeof(double) + 511) / 512 * 512;
}

static bool fits(size_t elements) {
  struct headroom headroom;
  return headroom_read("", &headroom) && headroom_bytes(&headroom, headroom.total / 100 * 3) > 3 * elements * sizeof(double);
}

// What STREAM's arrays hold after so many rounds of the four kernels; every element is compared, as its author asks.
static void validate(struct bench *bench, const struct arrays *whole, unsigned rounds) {
  double expected[3] = {1, 2, 0};
  for (unsigned i = 0; i < rounds; i++) {
    expected[2] = expected[0];
    expected[1] = SCALAR * expected[2];
    expected[2] = expected[0] + expected[1];
    expected[0] = expected[1] + SCALAR * expected[2];
  }
  const double *const arrays[] = {whole->a, whole->b, whole->c};
  for (unsigned which = 0; which < 3; which++) {
    for (size_t i = 0; i < whole->count; i++) {
      const double found = arrays[which][i];
      if (fabs(found - expected[which]) <= 1e-13 * fabs(expected[which])) continue;
      if (++bench->invalid > 100) return;
      unsigned long long bits[2];
      memcpy(&bits[0], &expected[which], sizeof bits[0]);
      memcpy(&bits[1], &found, sizeof bits[1]);
      report_record(&bench->report, "invalid", "\"array\":\"%c\",\"address\":\"0x%llx\",\"expected\":\"0x%016llx\",\"actual\":\"0x%016llx\"",
                    (int)('a' + which), (unsigned long long)(uintptr_t)&arrays[which][i], bits[0], bits[1]);
    }
  }
}

struct measure {
  double trials[MOST_TRIALS];
  unsigned count;
};

static void report_measure(struct bench *bench, const char *stores, enum kernel kernel, const struct measure *measure,
                           unsigned threads, int node, unsigned disturbed) {
  char list[MOST_TRIALS * 20] = "", place[16] = "null";
  size_t length = 0;
  double best = 0;
  for (unsigned i = 0; i < measure->count; i++) {
    if (measure->trials[i] > best) best = measure->trials[i];
    length += (size_t)snprintf(list + length, sizeof list - length, "%s%.0f", i == 0 ? "" : ",", measure->trials[i]);
  }
  if (node >= 0) (void)snprintf(place, sizeof place, "%d", node);
  report_record(&bench->report, "measure",
                "\"kernel\":\"%s\",\"stores\":\"%s\",\"threads\":%u,\"node\":%s,\"best\":%.0f,\"disturbed\":%u,\"trials\":[%s]",
                kernel_names[kernel], stores, threads, place, best, disturbed, list);
}

static bool time_is_up(const struct bench *bench) {
  return bench->options.seconds > 0 && report_elapsed(&bench->report) >= bench->options.seconds;
}

// All four kernels, round by round as STREAM does, until enough undisturbed rounds are there. False: it never was idle.
static bool measure_stores(struct bench *bench, struct crew *crew, const struct arrays *whole, bool past_cache, int node,
                           unsigned *rounds) {
  const unsigned wanted = bench->options.trials;
  work const *tasks = past_cache ? bench->kernels->non_temporal : bench->kernels->plain;
  struct measure measures[KERNELS] = {0};
  unsigned disturbed = 0;
  for (unsigned round = 0; round < wanted * TRIAL_TRIES && measures[0].count < wanted - 1 && stopping == 0 && !time_is_up(bench); round++) {
    double taken[KERNELS];
    const struct load before = load_now();
    for (int kernel = 0; kernel < KERNELS; kernel++) taken[kernel] = crew_run(crew, tasks[kernel]);
    ++*rounds;
    const double others = others_percent(before, load_now());
    for (int kernel = 0; kernel < KERNELS; kernel++) bench->bytes_moved += (double)whole->count * kernel_bytes[kernel];
    if (round == 0) continue;  // the first meets cold pages
    if (others > bench->options.gate) {
      disturbed++;
      continue;
    }
    for (int kernel = 0; kernel < KERNELS; kernel++) {
      measures[kernel].trials[measures[kernel].count++] = (double)whole->count * kernel_bytes[kernel] / taken[kernel];
    }
  }
  if (stopping != 0) return true;
  const char *stores = past_cache ? "non-temporal" : "plain";
  const bool enough = measures[0].count >= (wanted - 1 < 3 ? wanted - 1 : 3);
  if (!enough) {
    report_record(&bench->report, "disturbed", "\"stores\":\"%s\",\"threads\":%u,\"rounds\":%u", stores, crew->count, disturbed);
    return false;
  }
  for (int kernel = 0; kernel < KERNELS; kernel++) {
    report_measure(bench, stores, (enum kernel)kernel, &measures[kernel], crew->count, node, disturbed);
  }
  return true;
}

// With these processors; `node` is -1 for the whole machine. False: busy, or no memory.
static bool measure_on(struct bench *bench, const unsigned *cpus, unsigned threads, int node) {
  struct crew crew;
  struct arrays whole;
  unsigned rounds = 0;
  bool idle = crew_start(&crew, cpus, threads, bench->elements, &whole);
  for (int past_cache = 0; past_cache < 2 && idle && stopping == 0; past_cache++) {
    unsigned attempt = 0;
    while (!(idle = measure_stores(bench, &crew, &whole, past_cache == 1, node, &rounds)) && ++attempt < ATTEMPTS && !time_is_up(bench)) {
      if (stopping == 0) sleep(2 * attempt);
    }
  }
  // Numbers grow by 15 each round: they leave the range of a double after some 260 rounds, and would hide errors.
  if (crew.started && rounds > 0 && rounds < 200) validate(bench, &whole, rounds);
  crew_end(&crew, &whole);
  return idle;
}

static unsigned cpus_of_node(const struct bench *bench, unsigned node, unsigned *cpus) {
  unsigned count = 0;
  for (unsigned i = 0; i < bench->count; i++) {
    if (bench->nodes[i] == node) cpus[count++] = bench->cpus[i];
  }
  return count;
}

static bool measure_all(struct bench *bench) {
  if (!bench->options.brief) {
    for (unsigned threads = 1; threads < bench->count && stopping == 0; threads *= 2) {
      if (!measure_on(bench, bench->cpus, threads, -1)) return false;
    }
    static unsigned cpus[MAX_CPUS];
    for (unsigned node = 0; node < MAX_NODES && stopping == 0; node++) {
      const unsigned count = cpus_of_node(bench, node, cpus);
      if (count > 0 && count < bench->count && !measure_on(bench, cpus, count, (int)node)) return false;
    }
  }
  return stopping != 0 || measure_on(bench, bench->cpus, bench->count, -1);
}

// A thread's share of the load: no other is waited for meanwhile, or they would all sleep most of the time beside a busy test.
static const struct bandwidth *load_kernels;
static void load_part(struct arrays part, double scalar) {
  for (unsigned round = 0; round < LOAD_ROUNDS && stopping == 0; round++) {
    for (int kernel = 0; kernel < KERNELS; kernel++) load_kernels->plain[kernel](part, scalar);
  }
}

// Load for a test that runs beside: small arrays, so that it asks for no memory that could be tested. Its results are compared
// as well: a processor that miscounts when hot is found here.
static void give_load(struct bench *bench) {
  struct crew crew;
  struct arrays whole;
  load_kernels = bench->kernels;
  if (!crew_start(&crew, bench->cpus, bench->count, bench->elements, &whole)) stopping = SIGTERM;
  while (stopping == 0) {
    crew_reset(&crew);
    (void)crew_run(&crew, load_part);
    if (stopping != 0) break;
    for (int kernel = 0; kernel < KERNELS; kernel++) {
      bench->bytes_moved += (double)LOAD_ROUNDS * (double)whole.count * kernel_bytes[kernel];
    }
    validate(bench, &whole, LOAD_ROUNDS);
  }
  crew_end(&crew, &whole);
}

static void find_cpus(struct bench *bench) {
  const struct cpu_set allowed = cpus_allowed(""), cores = cpus_one_per_core("", &allowed);
  for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
    if (!cpu_in(&cores, cpu)) continue;
    bench->nodes[bench->count] = cpu_node("", cpu);
    bench->cpus[bench->count++] = cpu;
  }
}

static void report_start(struct bench *bench) {
  report_record(&bench->report, "start",
                "\"version\":\"" MARCH_VERSION "\",\"streamVariant\":true,\"isa\":\"%s\",\"flags\":\"" BUILD_FLAGS
                "\",\"threads\":%u,\"elements\":%zu,\"arrayBytes\":%zu,\"cacheBytes\":%zu,\"trials\":%u,\"gate\":%g",
                bench->kernels->name, bench->count, bench->elements, bench->elements * sizeof(double),
                last_level_cache_bytes(""), bench->options.trials, bench->options.gate);
}

int main(int argc, char **argv) {
  static struct bench bench;
  const int parsed = parse(argc, argv, &bench.options);
  if (parsed >= 0) return parsed;
  const struct sigaction action = {.sa_handler = on_signal};
  const int ending[] = {SIGTERM, SIGINT, SIGHUP};
  for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) (void)sigaction(ending[i], &action, NULL);
  (void)signal(SIGPIPE, SIG_IGN);
  volunteer_for_oom_kill();
  bench.kernels = bandwidth_choose();
  find_cpus(&bench);
  bench.elements = bench.options.load ? bench.count * LOAD_ELEMENTS : array_elements(&bench.options);
  if (bench.count == 0 || !report_open(&bench.report, bench.options.spool)) {
    fprintf(stderr, "stream: %s\n", bench.count == 0 ? "no processor may be used" : strerror(errno));
    return NOT_STARTED;
  }
  if (!bench.options.load && !fits(bench.elements)) {
    fprintf(stderr, "stream: no room for three arrays of %zu bytes\n", bench.elements * sizeof(double));
    return NOT_STARTED;
  }
  report_start(&bench);
  bool idle = true;
  if (bench.options.load) give_load(&bench);
  else idle = measure_all(&bench);
  const char *ended = bench.options.load ? "load" : stopping != 0 ? "signal" : idle ? "complete" : "busy";
  const enum exit_code code = bench.invalid > 0     ? INVALID
                              : bench.options.load  ? CLEAN
                              : stopping != 0       ? STOPPED
                              : idle                ? CLEAN
                                                    : BUSY;
  const struct load load = load_now();
  report_record(&bench.report, "summary", "\"ended\":\"%s\",\"bytesMoved\":%.0f,\"wallSeconds\":%.3f,\"cpuSeconds\":%.3f,\"findings\":%llu,\"exit\":%d",
                ended, bench.bytes_moved, report_elapsed(&bench.report), load.own, bench.invalid, (int)code);
  return report_close(&bench.report) ? (int)code : (int)RECORDS_LOST;
}
