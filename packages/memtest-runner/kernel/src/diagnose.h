// What is behind a wrong word: a bad read or bad contents, and does another core see it too, before memory is blamed?
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include <stdbool.h>
#include <stdint.h>

enum blame {
  BLAME_MEMORY,        // fails from another core as well
  BLAME_CPU,           // fails from this core only
  BLAME_UNREPRODUCED,  // was wrong once; fails nowhere now
  BLAME_UNPROVEN,      // there is no other core to ask
};

struct diagnosis {
  uint64_t reread;   // read again at once, from cache
  uint64_t flushed;  // read again from memory, after the line was flushed
  bool stored;       // the contents are wrong, not just one read of them
  bool retested;     // on other_cpu
  unsigned other_cpu;
  enum blame blame;
};

// Writes to the word: the caller restores it. Runs on this_cpu again when it returns.
struct diagnosis diagnose(volatile uint64_t *word, uint64_t expected, unsigned this_cpu, int other_cpu);

const char *blame_name(enum blame blame);

#endif
