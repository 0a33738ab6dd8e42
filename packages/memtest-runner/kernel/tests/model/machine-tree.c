// Writes the files of a tree and removes them: see machine-tree.h.
#include "machine-tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../src/system-file.h"

char root[] = "/tmp/march-machine-XXXXXX";
static int failures;

void expect(const char *what, uint64_t actual, uint64_t expected) {
  if (actual == expected) return;
  failures++;
  printf("%s: expected %llu, found %llu\n", what, (unsigned long long)expected, (unsigned long long)actual);
}

void put(const char *path, const char *text) {
  char full[PATH_BYTES];
  (void)snprintf(full, sizeof full, "%s%s", root, path);
  for (char *at = strchr(full + strlen(root) + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
    *at = '\0';
    (void)mkdir(full, 0755);
    *at = '/';
  }
  FILE *file = fopen(full, "w");
  if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0) exit(2);
}

static void remove_tree(void) {
  char command[PATH_BYTES];
  (void)snprintf(command, sizeof command, "rm -rf %s", root);
  if (system(command) != 0) exit(2);
}

int on_trees(void (*const cases[])(void)) {
  for (size_t i = 0; cases[i] != NULL; i++) {
    (void)strcpy(root + strlen(root) - 6, "XXXXXX");
    if (mkdtemp(root) == NULL) return 2;
    cases[i]();
    remove_tree();
  }
  printf("%d failures\n", failures);
  return failures > 0;
}
