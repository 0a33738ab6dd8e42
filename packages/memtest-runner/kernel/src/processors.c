// Processors, NUMA nodes and binding: see processors.h.
#include "processors.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system-file.h"

#define WORD_BITS (8 * sizeof(unsigned long))

bool cpu_in(const struct cpu_set *set, unsigned cpu) {
  return cpu < MAX_CPUS && ((set->bits[cpu / WORD_BITS] >> (cpu % WORD_BITS)) & 1UL) != 0;
}

void cpu_add(struct cpu_set *set, unsigned cpu) {
  if (cpu < MAX_CPUS) set->bits[cpu / WORD_BITS] |= 1UL << (cpu % WORD_BITS);
}

unsigned cpu_count(const struct cpu_set *set) {
  unsigned count = 0;
  for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) count += cpu_in(set, cpu) ? 1U : 0U;
  return count;
}

bool cpu_list_parse(const char *text, struct cpu_set *set) {
  memset(set, 0, sizeof *set);
  for (;;) {
    char *end;
    const unsigned long first = strtoul(text, &end, 10);
    if (end == text) return false;
    unsigned long last = first;
    if (*end == '-') {
      text = end + 1;
      last = strtoul(text, &end, 10);
      if (end == text) return false;
    }
    if (last < first || last >= MAX_CPUS) return false;
    for (unsigned long cpu = first; cpu <= last; cpu++) cpu_add(set, (unsigned)cpu);
    if (*end == '\0' || *end == '\n') return true;
    if (*end != ',') return false;
    text = end + 1;
  }
}

struct cpu_set cpus_allowed(const char *root) {
  static const char key[] = "Cpus_allowed_list:\t";
  char text[8192];
  struct cpu_set set;
  const char *at = file_text(root, "/proc/self/status", text, sizeof text) ? strstr(text, key) : NULL;
  if (at == NULL || !cpu_list_parse(at + sizeof key - 1, &set)) {
    memset(&set, 0, sizeof set);
    cpu_add(&set, 0);
  }
  return set;
}

struct cpu_set cpus_one_per_core(const char *root, const struct cpu_set *allowed) {
  struct cpu_set chosen, taken;
  memset(&chosen, 0, sizeof chosen);
  memset(&taken, 0, sizeof taken);
  for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
    if (!cpu_in(allowed, cpu) || cpu_in(&taken, cpu)) continue;
    cpu_add(&chosen, cpu);
    char path[PATH_BYTES], text[1024];
    struct cpu_set siblings;
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
    if (!file_text(root, path, text, sizeof text) || !cpu_list_parse(text, &siblings)) continue;
    for (size_t i = 0; i < MAX_CPUS / WORD_BITS; i++) taken.bits[i] |= siblings.bits[i];
  }
  return chosen;
}

static bool nodes_online(const char *root, struct cpu_set *nodes) {
  char text[1024];
  return file_text(root, "/sys/devices/system/node/online", text, sizeof text) && cpu_list_parse(text, nodes);
}

unsigned node_count(const char *root) {
  struct cpu_set nodes;
  return nodes_online(root, &nodes) ? cpu_count(&nodes) : 1;
}

// Free, and file cache, much as MemAvailable counts for the whole machine.
uint64_t node_available(const char *root, unsigned node) {
  static const char *const kinds[] = {"MemFree", "Active(file)", "Inactive(file)"};
  char path[PATH_BYTES], key[64];
  uint64_t sum = 0, bytes;
  snprintf(path, sizeof path, "/sys/devices/system/node/node%u/meminfo", node);
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    snprintf(key, sizeof key, "Node %u %s:", node, kinds[i]);
    if (file_field(root, path, key, &bytes)) sum += bytes;
  }
  return sum;
}

unsigned cpu_node(const char *root, unsigned cpu) {
  char path[PATH_BYTES], text[1024];
  struct cpu_set nodes, cpus;
  if (!nodes_online(root, &nodes)) return 0;
  for (unsigned node = 0; node < MAX_NODES; node++) {
    if (!cpu_in(&nodes, node)) continue;
    snprintf(path, sizeof path, "/sys/devices/system/node/node%u/cpulist", node);
    if (file_text(root, path, text, sizeof text) && cpu_list_parse(text, &cpus) && cpu_in(&cpus, cpu)) return node;
  }
  return 0;
}

bool thread_bind(unsigned cpu) {
  struct cpu_set set;
  memset(&set, 0, sizeof set);
  cpu_add(&set, cpu);
  return syscall(SYS_sched_setaffinity, 0, sizeof set.bits, set.bits) == 0;
}

bool memory_bind(void *from, size_t bytes, unsigned node) {
  const int bind = 2;  // MPOL_BIND, mbind(2)
  unsigned long nodes[MAX_NODES / WORD_BITS] = {0};
  if (node >= MAX_NODES) return false;
  nodes[node / WORD_BITS] = 1UL << (node % WORD_BITS);
  return syscall(SYS_mbind, from, bytes, bind, nodes, (unsigned long)MAX_NODES, 0U) == 0;
}

static size_t cache_bytes(const char *root, const char *folder) {
  char path[PATH_BYTES], text[64];
  snprintf(path, sizeof path, "%s/size", folder);
  if (!file_text(root, path, text, sizeof text)) return 0;
  char *unit;
  const size_t size = strtoul(text, &unit, 10);
  return *unit == 'K' ? size << 10 : *unit == 'M' ? size << 20 : size;
}

size_t last_level_cache_bytes(const char *root) {
  size_t sum = 0;
  char folder[PATH_BYTES / 2], path[PATH_BYTES], text[1024];
  struct cpu_set online;
  if (!file_text(root, "/sys/devices/system/cpu/online", text, sizeof text) || !cpu_list_parse(text, &online)) return 0;
  for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
    if (!cpu_in(&online, cpu)) continue;
    for (int index = 4; index >= 0; index--) {  // the highest index is the last level
      snprintf(folder, sizeof folder, "/sys/devices/system/cpu/cpu%u/cache/index%d", cpu, index);
      snprintf(path, sizeof path, "%s/shared_cpu_list", folder);
      if (!file_text(root, path, text, sizeof text)) continue;
      if ((unsigned)strtoul(text, NULL, 10) == cpu) sum += cache_bytes(root, folder);  // counted by its first processor
      break;
    }
  }
  return sum;
}
