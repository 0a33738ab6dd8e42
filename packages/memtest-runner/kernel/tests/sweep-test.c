// Every instruction set this processor has does exactly what plain loops do: right memory passes, a wrong word anywhere is
// found at its line with what was read, nothing is written to a wrong line or past it.
#include <stdio.h>
#include <string.h>

#include "../src/sweep.h"

#define LINES 37

static const char *const names[] = {"portable", "sse2", "avx2", "avx512", "neon"};
static line memory[LINES], copy[LINES], seen;
static int failures;

static void expect(bool right, const char *isa, const char *what, size_t where) {
  if (right) return;
  failures++;
  printf("%s: %s (line %zu)\n", isa, what, where);
}

static bool is(const line *actual, const line *expected) { return memcmp(actual, expected, sizeof *actual) == 0; }

static bool holds(const struct pattern *pattern, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    const line expected = pattern_line(pattern, i);
    if (!is(&memory[i], &expected)) return false;
  }
  return true;
}

static void right_memory(const struct sweeps *sweeps, const struct pattern *a, const struct pattern *b) {
  const char *isa = sweeps->name;
  sweeps->fill(memory, LINES, a);
  expect(holds(a, 0, LINES), isa, "fill writes the pattern", LINES);
  expect(sweeps->check_up(memory, LINES, a, &seen) == LINES, isa, "check_up passes right memory", LINES);
  expect(sweeps->exchange_up(memory, LINES, a, b, &seen) == LINES, isa, "exchange_up passes right memory", LINES);
  expect(holds(b, 0, LINES), isa, "exchange_up writes", LINES);
  expect(sweeps->exchange_down(memory, LINES, b, a, &seen) == LINES, isa, "exchange_down passes right memory", LINES);
  expect(holds(a, 0, LINES), isa, "exchange_down writes", LINES);
  expect(sweeps->check_down(memory, LINES, a, &seen) == LINES, isa, "check_down passes right memory", LINES);
}

static void wrong_word(const struct sweeps *sweeps, const struct pattern *a, const struct pattern *b, size_t at, size_t word) {
  const char *isa = sweeps->name;
  sweeps->fill(memory, LINES, a);
  memory[at].word[word] ^= (uint64_t)1 << ((at * 7 + word * 11) % 64);
  memcpy(copy, memory, sizeof memory);

  expect(sweeps->check_up(memory, LINES, a, &seen) == at && is(&seen, &copy[at]), isa, "check_up finds", at);
  expect(sweeps->check_down(memory, LINES, a, &seen) == at && is(&seen, &copy[at]), isa, "check_down finds", at);
  expect(sweeps->exchange_up(memory, LINES, a, b, &seen) == at && is(&seen, &copy[at]), isa, "exchange_up finds", at);
  expect(is(&memory[at], &copy[at]) && holds(b, 0, at) && holds(a, at + 1, LINES), isa, "exchange_up stops", at);
  memcpy(memory, copy, sizeof memory);
  expect(sweeps->exchange_down(memory, LINES, a, b, &seen) == at && is(&seen, &copy[at]), isa, "exchange_down finds", at);
  expect(is(&memory[at], &copy[at]) && holds(a, 0, at) && holds(b, at + 1, LINES), isa, "exchange_down stops", at);
}

int main(void) {
  struct pattern a = {.step = LINE_BYTES}, b = {.step = 0};
  for (unsigned w = 0; w < LINE_WORDS; w++) {
    a.first.word[w] = 0x7f1234567000U + 8 * w;
    b.first.word[w] = 0x5555555555555555U << (w % 2);
  }
  int tried = 0;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    const struct sweeps *sweeps = sweeps_choose(names[i]);
    if (sweeps == NULL) continue;
    tried++;
    right_memory(sweeps, &a, &b);
    right_memory(sweeps, &b, &a);
    for (size_t at = 0; at < LINES; at++) {
      for (size_t word = 0; word < LINE_WORDS; word++) wrong_word(sweeps, &a, &b, at, word);
    }
  }
  expect(sweeps_choose("vax") == NULL, "vax", "an unknown set is refused", 0);
  printf("%d instruction sets, %d failures\n", tried, failures);
  return failures > 0 || tried < 2;
}
