// Reads boot id and start time: see identity.h.
#include "identity.h"

#include <stdlib.h>
#include <string.h>

#include "system-file.h"

struct identity identity_read(void) {
  struct identity identity = {"", 0};
  char stat[2048];
  if (file_text("", "/proc/sys/kernel/random/boot_id", identity.boot_id, sizeof identity.boot_id)) {
    identity.boot_id[strcspn(identity.boot_id, "\n")] = '\0';
  }
  if (!file_text("", "/proc/self/stat", stat, sizeof stat)) return identity;
  char *at = strrchr(stat, ')');  // the name before it may hold anything; field 3 follows
  for (int field = 2; at != NULL && field < 22; field++) at = strchr(at + 1, ' ');
  if (at != NULL) identity.start_ticks = strtoull(at, NULL, 10);
  return identity;
}
