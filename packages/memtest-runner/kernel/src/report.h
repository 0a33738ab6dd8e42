// The records of a run: one JSON object a line (NDJSON), on stdout or appended to a spool file.
#ifndef REPORT_H
#define REPORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct report {
  int fd;
  bool durable;  // a spool file: every record is synced
  struct timespec began;
  pthread_mutex_t mutex;
  char *pending;  // what could not be written yet (disk full): tried again with each record
  size_t pending_bytes;
  uint64_t dropped;  // records lost because pending was full
  bool reader_gone;  // stdout was closed at the other end
};

// spool = NULL: stdout. False with errno if the file cannot be opened.
bool report_open(struct report *report, const char *spool);

// Writes {"type":"TYPE","at":"…Z","elapsed":S,FIELDS}; fields is a printf format of JSON members.
__attribute__((format(printf, 3, 4))) void report_record(struct report *report, const char *type, const char *fields, ...);

// False if records were lost, or are still pending.
bool report_close(struct report *report);

double report_elapsed(const struct report *report);

#endif
