// A folder that stands for a machine: its files below /proc and /sys, for the readers that take a root.
#ifndef MACHINE_TREE_H
#define MACHINE_TREE_H

#include <stdint.h>

// The folder of the case that runs now.
extern char root[];

void put(const char *path, const char *text);
void expect(const char *what, uint64_t actual, uint64_t expected);

// Runs each case, up to NULL, on a tree of its own; returns the exit code of the test.
int on_trees(void (*const cases[])(void));

#endif
