// Which words were found wrong and how often, so that one bad bit, seen again by every sweep, does not crowd out others.
#ifndef LEDGER_H
#define LEDGER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define LEDGER_WORDS 16384

struct ledger {
  pthread_mutex_t mutex;
  uint64_t limit;  // findings reported in full, in the whole run
  uint64_t findings, reported, words;
  struct {
    uintptr_t address;
    unsigned times;
  } seen[LEDGER_WORDS];
};

// Counts a wrong word; true if it is to be reported: the first few of an address, until the limit.
bool ledger_count(struct ledger *ledger, const void *address);

#endif
