// The physical address behind a virtual one, from /proc/self/pagemap.
#ifndef PHYSICAL_H
#define PHYSICAL_H

#include <stdbool.h>
#include <stdint.h>

// False without root (the kernel then shows frame 0), and where the page is not in memory or is just being moved.
bool physical_address(const void *address, uint64_t *physical);

#endif
