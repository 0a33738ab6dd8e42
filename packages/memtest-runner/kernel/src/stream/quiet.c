// Reads /proc/stat and compares it with what we used: see quiet.h.
#include "quiet.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../system-file.h"
#include "crew.h"

// cpu user nice system idle iowait irq softirq steal: proc_stat(5), in ticks of USER_HZ.
struct load load_now(void) {
  char text[4096];
  struct load load = {0, 0, seconds_now()};
  if (file_text("", "/proc/stat", text, sizeof text)) {
    char *at = text + 3;
    for (int field = 0; field < 8; field++) {
      const unsigned long long ticks = strtoull(at, &at, 10);
      if (field != 3 && field != 4) load.busy += (double)ticks / (double)sysconf(_SC_CLK_TCK);
    }
  }
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    load.own = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
               (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  }
  return load;
}

double others_percent(struct load from, struct load to) {
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  const double machine = (to.at - from.at) * (double)(online > 0 ? online : 1);
  const double others = (to.busy - from.busy) - (to.own - from.own);
  return machine > 0 && others > 0 ? 100 * others / machine : 0;
}
