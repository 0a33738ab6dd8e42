// The sequence of tests: see memtester-like.h. Repetitions are scaled from 64 bits a word to BITS.
#include "memtester-like.h"

#define HALF (WORDS / 2)

static uint32_t seed;

static uint8_t pseudo_random(void) {
  seed = seed * 1664525U + 1013904223U;
  return (uint8_t)(seed >> 24);
}

static bool halves_differ(struct memory *memory) {
  for (unsigned i = 0; i < HALF; i++) {
    if (memory_read(memory, i) != memory_read(memory, HALF + i)) return true;
  }
  return false;
}

static void write_both(struct memory *memory, unsigned i, uint8_t value) {
  memory_write(memory, HALF + i, value);
  memory_write(memory, i, value);
}

// Every word the same, or the complement in every second one.
static bool pattern_fails(struct memory *memory, uint8_t value, bool alternating) {
  for (unsigned i = 0; i < HALF; i++) write_both(memory, i, alternating && i % 2 == 1 ? (uint8_t)~value : value);
  return halves_differ(memory);
}

static bool stuck_address_fails(struct memory *memory) {
  for (unsigned round = 0; round < 16; round++) {
    for (unsigned i = 0; i < WORDS; i++) memory_write(memory, i, (uint8_t)((round + i) % 2 == 0 ? i : ~i));
    for (unsigned i = 0; i < WORDS; i++) {
      if (memory_read(memory, i) != (uint8_t)((round + i) % 2 == 0 ? i : ~i)) return true;
    }
  }
  return false;
}

static bool random_fails(struct memory *memory) {
  for (unsigned i = 0; i < HALF; i++) write_both(memory, i, pseudo_random());
  return halves_differ(memory);
}

static uint8_t calculate(unsigned operation, uint8_t a, uint8_t b) {
  switch (operation) {
    case 0: return a ^ b;
    case 1: return (uint8_t)(a - b);
    case 2: return (uint8_t)(a * b);
    case 3: return (uint8_t)(a / (b == 0 ? 1 : b));
    case 4: return a | b;
    default: return a & b;
  }
}

static bool arithmetic_fails(struct memory *memory, unsigned operation) {
  const uint8_t operand = pseudo_random();
  for (unsigned i = 0; i < HALF; i++) {
    memory_write(memory, i, calculate(operation, memory_read(memory, i), operand));
    memory_write(memory, HALF + i, calculate(operation, memory_read(memory, HALF + i), operand));
  }
  return halves_differ(memory);
}

static bool sequence_fails(struct memory *memory) {
  const uint8_t start = pseudo_random();
  for (unsigned i = 0; i < HALF; i++) write_both(memory, i, (uint8_t)(start + i));
  return halves_differ(memory);
}

static bool bits_fail(struct memory *memory) {
  for (unsigned i = 0; i < BITS; i++) {
    if (pattern_fails(memory, i % 2 == 0 ? UINT8_MAX : 0, true)) return true;
  }
  for (unsigned i = 0; i <= UINT8_MAX; i++) {
    if (pattern_fails(memory, (uint8_t)i, false)) return true;
  }
  for (unsigned i = 0; i < BITS; i++) {
    if (pattern_fails(memory, i % 2 == 0 ? 0x55 : 0xaa, true)) return true;
  }
  for (unsigned i = 0; i < 2 * BITS; i++) {
    const unsigned at = i < BITS ? i : 2 * BITS - 1 - i;
    if (pattern_fails(memory, (uint8_t)((1U << at) | (1U << (at + 2))), true)) return true;
  }
  for (unsigned i = 0; i < 8 * BITS; i++) {
    const uint8_t bit = (uint8_t)(1U << (i / 8));
    if (pattern_fails(memory, i % 2 == 0 ? bit : (uint8_t)~bit, true)) return true;
  }
  for (unsigned i = 0; i < 4 * BITS; i++) {
    const unsigned step = i % (2 * BITS), at = step < BITS ? step : 2 * BITS - 1 - step;
    const uint8_t bit = (uint8_t)(1U << at);
    if (pattern_fails(memory, i < 2 * BITS ? bit : (uint8_t)~bit, false)) return true;
  }
  return false;
}

bool memtester_like_finds(struct memory *memory) {
  seed = 1;
  if (stuck_address_fails(memory) || random_fails(memory)) return true;
  for (unsigned operation = 0; operation < 6; operation++) {
    if (arithmetic_fails(memory, operation)) return true;
  }
  return sequence_fails(memory) || bits_fail(memory);
}
