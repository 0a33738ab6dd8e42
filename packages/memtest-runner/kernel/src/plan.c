// Divides memory over nodes and cores: see plan.h.
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "processors.h"

#define SMALL_PIECE ((uint64_t)4096)
#define HUGE_PIECE ((uint64_t)2 << 20)

static uint64_t default_reserve(uint64_t total) {
  const uint64_t least = (uint64_t)512 << 20, share = total / 100 * 3;
  return share > least ? share : least;
}

static uint64_t requested_bytes(const struct options *options, uint64_t may_take) {
  return options->bytes > 0 ? options->bytes : (uint64_t)(options->share * (double)may_take);
}

static unsigned seat_cpus(const char *root, const struct options *options, struct plan *plan) {
  plan->allowed = cpus_allowed(root);
  const struct cpu_set cpus = options->cpus_given ? options->cpus : cpus_one_per_core(root, &plan->allowed);
  plan->seats = calloc(cpu_count(&cpus), sizeof *plan->seats);
  for (unsigned cpu = 0; plan->seats != NULL && cpu < MAX_CPUS; cpu++) {
    if (!cpu_in(&cpus, cpu) || !cpu_in(&plan->allowed, cpu)) continue;
    plan->seats[plan->count++] = (struct seat){.cpu = cpu, .node = cpu_node(root, cpu)};
  }
  return plan->count;
}

static int by_node(const void *a, const void *b) {
  const struct seat *left = a, *right = b;
  if (left->node != right->node) return left->node < right->node ? -1 : 1;
  return left->cpu < right->cpu ? -1 : 1;
}

static void form_groups(struct plan *plan) {
  qsort(plan->seats, plan->count, sizeof *plan->seats, by_node);
  for (unsigned first = 0; first < plan->count;) {
    unsigned end = first;
    while (end < plan->count && plan->seats[end].node == plan->seats[first].node) end++;
    for (unsigned i = first; i < end; i++) {
      plan->seats[i].group_first = first;
      plan->seats[i].group_count = end - first;
    }
    plan->nodes++;
    first = end;
  }
}

// In huge pages where there are enough of them that the rest, which nobody gets, is less than a hundredth.
static uint64_t share_of(const struct seat *seat, unsigned place, uint64_t node_bytes) {
  const bool huge = node_bytes >= 128 * HUGE_PIECE && node_bytes / seat->group_count >= 4 * HUGE_PIECE;
  const uint64_t piece = huge ? HUGE_PIECE : SMALL_PIECE, pieces = node_bytes / piece;
  return (pieces / seat->group_count + (place < pieces % seat->group_count)) * piece;
}

// On a machine of one node it takes all. Where there are more, each gives by what it has and keeps its part of the reserve: its
// memory is bound, and the kernel would rather kill than reach for another node's. That counts for a single node of several as well.
static uint64_t divide(const char *root, struct plan *plan, uint64_t may_take) {
  const uint64_t wanted = plan->requested < may_take ? plan->requested : may_take;
  const unsigned nodes = node_count(root);
  double sum = 0;
  for (unsigned i = 0; nodes > 1 && i < plan->count; i += plan->seats[i].group_count) {
    sum += (double)node_available(root, plan->seats[i].node);
  }
  uint64_t total = 0;
  for (unsigned i = 0; i < plan->count; i++) {
    struct seat *seat = &plan->seats[i];
    uint64_t node_bytes = wanted;
    if (nodes > 1) {
      const uint64_t available = node_available(root, seat->node), kept = plan->reserve / nodes;
      const uint64_t most = available > kept ? available - kept : 0;
      node_bytes = (uint64_t)((double)wanted * ((double)available / sum));
      if (node_bytes > most) node_bytes = most;
    }
    seat->bytes = share_of(seat, i - seat->group_first, node_bytes);
    total += seat->bytes;
  }
  return total;
}

const char *plan_make(const char *root, const struct options *options, struct plan *plan) {
  memset(plan, 0, sizeof *plan);
  if (!headroom_read(root, &plan->headroom)) return "cannot read /proc/meminfo";
  if (seat_cpus(root, options, plan) == 0) return "none of the processors asked for may be used";
  form_groups(plan);
  plan->reserve = options->reserve > 0 ? options->reserve : default_reserve(plan->headroom.total);
  const uint64_t may_take = headroom_bytes(&plan->headroom, plan->reserve);
  plan->requested = requested_bytes(options, may_take);
  plan->bytes = divide(root, plan, may_take);
  return plan->bytes == 0 ? "no memory may be taken: too little is free above the reserve" : NULL;
}
