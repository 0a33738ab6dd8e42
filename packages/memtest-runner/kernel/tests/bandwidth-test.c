// Each table of bandwidth kernels against plain arithmetic, with every length a thread may get.
#include <stdio.h>
#include <stdlib.h>

#include "stream/bandwidth.h"

#define MOST 1024

static const struct bandwidth *const tables[] = {
#if defined(__x86_64__)
    &bandwidth_avx2, &bandwidth_sse2,
#elif defined(__aarch64__)
    &bandwidth_neon,
#endif
    &bandwidth_portable,
};

static double expected_of(enum kernel kernel, double a, double b, double c, double scalar, char *target) {
  *target = kernel == SCALE ? 'b' : kernel == TRIAD ? 'a' : 'c';
  switch (kernel) {
    case COPY: return a;
    case SCALE: return scalar * c;
    case ADD: return a + b;
    default: return b + scalar * c;
  }
}

static void fill(struct arrays part) {
  for (size_t i = 0; i < MOST; i++) {
    part.a[i] = (double)i + 0.5;
    part.b[i] = (double)i * 2;
    part.c[i] = 1000 - (double)i;
  }
}

static unsigned check(const struct bandwidth *table, enum kernel kernel, bool past_cache, struct arrays part) {
  unsigned wrong = 0;
  fill(part);
  (past_cache ? table->non_temporal : table->plain)[kernel](part, 3);
  for (size_t i = 0; i < MOST; i++) {
    char target;
    const double a = (double)i + 0.5, b = (double)i * 2, c = 1000 - (double)i;
    const double result = expected_of(kernel, a, b, c, 3, &target);
    const bool touched = i < part.count;
    if (part.a[i] != (touched && target == 'a' ? result : a)) wrong++;
    if (part.b[i] != (touched && target == 'b' ? result : b)) wrong++;
    if (part.c[i] != (touched && target == 'c' ? result : c)) wrong++;
  }
  if (wrong > 0) printf("%s %s%s: %u of %zu wrong\n", table->name, kernel_names[kernel], past_cache ? " past the cache" : "", wrong, part.count);
  return wrong;
}

int main(void) {
  unsigned wrong = 0, checked = 0;
  (void)bandwidth_choose();  // also asks the processor what it has
  double *arrays[3];
  for (size_t i = 0; i < 3; i++) {
    arrays[i] = aligned_alloc(64, MOST * sizeof(double));
    if (arrays[i] == NULL) return 1;
  }
  for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
    if (!tables[t]->supported()) continue;
    for (int kernel = 0; kernel < KERNELS; kernel++) {
      for (size_t count = 0; count <= MOST; count += 64) {
        const struct arrays part = {arrays[0], arrays[1], arrays[2], count};
        wrong += check(tables[t], (enum kernel)kernel, false, part) + check(tables[t], (enum kernel)kernel, true, part);
        checked += 2;
      }
    }
  }
  for (size_t i = 0; i < 3; i++) free(arrays[i]);
  printf("%u runs of bandwidth kernels, %u wrong words\n", checked, wrong);
  return wrong == 0 ? 0 : 1;
}
