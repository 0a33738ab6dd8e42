// The test itself as data: march C- over several data backgrounds, then an address test. The engine walks this schedule
// over real memory, the fault simulator (tests/) over a memory with faults: what is proven there is what runs here.
//
// March C- (A. J. van de Goor, "Testing Semiconductor Memories", 1991): any(w0) up(r0,w1) up(r1,w0) down(r0,w1)
// down(r1,w0) any(r0). With the backgrounds of a word of W bits, log2(W) + 1 of them, every pair of bits of a word
// is once equal and once different, which finds coupling inside a word as well.
//
// The last read of one background and the first write of the next are one sweep, down(r0,w): a processor that only reads
// leaves memory half idle. It goes down like the element before it: what an aggressor did to a word above it is read before
// that aggressor is written again.
#ifndef MARCH_H
#define MARCH_H

#include <stdbool.h>
#include <stddef.h>

enum direction { UP, DOWN };

// What an element reads or writes: nothing, the background, its complement, or the background of the step after it.
enum operand { NOTHING, PLAIN, INVERSE, NEXT };

struct element {
  const char *name;
  enum direction direction;
  enum operand read, write;
  bool retention;  // in the first background cells rest before this element: both values are held for a while
};

enum test { MARCH, ADDRESS };

struct step {
  enum test test;
  unsigned background;  // for MARCH: 0 = all zero, k = bit k-1 of the bit's own number
  const struct element *element;
};

#define MAX_BACKGROUNDS 10
#define MAX_STEPS (1 + MAX_BACKGROUNDS * 5 + 2)

// Fills steps (room for MAX_STEPS) and returns how many a pass has.
size_t march_schedule(unsigned backgrounds, bool address, struct step *steps);

// Is it the last step of a data background?
bool march_ends_background(const struct step *step);

// The value of one bit of a word in a background.
bool march_bit(unsigned background, unsigned bit);

#endif
