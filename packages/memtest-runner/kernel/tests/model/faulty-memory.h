// A tiny memory with one fault, the functional fault models of the literature (van de Goor 1991; van de Goor and Tlili 1998
// for coupling inside a word).
#ifndef FAULTY_MEMORY_H
#define FAULTY_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#define WORDS 16
#define BITS 8
#define CELLS (WORDS * BITS)

enum fault_kind {
  STUCK_AT,          // the cell always holds `value`
  TRANSITION,        // the cell cannot change to `value`
  ADDRESS_MOVED,     // address `aggressor` reaches the word of address `victim` instead of its own
  ADDRESS_NOWHERE,   // address `victim` reaches no word: a read gives `value` in all bits
  ADDRESS_BOTH,      // address `aggressor` reaches its own word and that of `victim`; a read gives their AND (OR)
  COUPLING_INVERSION,   // the aggressor changing to `trigger` inverts the victim
  COUPLING_IDEMPOTENT,  // the aggressor changing to `trigger` makes the victim `value`
  COUPLING_STATE,       // while the aggressor holds `trigger` the victim holds `value`
};

// Cells for faults of cells, word numbers for faults of the address decoder.
struct fault {
  enum fault_kind kind;
  unsigned victim, aggressor;
  bool trigger, value;
};

struct memory {
  struct fault fault;
  uint8_t words[WORDS];
};

void memory_reset(struct memory *memory, struct fault fault);
void memory_write(struct memory *memory, unsigned address, uint8_t value);
uint8_t memory_read(struct memory *memory, unsigned address);

#endif
