// Which processors and NUMA nodes there are, and how a thread or a piece of memory is bound to them. Raw system calls: a
// static program has no libnuma, and machines have more processors than a cpu_set_t.
#ifndef PROCESSORS_H
#define PROCESSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_CPUS 8192
#define MAX_NODES 1024

struct cpu_set {
  unsigned long bits[MAX_CPUS / (8 * sizeof(unsigned long))];
};

bool cpu_in(const struct cpu_set *set, unsigned cpu);
void cpu_add(struct cpu_set *set, unsigned cpu);
unsigned cpu_count(const struct cpu_set *set);

// Reads "0-3,8" (sysfs, --cpus); false if it is not such a list.
bool cpu_list_parse(const char *text, struct cpu_set *set);

// Where this process may run (cpuset, taskset).
struct cpu_set cpus_allowed(const char *root);
// One processor of each core: the first of its hardware threads that is allowed.
struct cpu_set cpus_one_per_core(const char *root, const struct cpu_set *allowed);

// Node of a processor; 0 where the kernel tells nothing.
unsigned cpu_node(const char *root, unsigned cpu);
// Nodes of the machine, those without processors too; 1 where the kernel tells nothing.
unsigned node_count(const char *root);
// Bytes that a node can give without reaching for another.
uint64_t node_available(const char *root, unsigned node);

bool thread_bind(unsigned cpu);
// Memory of this range will come from the node and no other; false where the kernel does not do that.
bool memory_bind(void *from, size_t bytes, unsigned node);

// Bytes of last-level cache, summed over distinct caches; sysfs, because getconf tells one figure for another.
size_t last_level_cache_bytes(const char *root);

#endif
