// Counts wrong words in an open hash table: see ledger.h.
#include "ledger.h"

#define REPORTS_PER_WORD 4
#define FULL (LEDGER_WORDS / 4 * 3)

bool ledger_count(struct ledger *ledger, const void *address) {
  const uintptr_t key = (uintptr_t)address;
  pthread_mutex_lock(&ledger->mutex);
  ledger->findings++;
  uint64_t slot = ((uint64_t)key * 0x9e3779b97f4a7c15U) % LEDGER_WORDS;
  while (ledger->seen[slot].address != 0 && ledger->seen[slot].address != key) slot = (slot + 1) % LEDGER_WORDS;
  const bool known = ledger->seen[slot].address == key, fits = known || ledger->words < FULL;
  bool report = false;
  if (fits) {
    if (!known) ledger->words++;
    ledger->seen[slot].address = key;
    report = ledger->seen[slot].times < REPORTS_PER_WORD && ledger->reported < ledger->limit;
    if (report) ledger->seen[slot].times++;
  }
  if (report) ledger->reported++;
  pthread_mutex_unlock(&ledger->mutex);
  return report;
}
