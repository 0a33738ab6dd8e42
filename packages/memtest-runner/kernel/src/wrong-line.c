// Turns a wrong line into findings: see wrong-line.h.
#include "wrong-line.h"

#include <stdio.h>

#include "diagnose.h"
#include "physical.h"

// Another core, of the same node if there is one; with a single seat, any other processor that is allowed; else -1.
static int other_cpu(const struct plan *plan, const struct visit *visit) {
  const struct seat *own = &plan->seats[visit->worker];
  if (own->group_count > 1) {
    return (int)plan->seats[own->group_first + (visit->worker - own->group_first + 1) % own->group_count].cpu;
  }
  if (plan->count > 1) return (int)plan->seats[(visit->worker + 1) % plan->count].cpu;
  for (unsigned cpu = 0; cpu < MAX_CPUS; cpu++) {
    if (cpu != visit->cpu && cpu_in(&plan->allowed, cpu)) return (int)cpu;
  }
  return -1;
}

static void report_word(struct engine *engine, const struct visit *visit, uint64_t *word, uint64_t expected,
                        uint64_t actual) {
  uint64_t physical;
  char physical_text[32] = "null", retest[16] = "null";
  // First of all: the kernel may move the page to a good place while the diagnosis goes from processor to processor.
  if (physical_address(word, &physical)) {
    (void)snprintf(physical_text, sizeof physical_text, "\"0x%llx\"", (unsigned long long)physical);
  }
  const struct diagnosis diagnosis = diagnose(word, expected, visit->cpu, other_cpu(engine->plan, visit));
  if (diagnosis.retested) (void)snprintf(retest, sizeof retest, "%u", diagnosis.other_cpu);
  const struct step *step = visit->step;
  report_record(engine->report, "finding",
                "\"pass\":%llu,\"test\":\"%s\",\"background\":%u,\"element\":\"%s\",\"address\":\"0x%llx\",\"physical\":%s,"
                "\"expected\":\"0x%016llx\",\"actual\":\"0x%016llx\",\"xor\":\"0x%016llx\",\"reread\":\"0x%016llx\","
                "\"flushed\":\"0x%016llx\",\"kind\":\"%s\",\"cpuWrote\":%u,\"cpuRead\":%u,\"cpuRetest\":%s,\"blame\":\"%s\"",
                (unsigned long long)visit->pass, step->test == ADDRESS ? "address" : "march", step->background,
                step->element->name, (unsigned long long)(uintptr_t)word, physical_text, (unsigned long long)expected,
                (unsigned long long)actual, (unsigned long long)(expected ^ actual), (unsigned long long)diagnosis.reread,
                (unsigned long long)diagnosis.flushed, diagnosis.stored ? "stored" : "read", visit->wrote_cpu, visit->cpu,
                retest, blame_name(diagnosis.blame));
}

void wrong_line(struct engine *engine, const struct visit *visit, line *at, const line *expected, const line *seen) {
  for (unsigned w = 0; w < LINE_WORDS; w++) {
    if (seen->word[w] == expected->word[w]) continue;
    if (!ledger_count(&engine->ledger, &at->word[w])) continue;
    report_word(engine, visit, &at->word[w], expected->word[w], seen->word[w]);
  }
}
