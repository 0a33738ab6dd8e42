// Behaviour of a memory with one fault: see faulty-memory.h.
#include "faulty-memory.h"

#include <string.h>

static bool cell(const struct memory *memory, unsigned at) { return ((memory->words[at / BITS] >> (at % BITS)) & 1) != 0; }

static void set_cell(struct memory *memory, unsigned at, bool value) {
  const uint8_t bit = (uint8_t)(1U << (at % BITS));
  memory->words[at / BITS] = (uint8_t)(value ? memory->words[at / BITS] | bit : memory->words[at / BITS] & ~bit);
}

// Faults that hold at every moment.
static void settle(struct memory *memory) {
  const struct fault *fault = &memory->fault;
  if (fault->kind == STUCK_AT) set_cell(memory, fault->victim, fault->value);
  if (fault->kind == COUPLING_STATE && cell(memory, fault->aggressor) == fault->trigger) {
    set_cell(memory, fault->victim, fault->value);
  }
}

void memory_reset(struct memory *memory, struct fault fault) {
  memset(memory, 0, sizeof *memory);
  memory->fault = fault;
  settle(memory);
}

static void write_word(struct memory *memory, unsigned word, uint8_t value) {
  const struct fault *fault = &memory->fault;
  const bool aggressor_before = cell(memory, fault->aggressor), victim_before = cell(memory, fault->victim);
  memory->words[word] = value;
  if (fault->kind == TRANSITION && victim_before != fault->value && cell(memory, fault->victim) == fault->value) {
    set_cell(memory, fault->victim, victim_before);
  }
  const bool aggressor_after = cell(memory, fault->aggressor);
  if (aggressor_before != aggressor_after && aggressor_after == fault->trigger) {
    if (fault->kind == COUPLING_INVERSION) set_cell(memory, fault->victim, !cell(memory, fault->victim));
    if (fault->kind == COUPLING_IDEMPOTENT) set_cell(memory, fault->victim, fault->value);
  }
  settle(memory);
}

void memory_write(struct memory *memory, unsigned address, uint8_t value) {
  const struct fault *fault = &memory->fault;
  if (fault->kind == ADDRESS_NOWHERE && address == fault->victim) return;
  if (fault->kind == ADDRESS_MOVED && address == fault->aggressor) address = fault->victim;
  if (fault->kind == ADDRESS_BOTH && address == fault->aggressor) write_word(memory, fault->victim, value);
  write_word(memory, address, value);
}

uint8_t memory_read(struct memory *memory, unsigned address) {
  const struct fault *fault = &memory->fault;
  if (fault->kind == ADDRESS_NOWHERE && address == fault->victim) return fault->value ? UINT8_MAX : 0;
  if (fault->kind == ADDRESS_MOVED && address == fault->aggressor) address = fault->victim;
  if (fault->kind == ADDRESS_BOTH && address == fault->aggressor) {
    const uint8_t own = memory->words[address], other = memory->words[fault->victim];
    return fault->value ? (uint8_t)(own | other) : (uint8_t)(own & other);
  }
  return memory->words[address];
}
