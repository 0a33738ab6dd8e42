// Writes records and keeps what a full disk refuses: see report.h.
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PENDING_BYTES ((size_t)1 << 20)
#define RECORD_BYTES 4096

bool report_open(struct report *report, const char *spool) {
  memset(report, 0, sizeof *report);
  report->fd = spool == NULL ? STDOUT_FILENO : open(spool, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  report->durable = spool != NULL;
  report->pending = malloc(PENDING_BYTES);
  (void)clock_gettime(CLOCK_MONOTONIC, &report->began);
  return pthread_mutex_init(&report->mutex, NULL) == 0 && report->fd >= 0 && report->pending != NULL;
}

double report_elapsed(const struct report *report) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - report->began.tv_sec) + (double)(now.tv_nsec - report->began.tv_nsec) / 1e9;
}

static void write_pending(struct report *report) {
  size_t written = 0;
  while (written < report->pending_bytes) {
    const ssize_t count = write(report->fd, report->pending + written, report->pending_bytes - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EPIPE) report->reader_gone = true;
    if (count <= 0) break;
    written += (size_t)count;
  }
  report->pending_bytes -= written;
  memmove(report->pending, report->pending + written, report->pending_bytes);
  if (report->durable && written > 0) (void)fdatasync(report->fd);
}

static size_t format_head(const struct report *report, const char *type, char *record) {
  struct timespec now;
  struct tm utc;
  char at[32];
  (void)clock_gettime(CLOCK_REALTIME, &now);
  (void)gmtime_r(&now.tv_sec, &utc);
  (void)strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%S", &utc);
  const int length = snprintf(record, RECORD_BYTES, "{\"type\":\"%s\",\"at\":\"%s.%03ldZ\",\"elapsed\":%.3f,", type, at,
                              now.tv_nsec / 1000000, report_elapsed(report));
  return (size_t)length;
}

void report_record(struct report *report, const char *type, const char *fields, ...) {
  char record[RECORD_BYTES];
  pthread_mutex_lock(&report->mutex);
  size_t length = format_head(report, type, record);
  va_list arguments;
  va_start(arguments, fields);
  length += (size_t)vsnprintf(record + length, sizeof record - length - 2, fields, arguments);
  va_end(arguments);
  if (length <= sizeof record - 3) {
    record[length++] = '}';
    record[length++] = '\n';
    if (report->pending_bytes + length > PENDING_BYTES) write_pending(report);
    if (report->pending_bytes + length <= PENDING_BYTES) {
      memcpy(report->pending + report->pending_bytes, record, length);
      report->pending_bytes += length;
    } else {
      report->dropped++;
    }
    write_pending(report);
  } else {
    report->dropped++;
  }
  pthread_mutex_unlock(&report->mutex);
}

bool report_close(struct report *report) {
  pthread_mutex_lock(&report->mutex);
  write_pending(report);
  const bool complete = report->pending_bytes == 0 && report->dropped == 0;
  pthread_mutex_unlock(&report->mutex);
  return complete;
}
