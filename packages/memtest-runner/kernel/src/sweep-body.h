// The inner loops, written once. A file that includes this defines SWEEPS (name of the table), ISA (a string), TARGET
// (function attribute), VECTOR (a type on which ^ | + work lane by lane), ANY (is a vector not zero?) and
// STREAM (store past the cache), and SUPPORTED.
#include <string.h>

#define VECTORS (LINE_BYTES / sizeof(VECTOR))
#define EACH_VECTOR _Pragma("GCC unroll 8") for (size_t v = 0; v < VECTORS; v++)

struct cursor {
  VECTOR value[VECTORS];
  VECTOR step;
};

TARGET static inline struct cursor cursor_at(const struct pattern *pattern, size_t index, uint64_t step) {
  struct cursor cursor;
  const line start = pattern_line(pattern, index);
  memcpy(cursor.value, &start, sizeof start);
  uint64_t lanes[LINE_WORDS];
  for (size_t w = 0; w < LINE_WORDS; w++) lanes[w] = step;
  memcpy(&cursor.step, lanes, sizeof cursor.step);
  return cursor;
}

#define ADVANCE(cursor) EACH_VECTOR cursor.value[v] += cursor.step

TARGET static void fill(line *base, size_t lines, const struct pattern *write) {
  struct cursor next = cursor_at(write, 0, write->step);
  for (size_t i = 0; i < lines; i++) {
    VECTOR *at = (VECTOR *)(void *)&base[i];
    EACH_VECTOR STREAM(&at[v], next.value[v]);
    ADVANCE(next);
  }
  STREAM_END();
}

// The processor's own prefetchers stop at the end of a page; asked for this far ahead, memory is busy without a pause.
#define AHEAD 2048
#define FETCH(from, distance) __builtin_prefetch((const char *)(const void *)(from) + (distance), 1)

// Reads line i; leaves the function with its index and contents if it is not what was expected.
#define READ_AND_COMPARE(i, expected, distance)                    \
  const VECTOR *from = (const VECTOR *)(const void *)&base[i];     \
  FETCH(from, distance);                                           \
  VECTOR found[VECTORS], wrong = {0};                              \
  EACH_VECTOR found[v] = from[v];                                  \
  EACH_VECTOR wrong |= found[v] ^ expected.value[v];               \
  if (__builtin_expect(ANY(wrong), 0)) {                           \
    memcpy(seen, found, sizeof found);                             \
    return i;                                                      \
  }                                                                \
  ADVANCE(expected)

#define WRITE(i, next)                               \
  VECTOR *to = (VECTOR *)(void *)&base[i];           \
  EACH_VECTOR to[v] = next.value[v];                 \
  ADVANCE(next)

TARGET static size_t check_up(const line *base, size_t lines, const struct pattern *expect, line *seen) {
  struct cursor expected = cursor_at(expect, 0, expect->step);
  for (size_t i = 0; i < lines; i++) {
    READ_AND_COMPARE(i, expected, AHEAD);
  }
  return lines;
}

TARGET static size_t check_down(const line *base, size_t lines, const struct pattern *expect, line *seen) {
  struct cursor expected = cursor_at(expect, lines - 1, 0 - expect->step);
  for (size_t i = lines; i-- > 0;) {
    READ_AND_COMPARE(i, expected, -AHEAD);
  }
  return lines;
}

TARGET static size_t exchange_up(line *base, size_t lines, const struct pattern *expect, const struct pattern *write,
                                 line *seen) {
  struct cursor expected = cursor_at(expect, 0, expect->step), next = cursor_at(write, 0, write->step);
  for (size_t i = 0; i < lines; i++) {
    READ_AND_COMPARE(i, expected, AHEAD);
    WRITE(i, next);
  }
  return lines;
}

TARGET static size_t exchange_down(line *base, size_t lines, const struct pattern *expect, const struct pattern *write,
                                   line *seen) {
  struct cursor expected = cursor_at(expect, lines - 1, 0 - expect->step),
                next = cursor_at(write, lines - 1, 0 - write->step);
  for (size_t i = lines; i-- > 0;) {
    READ_AND_COMPARE(i, expected, -AHEAD);
    WRITE(i, next);
  }
  return lines;
}

static bool supported(void) { return SUPPORTED; }

const struct sweeps SWEEPS = {ISA, supported, fill, check_up, check_down, exchange_up, exchange_down};
