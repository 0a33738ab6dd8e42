// Walks a step block by block, goes on after every wrong line, and empties the cache where the march turns: see walk.h.
#include "walk.h"

#include "flush.h"
#include "wrong-line.h"

#define BLOCK_LINES ((size_t)16384)  // 1 MiB: how often a thread looks whether to stop

static struct pattern background_pattern(unsigned background) {
  struct pattern pattern = {{{0}}, 0};
  for (unsigned bit = 0; bit < LINE_BYTES * 8; bit++) {
    if (march_bit(background, bit)) pattern.first.word[bit / 64] |= (uint64_t)1 << (bit % 64);
  }
  return pattern;
}

static struct pattern address_pattern(const line *base) {
  struct pattern pattern = {.step = LINE_BYTES};
  for (unsigned w = 0; w < LINE_WORDS; w++) pattern.first.word[w] = (uintptr_t)base + w * sizeof(uint64_t);
  return pattern;
}

// ~(a + i * step) = ~a - i * step
static struct pattern inverse(struct pattern pattern) {
  for (unsigned w = 0; w < LINE_WORDS; w++) pattern.first.word[w] = ~pattern.first.word[w];
  pattern.step = 0 - pattern.step;
  return pattern;
}

static struct pattern operand_pattern(enum operand operand, const struct step *step, const line *base) {
  if (operand == NEXT) step++;
  const struct pattern plain = step->test == ADDRESS ? address_pattern(base) : background_pattern(step->background);
  return operand == INVERSE ? inverse(plain) : plain;
}

static size_t sweep(const struct sweeps *sweeps, const struct element *element, line *base, size_t lines,
                    const struct pattern *expect, const struct pattern *write, line *seen) {
  if (element->read == NOTHING) {
    sweeps->fill(base, lines, write);
    return lines;
  }
  if (element->write == NOTHING) {
    return (element->direction == UP ? sweeps->check_up : sweeps->check_down)(base, lines, expect, seen);
  }
  return (element->direction == UP ? sweeps->exchange_up : sweeps->exchange_down)(base, lines, expect, write, seen);
}

// Sweeps a block; after each wrong line it goes on behind it.
static void walk_block(struct engine *engine, const struct visit *visit, line *base, size_t lines, struct pattern expect,
                       struct pattern write) {
  const struct element *element = visit->step->element;
  line seen;
  for (;;) {
    const size_t wrong = sweep(engine->sweeps, element, base, lines, &expect, &write, &seen);
    if (wrong == lines) return;
    const line expected = pattern_line(&expect, wrong);
    wrong_line(engine, visit, &base[wrong], &expected, &seen);
    base[wrong] = element->write == NOTHING ? expected : pattern_line(&write, wrong);
    if (element->direction == DOWN) {
      lines = wrong;
    } else {
      base += wrong + 1;
      lines -= wrong + 1;
      expect = pattern_from(&expect, wrong + 1);
      write = pattern_from(&write, wrong + 1);
    }
    if (lines == 0) return;
  }
}

// What was swept last is still in cache. Where the next step begins to read there, or before cells rest, it must go to
// memory; a piece that is small against the cache must go there each time.
static void flush_after(const struct engine *engine, const struct step *step, const struct chunk *chunk) {
  const struct step *next = step + 1 < engine->steps + engine->step_count ? step + 1 : engine->steps;
  const size_t bytes = chunk->lines * LINE_BYTES;
  const bool small = bytes < 4 * engine->cache_share;
  const bool turns = next->element->direction != step->element->direction && next->element->read != NOTHING;
  const bool rests = next->element->retention && next->background == 0;
  if (small) {
    flush_range(chunk->base, bytes);
  } else if (turns || rests) {
    const size_t zone = engine->cache_share;
    flush_range((const char *)chunk->base + (step->element->direction == UP ? bytes - zone : 0), zone);
  }
}

void walk_step(struct engine *engine, struct chunk *chunk, unsigned worker) {
  const struct step *step = &engine->steps[engine->step];
  const struct element *element = step->element;
  const struct visit visit = {step, worker, engine->plan->seats[worker].cpu, chunk->wrote_cpu, engine->passes + 1};
  const struct pattern expect = operand_pattern(element->read, step, chunk->base),
                       write = operand_pattern(element->write, step, chunk->base);
  const uint64_t touches = element->read != NOTHING && element->write != NOTHING ? 2 : 1;

  const size_t blocks = (chunk->lines + BLOCK_LINES - 1) / BLOCK_LINES;
  for (size_t i = 0; i < blocks && atomic_load(&engine->stop) == GOING; i++) {
    const size_t from = (element->direction == UP ? i : blocks - 1 - i) * BLOCK_LINES;
    const size_t lines = chunk->lines - from < BLOCK_LINES ? chunk->lines - from : BLOCK_LINES;
    walk_block(engine, &visit, chunk->base + from, lines, pattern_from(&expect, from), pattern_from(&write, from));
    atomic_fetch_add(&engine->bytes_moved, touches * lines * LINE_BYTES);
  }
  if (element->write != NOTHING) chunk->wrote_cpu = visit.cpu;
  flush_after(engine, step, chunk);
}
