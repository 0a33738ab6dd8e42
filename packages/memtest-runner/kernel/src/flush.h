// Writes lines back to memory and drops them from every cache, so that the next read comes from memory.
#ifndef FLUSH_H
#define FLUSH_H

#include <stdbool.h>
#include <stddef.h>

// False where this processor gives a program no instruction for it: then nothing happens.
bool flush_available(void);
void flush_range(const void *from, size_t bytes);

#endif
