// Maps, binds, touches and locks memory: see memory.h.
#include "memory.h"

#include <stdio.h>
#include <sys/mman.h>

#include "headroom.h"
#include "physical.h"
#include "processors.h"

#define LARGEST_PORTION ((size_t)32 << 20)
#define PAGE 4096

// All threads take one at the same moment: together no more than half of the reserve, so that what was planned can be taken.
static size_t portion_of(const struct plan *plan) {
  const uint64_t share = plan->reserve / 2 / plan->count;
  if (share >= LARGEST_PORTION) return LARGEST_PORTION;
  return share > PAGE ? (size_t)(share - share % PAGE) : PAGE;
}

// There must be room for the portions of all, on the machine and on the node.
static bool room_for_more(const struct plan *plan, const struct seat *seat, size_t portion) {
  struct headroom now;
  if (!headroom_read("", &now)) return false;
  if (node_count("") > 1 && node_available("", seat->node) < (uint64_t)portion * seat->group_count) return false;
  return headroom_bytes(&now, plan->reserve / 2) >= (uint64_t)portion * plan->count;
}

static void touch(char *from, size_t bytes) {
  for (size_t at = 0; at < bytes; at += PAGE) ((volatile char *)from)[at] = 0;
}

// Brings pages in until `bytes` or until the node runs short; returns how many bytes are there.
static size_t bring_in(struct engine *engine, const struct seat *seat, char *base, bool *locked) {
  const size_t bytes = seat->bytes, most = portion_of(engine->plan);
  for (size_t at = 0; at < bytes; at += most) {
    const size_t portion = bytes - at < most ? bytes - at : most;
    const bool stop = atomic_load(&engine->stop) != GOING;
    if (stop || (bytes > most && !room_for_more(engine->plan, seat, most))) {
      (void)munmap(base + at, bytes - at);
      return at;
    }
    if (*locked && mlock(base + at, portion) != 0) *locked = false;
    if (!*locked) touch(base + at, portion);
  }
  return bytes;
}

void memory_take(struct engine *engine, unsigned index) {
  const struct seat *seat = &engine->plan->seats[index];
  struct chunk *chunk = &engine->chunks[index];
  char *base = seat->bytes == 0 ? MAP_FAILED
                                : mmap(NULL, seat->bytes, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) {
    report_record(engine->report, "warning", "\"code\":\"no-memory\",\"cpu\":%u,\"bytes\":%llu", seat->cpu,
                  (unsigned long long)seat->bytes);
    return;
  }
  chunk->bound = memory_bind(base, seat->bytes, seat->node);
  (void)madvise(base, seat->bytes, MADV_HUGEPAGE);
  (void)madvise(base, seat->bytes, MADV_DONTDUMP);
  chunk->locked = true;
  chunk->base = (line *)(void *)base;
  chunk->lines = bring_in(engine, seat, base, &chunk->locked) / LINE_BYTES;
  uint64_t physical;
  char physical_text[32] = "null";
  if (chunk->lines > 0 && physical_address(base, &physical)) {
    (void)snprintf(physical_text, sizeof physical_text, "\"0x%llx\"", (unsigned long long)physical);
  }
  report_record(engine->report, "region",
                "\"cpu\":%u,\"node\":%u,\"address\":\"0x%llx\",\"physical\":%s,\"bytes\":%llu,\"locked\":%s,\"bound\":%s",
                seat->cpu, seat->node, (unsigned long long)(uintptr_t)base, physical_text,
                (unsigned long long)(chunk->lines * LINE_BYTES), chunk->locked ? "true" : "false",
                chunk->bound ? "true" : "false");
}
