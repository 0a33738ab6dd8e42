// Proof of the march schedule: every fault of each class is put into a tiny simulated memory, and the very schedule that
// the engine walks (src/march.c) must find it. Beside it what a sequence like memtester's finds in the same memory.
// Prints a Markdown table; fails unless the engine's schedule finds all.
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "../src/march.h"
#include "model/faulty-memory.h"
#include "model/memtester-like.h"

#define BACKGROUNDS 4  // log2(BITS) + 1

static uint8_t operand_value(const struct step *step, enum operand operand, unsigned address) {
  if (operand == NEXT) step++;
  uint8_t plain = 0;
  for (unsigned bit = 0; bit < BITS; bit++) plain |= (uint8_t)(march_bit(step->background, bit) << bit);
  if (step->test == ADDRESS) plain = (uint8_t)address;
  return operand == INVERSE ? (uint8_t)~plain : plain;
}

static bool step_finds(struct memory *memory, const struct step *step) {
  const struct element *element = step->element;
  for (unsigned i = 0; i < WORDS; i++) {
    const unsigned address = element->direction == UP ? i : WORDS - 1 - i;
    if (element->read != NOTHING && memory_read(memory, address) != operand_value(step, element->read, address)) return true;
    if (element->write != NOTHING) memory_write(memory, address, operand_value(step, element->write, address));
  }
  return false;
}

static bool schedule_finds(struct memory *memory, unsigned backgrounds) {
  struct step steps[MAX_STEPS];
  const size_t count = march_schedule(BACKGROUNDS, true, steps);
  for (size_t i = 0; i < count && backgrounds > 0; i++) {
    if (step_finds(memory, &steps[i])) return true;
    if (march_ends_background(&steps[i]) && --backgrounds == 0) return false;
  }
  return false;
}

static bool engine_finds(struct memory *memory) { return schedule_finds(memory, UINT_MAX); }
// Up to where the first background hands over to the second.
static bool solid_finds(struct memory *memory) { return schedule_finds(memory, 1); }

static bool (*const algorithms[])(struct memory *) = {engine_finds, solid_finds, memtester_like_finds};
#define ALGORITHMS 3

struct tally {
  unsigned long faults, found[ALGORITHMS];
};

static void try_fault(struct tally *tally, struct fault fault) {
  struct memory memory;
  tally->faults++;
  for (unsigned a = 0; a < ALGORITHMS; a++) {
    memory_reset(&memory, fault);
    if (algorithms[a](&memory)) tally->found[a]++;
  }
}

static void try_cells(struct tally *tally, enum fault_kind kind) {
  for (unsigned cell = 0; cell < CELLS; cell++) {
    for (int value = 0; value < 2; value++) try_fault(tally, (struct fault){kind, cell, cell, false, value != 0});
  }
}

static void try_addresses(struct tally *tally) {
  for (unsigned victim = 0; victim < WORDS; victim++) {
    for (unsigned aggressor = 0; aggressor < WORDS; aggressor++) {
      for (int value = 0; value < 2; value++) {
        if (aggressor == victim) {
          try_fault(tally, (struct fault){ADDRESS_NOWHERE, victim, aggressor, false, value != 0});
        } else {
          try_fault(tally, (struct fault){ADDRESS_MOVED, victim, aggressor, false, value != 0});
          try_fault(tally, (struct fault){ADDRESS_BOTH, victim, aggressor, false, value != 0});
        }
      }
    }
  }
}

static void try_pairs(struct tally *tally, enum fault_kind kind, bool same_word) {
  for (unsigned victim = 0; victim < CELLS; victim++) {
    for (unsigned aggressor = 0; aggressor < CELLS; aggressor++) {
      if (victim == aggressor || (victim / BITS == aggressor / BITS) != same_word) continue;
      for (unsigned variant = 0; variant < (kind == COUPLING_INVERSION ? 2 : 4); variant++) {
        try_fault(tally, (struct fault){kind, victim, aggressor, (variant & 1) != 0, (variant & 2) != 0});
      }
    }
  }
}

static bool print_row(const char *name, const struct tally *tally) {
  printf("| %s | %lu |", name, tally->faults);
  for (unsigned a = 0; a < ALGORITHMS; a++) {
    printf(" %.1f |", 100.0 * (double)tally->found[a] / (double)tally->faults);
  }
  printf("\n");
  return tally->found[0] == tally->faults;
}

int main(void) {
  struct tally stuck = {0}, transition = {0}, address = {0}, pairs[6] = {{0}};
  try_cells(&stuck, STUCK_AT);
  try_cells(&transition, TRANSITION);
  try_addresses(&address);
  const enum fault_kind kinds[] = {COUPLING_INVERSION, COUPLING_IDEMPOTENT, COUPLING_STATE};
  for (unsigned i = 0; i < 6; i++) try_pairs(&pairs[i], kinds[i % 3], i >= 3);

  printf("| faults (all of a memory of %d words of %d bits) | number | march C-, %d backgrounds + address %% ", WORDS, BITS,
         BACKGROUNDS);
  printf("| march C-, 1 background %% | memtester-like %% |\n|---|--:|--:|--:|--:|\n");
  bool all = print_row("stuck-at", &stuck);
  all &= print_row("transition", &transition);
  all &= print_row("address decoder", &address);
  const char *names[] = {"inversion coupling, between words",  "idempotent coupling, between words",
                         "state coupling, between words",      "inversion coupling, inside a word",
                         "idempotent coupling, inside a word", "state coupling, inside a word"};
  for (unsigned i = 0; i < 6; i++) all &= print_row(names[i], &pairs[i]);
  // Handing over to the next background loses nothing of the first, which alone proves what goes on between words.
  for (unsigned i = 0; i < 3; i++) all &= pairs[i].found[1] == pairs[i].faults;
  return all ? 0 : 1;
}
