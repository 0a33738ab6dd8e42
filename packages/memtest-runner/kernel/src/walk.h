// One step of the schedule over one piece of memory.
#ifndef WALK_H
#define WALK_H

#include "engine.h"

// Reads, compares and writes the whole chunk as the current step says; stops early when the run is to stop.
void walk_step(struct engine *engine, struct chunk *chunk, unsigned worker);

#endif
