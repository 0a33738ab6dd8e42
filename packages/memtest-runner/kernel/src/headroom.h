// How much memory may be taken without hurting the node: the least of what the kernel calls available, what every
// cgroup above this process (v1 and v2) still allows, and what may be locked.
#ifndef HEADROOM_H
#define HEADROOM_H

#include <stdbool.h>
#include <stdint.h>

struct headroom {
  uint64_t total;      // MemTotal, bytes
  uint64_t available;  // MemAvailable, bytes
  uint64_t cgroup;     // least headroom of the cgroups above; UINT64_MAX without a limit
  uint64_t lockable;   // RLIMIT_MEMLOCK; UINT64_MAX without a limit or for a process that may lock anything
  uint64_t swap;       // SwapTotal, bytes
};

// False if /proc/meminfo cannot be read. Raises RLIMIT_MEMLOCK where this process may.
bool headroom_read(const char *root, struct headroom *headroom);

// Bytes that may still be taken when `reserve` bytes are to stay free; locking counts only at the start.
uint64_t headroom_bytes(const struct headroom *headroom, uint64_t reserve);

#endif
