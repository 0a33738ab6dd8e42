// Re-reads and retests a wrong word: see diagnose.h.
#include "diagnose.h"

#include "flush.h"
#include "processors.h"

#define ROUNDS 3

static uint64_t read_from_memory(volatile uint64_t *word) {
  flush_range((const void *)(uintptr_t)word, sizeof *word);
  return *word;
}

static bool holds(volatile uint64_t *word, uint64_t value) {
  *word = value;
  return read_from_memory(word) == value;
}

static bool fails_here(volatile uint64_t *word, uint64_t expected) {
  for (int round = 0; round < ROUNDS; round++) {
    if (!holds(word, ~expected) || !holds(word, expected)) return true;
  }
  return false;
}

struct diagnosis diagnose(volatile uint64_t *word, uint64_t expected, unsigned this_cpu, int other_cpu) {
  struct diagnosis result = {0};
  result.reread = *word;
  result.flushed = read_from_memory(word);
  result.stored = result.flushed != expected;
  result.blame = BLAME_UNPROVEN;
  bool fails_there = false;
  if (other_cpu >= 0 && thread_bind((unsigned)other_cpu)) {
    result.retested = true;
    result.other_cpu = (unsigned)other_cpu;
    fails_there = fails_here(word, expected);
    (void)thread_bind(this_cpu);
  }
  if (fails_there) {
    result.blame = BLAME_MEMORY;
  } else if (result.retested) {
    result.blame = fails_here(word, expected) ? BLAME_CPU : BLAME_UNREPRODUCED;
  }
  return result;
}

const char *blame_name(enum blame blame) {
  switch (blame) {
    case BLAME_MEMORY: return "memory";
    case BLAME_CPU: return "cpu";
    case BLAME_UNREPRODUCED: return "unreproduced";
    case BLAME_UNPROVEN: return "unproven";
  }
  return "unproven";
}
