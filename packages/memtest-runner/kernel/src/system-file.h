// Small files of /proc and /sys. Every path is taken under `root` ("" in production), so that tests read fixture trees.
#ifndef SYSTEM_FILE_H
#define SYSTEM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATH_BYTES 4096

// The whole text of a small file, cut at size - 1; false if it cannot be read.
bool file_text(const char *root, const char *path, char *text, size_t size);

// A file that holds one number; "max" (cgroup v2) and v1's "no limit" read as UINT64_MAX.
bool file_number(const char *root, const char *path, uint64_t *number);

// The number after `key` at the start of a line, as in meminfo or memory.stat; " kB" multiplies by 1024.
bool file_field(const char *root, const char *path, const char *key, uint64_t *number);

#endif
