// Reads small files of /proc and /sys: see system-file.h.
#include "system-file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool file_text(const char *root, const char *path, char *text, size_t size) {
  char full[PATH_BYTES];
  if (snprintf(full, sizeof full, "%s%s", root, path) >= (int)sizeof full) return false;
  FILE *file = fopen(full, "re");
  if (file == NULL) return false;
  const size_t length = fread(text, 1, size - 1, file);
  text[length] = '\0';
  fclose(file);
  return length > 0;
}

static bool parse_number(const char *text, uint64_t *number) {
  while (*text == ' ' || *text == '\t') text++;
  if (strncmp(text, "max", 3) == 0) {
    *number = UINT64_MAX;
    return true;
  }
  char *end;
  const unsigned long long value = strtoull(text, &end, 10);
  if (end == text) return false;
  *number = strncmp(end, " kB", 3) == 0 ? value * 1024 : value;
  return true;
}

bool file_number(const char *root, const char *path, uint64_t *number) {
  char text[64];
  return file_text(root, path, text, sizeof text) && parse_number(text, number);
}

bool file_field(const char *root, const char *path, const char *key, uint64_t *number) {
  char text[16384];
  if (!file_text(root, path, text, sizeof text)) return false;
  const size_t length = strlen(key);
  for (const char *at = text; at != NULL; at = strchr(at, '\n')) {
    if (*at == '\n') at++;
    if (strncmp(at, key, length) == 0) return parse_number(at + length, number);
    if (*at == '\0') return false;
  }
  return false;
}
