// Is the machine idle beside us? A bandwidth figure taken while something else runs is worth nothing.
#ifndef QUIET_H
#define QUIET_H

struct load {
  double busy;  // seconds that processors worked, all of them together, hypervisor's theft included
  double own;   // of these, ours
  double at;
};

struct load load_now(void);

// Share of the machine that others had between two moments, percent.
double others_percent(struct load from, struct load to);

#endif
