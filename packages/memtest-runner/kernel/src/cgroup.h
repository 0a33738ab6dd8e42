// The memory limits of the cgroups above this process, version 1 and 2.
#ifndef CGROUP_H
#define CGROUP_H

#include <stdint.h>

// Least (limit - usage + reclaimable file cache) on the way up to the root of each hierarchy; UINT64_MAX without a limit.
uint64_t cgroup_headroom(const char *root);

#endif
