// The unit of every sweep: a line of 64 bytes, which is what a processor really reads from and writes to memory.
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

#define LINE_BYTES 64
#define LINE_WORDS 8

typedef struct {
  _Alignas(LINE_BYTES) uint64_t word[LINE_WORDS];
} line;

// What memory should hold: word w of line i is first.word[w] + i * step (step 0 = the same line everywhere).
struct pattern {
  line first;
  uint64_t step;
};

struct pattern pattern_from(const struct pattern *pattern, size_t lines);
line pattern_line(const struct pattern *pattern, size_t index);

#endif
