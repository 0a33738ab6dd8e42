// Takes the memory of one seat, step by step, and never more than the node can spare at that moment.
#ifndef MEMORY_H
#define MEMORY_H

#include "engine.h"

// Fills engine->chunks[index] and reports it as a region; 0 lines if nothing could be had.
void memory_take(struct engine *engine, unsigned index);

#endif
