// Limits are read from fixture trees: cgroup v1, v2, none, containers; and processor lists are parsed.
#include <stdio.h>

#include "../src/cgroup.h"
#include "../src/processors.h"
#include "model/machine-tree.h"

static void version_2(void) {
  put("/proc/self/cgroup", "0::/slurm/job_1/step_0\n");
  put("/proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw\n");
  put("/sys/fs/cgroup/cgroup.procs", "");
  put("/sys/fs/cgroup/slurm/job_1/step_0/memory.max", "max\n");
  put("/sys/fs/cgroup/slurm/job_1/step_0/memory.current", "1000\n");
  put("/sys/fs/cgroup/slurm/job_1/memory.max", "1000000\n");
  put("/sys/fs/cgroup/slurm/job_1/memory.current", "300000\n");
  put("/sys/fs/cgroup/slurm/job_1/memory.stat", "anon 200000\nfile 100000\ninactive_file 50000\nactive_file 50000\n");
  expect("v2: the limit of the job above the step, file cache given back", cgroup_headroom(root), 750000);
  put("/sys/fs/cgroup/slurm/memory.high", "400000\n");
  put("/sys/fs/cgroup/slurm/memory.current", "350000\n");
  expect("v2: memory.high of a group further up", cgroup_headroom(root), 50000);
}

static void version_1(void) {
  put("/proc/self/cgroup", "9:cpu,cpuacct:/a\n4:memory:/a/b\n0::/\n");
  put("/proc/self/mountinfo",
      "40 32 0:35 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
      "33 32 0:36 / /covered/memory rw - cgroup cgroup rw,memory\n"
      "41 32 0:36 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  put("/sys/fs/cgroup/memory/cgroup.procs", "");
  put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  put("/sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
  expect("v1: no limit", cgroup_headroom(root), UINT64_MAX);
  put("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "2000\n");
  put("/sys/fs/cgroup/memory/a/memory.usage_in_bytes", "1500\n");
  put("/sys/fs/cgroup/memory/a/memory.stat", "cache 10\ninactive_file 1\ntotal_inactive_file 100\n");
  expect("v1: the parent's limit", cgroup_headroom(root), 600);
  put("/sys/fs/cgroup/memory/a/memory.usage_in_bytes", "9000\n");
  expect("v1: over the limit", cgroup_headroom(root), 0);
}

static void container(void) {
  put("/proc/self/cgroup", "0::/docker/abc\n");
  put("/proc/self/mountinfo", "30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  put("/sys/fs/cgroup/cgroup.procs", "");
  put("/sys/fs/cgroup/memory.max", "4096\n");
  put("/sys/fs/cgroup/memory.current", "96\n");
  expect("container: the mount shows the group itself", cgroup_headroom(root), 4000);
}

static void lists(void) {
  static struct cpu_set set;
  expect("list", cpu_list_parse("0-3,8,10-11\n", &set) ? cpu_count(&set) : 0, 7);
  expect("last of a list", cpu_in(&set, 11) && !cpu_in(&set, 9), 1);
  expect("reversed", cpu_list_parse("3-1", &set), 0);
  expect("trailing comma", cpu_list_parse("3,", &set), 0);
  expect("too large", cpu_list_parse("99999", &set), 0);
  put("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0,2\n");
  put("/sys/devices/system/cpu/cpu1/topology/thread_siblings_list", "1,3\n");
  (void)cpu_list_parse("0-3", &set);
  const struct cpu_set cores = cpus_one_per_core(root, &set);
  expect("one of each core", cpu_count(&cores) == 2 && cpu_in(&cores, 0) && cpu_in(&cores, 1), 1);
  put("/sys/devices/system/cpu/online", "0-3\n");
  for (int cpu = 0; cpu < 4; cpu++) {
    char path[128];
    (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cache/index3/size", cpu);
    put(path, "32768K\n");
    (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cache/index3/shared_cpu_list", cpu);
    put(path, cpu < 2 ? "0-1\n" : "2-3\n");
  }
  expect("two last-level caches, each counted once", last_level_cache_bytes(root), (uint64_t)64 << 20);
}

int main(void) { return on_trees((void (*const[])(void)){version_2, version_1, container, lists, NULL}); }
