// What a run is asked to do: the command line.
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "processors.h"

struct options {
  uint64_t bytes;           // --memory in bytes; 0 if given as a share
  double share;             // --memory in percent of what may be taken, as 0..1
  uint64_t reserve;         // --reserve; 0 = the default
  double seconds;           // --seconds; 0 = no time box
  uint64_t passes;          // --passes; 0 = until the time box ends
  unsigned backgrounds;     // --backgrounds
  bool march, address;      // --tests
  double retention;         // --retention, seconds
  bool cpus_given;          // --cpus
  struct cpu_set cpus;
  const char *isa;          // --isa; NULL = the fastest
  uint64_t finding_limit;   // --findings
  double progress;          // --progress, seconds between progress records
  const char *spool;        // --spool; NULL = stdout
  bool plan_only;           // --plan
};

enum parsed { RUN, SHOWN, WRONG };

// RUN: go on. SHOWN: help or version was printed. WRONG: said on stderr what is wrong.
enum parsed options_parse(int argc, char **argv, struct options *options);

#endif
