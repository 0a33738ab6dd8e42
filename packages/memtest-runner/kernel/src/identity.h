// What makes this run unmistakable after a reboot or a reused process number: boot id and start time.
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdint.h>

struct identity {
  char boot_id[64];
  uint64_t start_ticks;  // field 22 of /proc/self/stat
};

struct identity identity_read(void);

#endif
