// Reads the limits of memory: see headroom.h.
#include "headroom.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "cgroup.h"
#include "system-file.h"

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t lockable_bytes(void) {
  const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
  if (setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0) return UINT64_MAX;
  struct rlimit limit;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
  const struct rlimit raised = {limit.rlim_max, limit.rlim_max};
  (void)setrlimit(RLIMIT_MEMLOCK, &raised);
  return limit.rlim_max == RLIM_INFINITY ? UINT64_MAX : limit.rlim_max;
}

bool headroom_read(const char *root, struct headroom *headroom) {
  if (!file_field(root, "/proc/meminfo", "MemTotal:", &headroom->total)) return false;
  if (!file_field(root, "/proc/meminfo", "MemAvailable:", &headroom->available)) return false;
  if (!file_field(root, "/proc/meminfo", "SwapTotal:", &headroom->swap)) headroom->swap = 0;
  headroom->cgroup = cgroup_headroom(root);
  headroom->lockable = lockable_bytes();
  return true;
}

uint64_t headroom_bytes(const struct headroom *headroom, uint64_t reserve) {
  const uint64_t free_bytes = least(headroom->available, headroom->cgroup);
  return free_bytes > reserve ? free_bytes - reserve : 0;
}
