// The test itself as data: march C- over several data backgrounds, then an address test. The engine walks this schedule
// over real memory, the fault simulator (tests/) over a memory with faults: what is proven there is what runs here.
//
// March C- (A. J. van de Goor, "Testing Semiconductor Memories", 1991): any(w0) up(r0,w1) up(r1,w0) down(r0,w1)
// down(r1,w0) any(r0). With the backgrounds of a word of W bits, log2(W) + 1 of them, every pair of bits of a word
// is once equal and once different, which finds coupling inside a word as well.
#ifndef MARCH_H
#define MARCH_H

#include <stdbool.h>
#include <stddef.h>

enum direction { UP, DOWN };

// What an element reads or writes: nothing, the background, or its complement.
enum operand { NOTHING, PLAIN, INVERSE };

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
#define MAX_STEPS (MAX_BACKGROUNDS * 6 + 3)

// Fills steps (room for MAX_STEPS) and returns how many a pass has.
size_t march_schedule(unsigned backgrounds, bool address, struct step *steps);

// The value of one bit of a word in a background.
bool march_bit(unsigned background, unsigned bit);

#endif
