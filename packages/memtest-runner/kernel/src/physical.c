// Reads one entry of pagemap (Documentation/admin-guide/mm/pagemap.rst): bits 0-54 frame number, bit 63 present.
#include "physical.h"

#include <fcntl.h>
#include <unistd.h>

bool physical_address(const void *address, uint64_t *physical) {
  const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), at = (uint64_t)(uintptr_t)address;
  const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  uint64_t entry = 0;
  const bool read_all = pread(fd, &entry, sizeof entry, (off_t)(at / page * sizeof entry)) == sizeof entry;
  close(fd);
  const uint64_t frame = entry & (((uint64_t)1 << 55) - 1);
  *physical = frame * page + at % page;
  return read_all && (entry >> 63) != 0 && frame != 0;
}
