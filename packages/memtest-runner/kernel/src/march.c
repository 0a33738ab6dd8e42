// The schedule of a pass: see march.h.
#include "march.h"

static const struct element first_write = {"up(w0)", UP, NOTHING, PLAIN, false};
static const struct element last_read = {"down(r0)", DOWN, PLAIN, NOTHING, false};
static const struct element hand_over = {"down(r0,w)", DOWN, PLAIN, NEXT, false};

static const struct element march_c_minus[] = {
    {"up(r0,w1)", UP, PLAIN, INVERSE, true},
    {"up(r1,w0)", UP, INVERSE, PLAIN, true},
    {"down(r0,w1)", DOWN, PLAIN, INVERSE, false},
    {"down(r1,w0)", DOWN, INVERSE, PLAIN, false},
};

// Each word holds its own address, then the complement.
static const struct element address_first_write = {"up(wA)", UP, NOTHING, PLAIN, false};
static const struct element address_test[] = {
    {"up(rA,w~A)", UP, PLAIN, INVERSE, false},
    {"down(r~A)", DOWN, INVERSE, NOTHING, false},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

size_t march_schedule(unsigned backgrounds, bool address, struct step *steps) {
  size_t count = 0;
  steps[count++] = backgrounds > 0 ? (struct step){MARCH, 0, &first_write} : (struct step){ADDRESS, 0, &address_first_write};
  for (unsigned background = 0; background < backgrounds; background++) {
    for (size_t e = 0; e < COUNT(march_c_minus); e++) steps[count++] = (struct step){MARCH, background, &march_c_minus[e]};
    const bool last = background + 1 == backgrounds && !address;
    steps[count++] = (struct step){MARCH, background, last ? &last_read : &hand_over};
  }
  for (size_t e = 0; address && e < COUNT(address_test); e++) steps[count++] = (struct step){ADDRESS, 0, &address_test[e]};
  return count;
}

bool march_ends_background(const struct step *step) { return step->element == &last_read || step->element == &hand_over; }

bool march_bit(unsigned background, unsigned bit) { return background > 0 && ((bit >> (background - 1)) & 1U) != 0; }
