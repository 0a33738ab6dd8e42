// A model of the way memtester goes about it, written from its documentation: two halves are filled alike, always upward,
// then compared, always upward, with the values of its tests in their order.
#ifndef MEMTESTER_LIKE_H
#define MEMTESTER_LIKE_H

#include "faulty-memory.h"

bool memtester_like_finds(struct memory *memory);

#endif
