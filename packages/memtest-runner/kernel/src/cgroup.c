// Walks up the cgroup hierarchies (Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst of the kernel).
#include "cgroup.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "system-file.h"

struct version {
  const char *filesystem, *limits[3], *usage, *reclaimable;
};

static const struct version v1 = {
    "cgroup", {"memory.limit_in_bytes", NULL, NULL}, "memory.usage_in_bytes", "total_inactive_file "};
static const struct version v2 = {"cgroup2", {"memory.max", "memory.high", NULL}, "memory.current", "inactive_file "};

static uint64_t group_headroom(const char *root, const char *folder, const struct version *version) {
  char path[PATH_BYTES + 64];
  uint64_t limit = UINT64_MAX, usage = 0, reclaimable = 0;
  for (size_t i = 0; version->limits[i] != NULL; i++) {
    uint64_t value;
    snprintf(path, sizeof path, "%s/%s", folder, version->limits[i]);
    if (file_number(root, path, &value) && value < limit) limit = value;
  }
  if (limit >= UINT64_MAX / 4) return UINT64_MAX;  // v1 says "none" with a number near 2^63
  snprintf(path, sizeof path, "%s/%s", folder, version->usage);
  if (!file_number(root, path, &usage)) return UINT64_MAX;
  snprintf(path, sizeof path, "%s/memory.stat", folder);
  if (!file_field(root, path, version->reclaimable, &reclaimable) || reclaimable > usage) reclaimable = 0;
  usage -= reclaimable;
  return limit > usage ? limit - usage : 0;
}

// Is `word` one of the comma-separated words of `list`?
static bool lists(const char *list, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word)) {
    const bool starts = at == list || at[-1] == ',', ends = at[length] == '\0' || at[length] == ',';
    if (starts && ends) return true;
  }
  return false;
}

// A mount may be covered by a later one (`ip netns exec` puts a new /sys over that of the cgroups).
static bool reachable(const char *root, const char *mount_point) {
  char path[PATH_BYTES + 1024];
  snprintf(path, sizeof path, "%s%s/cgroup.procs", root, mount_point);
  return access(path, F_OK) == 0;
}

// Where this hierarchy is mounted, and which of its groups is the root of the mount (not "/" in a container).
static bool find_mount(const char *root, const struct version *version, char *mount_point, char *mount_root) {
  char full[PATH_BYTES], row[PATH_BYTES];
  snprintf(full, sizeof full, "%s/proc/self/mountinfo", root);
  FILE *file = fopen(full, "re");
  if (file == NULL) return false;
  bool found = false;
  while (!found && fgets(row, sizeof row, file) != NULL) {
    char type[64], options[1024];
    const char *tail = strstr(row, " - ");
    if (tail == NULL || sscanf(tail, " - %63s %*s %1023s", type, options) != 2) continue;
    if (strcmp(type, version->filesystem) != 0) continue;
    if (version == &v1 && !lists(options, "memory")) continue;
    found = sscanf(row, "%*s %*s %*s %1023s %1023s", mount_root, mount_point) == 2 && reachable(root, mount_point);
  }
  fclose(file);
  return found;
}

static uint64_t walk_up(const char *root, const struct version *version, const char *group) {
  char mount_point[1024], mount_root[1024], folder[PATH_BYTES];
  if (!find_mount(root, version, mount_point, mount_root)) return UINT64_MAX;
  const size_t skip = strcmp(mount_root, "/") == 0 ? 0 : strlen(mount_root);
  const char *inside = strncmp(group, mount_root, skip) == 0 ? group + skip : "";
  snprintf(folder, sizeof folder, "%s%s", mount_point, strcmp(inside, "/") == 0 ? "" : inside);

  uint64_t least = UINT64_MAX;
  for (;;) {
    const uint64_t here = group_headroom(root, folder, version);
    if (here < least) least = here;
    char *slash = strrchr(folder, '/');
    if (slash == NULL || (size_t)(slash - folder) < strlen(mount_point)) return least;
    *slash = '\0';
  }
}

uint64_t cgroup_headroom(const char *root) {
  char full[PATH_BYTES], row[PATH_BYTES];
  snprintf(full, sizeof full, "%s/proc/self/cgroup", root);
  FILE *file = fopen(full, "re");
  if (file == NULL) return UINT64_MAX;
  uint64_t least = UINT64_MAX;
  while (fgets(row, sizeof row, file) != NULL) {
    row[strcspn(row, "\n")] = '\0';
    char *controllers = strchr(row, ':');
    char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (group == NULL) continue;
    *group++ = '\0';
    controllers++;
    uint64_t here = UINT64_MAX;
    if (*controllers == '\0') here = walk_up(root, &v2, group);
    if (lists(controllers, "memory")) here = walk_up(root, &v1, group);
    if (here < least) least = here;
  }
  fclose(file);
  return least;
}
