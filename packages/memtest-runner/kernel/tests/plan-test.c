// How memory is divided over the nodes and cores of machines that stand in fixture trees: two sockets, four nodes to a machine,
// a node without memory, one without processors, a job that has one socket of two.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../src/plan.h"
#include "model/machine-tree.h"

#define GB ((uint64_t)1 << 30)

static struct options options;
static struct plan plan;

static void node(unsigned number, const char *cpus, unsigned gigabytes) {
  char path[128], text[256];
  (void)snprintf(path, sizeof path, "/sys/devices/system/node/node%u/cpulist", number);
  put(path, cpus);
  (void)snprintf(path, sizeof path, "/sys/devices/system/node/node%u/meminfo", number);
  (void)snprintf(text, sizeof text, "Node %u MemTotal: %u kB\nNode %u MemFree: %u kB\nNode %u Inactive(file): 0 kB\n", number,
                 gigabytes << 20, number, gigabytes << 20, number);
  put(path, text);
}

static void machine(const char *allowed, const char *nodes, unsigned gigabytes) {
  char text[256];
  (void)snprintf(text, sizeof text, "Name:\tmarch\nCpus_allowed:\tff\nCpus_allowed_list:\t%s\nMems_allowed_list:\t0\n", allowed);
  put("/proc/self/status", text);
  put("/sys/devices/system/node/online", nodes);
  (void)snprintf(text, sizeof text, "MemTotal: %u kB\nMemAvailable: %u kB\n", gigabytes << 20, gigabytes << 20);
  put("/proc/meminfo", text);
}

// Gigabytes of all seats of a node.
static uint64_t on_node(unsigned number) {
  uint64_t bytes = 0;
  for (unsigned i = 0; i < plan.count; i++) bytes += plan.seats[i].node == number ? plan.seats[i].bytes : 0;
  return bytes / GB;
}

static void make(void) {
  options = (struct options){.share = 1, .reserve = 8 * GB};
  const char *obstacle = plan_make(root, &options, &plan);
  if (obstacle != NULL) printf("%s\n", obstacle);
}

static void two_sockets(void) {
  machine("0-7", "0-1", 128);
  node(0, "0,2,4,6", 64);
  node(1, "1,3,5,7", 64);
  make();
  expect("two sockets: a seat a core, in two groups", plan.count == 8 && plan.nodes == 2, 1);
  expect("two sockets: the seats of a node stand together", plan.seats[3].cpu, 6);
  expect("two sockets: groups", plan.seats[4].group_first == 4 && plan.seats[4].group_count == 4, 1);
  expect("two sockets: each keeps half of the reserve", on_node(0) == 60 && on_node(1) == 60, 1);
}

static void hardware_threads(void) {
  machine("0-3", "0", 16);
  node(0, "0-3", 16);
  for (unsigned cpu = 0; cpu < 4; cpu++) {
    char path[128];
    (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
    put(path, cpu % 2 == 0 ? "0,2\n" : "1,3\n");
  }
  make();
  expect("hardware threads: one of each core", plan.count == 2 && plan.seats[1].cpu == 1, 1);
}

// NPS4 of one EPYC socket, or four sockets; numbers with a gap, one node half as large.
static void four_nodes(void) {
  machine("0-7", "0,2-4", 112);
  node(0, "0-1", 32);
  node(2, "2-3", 32);
  node(3, "4-5", 32);
  node(4, "6-7", 16);
  make();
  expect("four nodes", plan.nodes, 4);
  expect("four nodes: by what each has", on_node(0) == 29 && on_node(4) == 14, 1);
}

static void without_memory(void) {
  machine("0-3", "0-1", 32);
  node(0, "0-1", 32);
  node(1, "2-3", 0);
  make();
  expect("a node without memory gives none", on_node(1), 0);
  expect("the other gives its own", on_node(0), 24);
}

static void without_processors(void) {
  machine("0-3", "0-1", 96);
  node(0, "0-3", 32);
  node(1, "", 64);
  make();
  expect("memory without processors is out of reach: no more than the node has", on_node(0), 28);
  expect("what was asked for is said all the same", plan.requested / GB, 88);
}

static void one_socket_of_two(void) {
  machine("0-1", "0-1", 128);
  node(0, "0-1", 64);
  node(1, "2-3", 64);
  make();
  expect("a job on one socket: seats", plan.count, 2);
  expect("a job on one socket: only its memory", on_node(0) == 60 && on_node(1) == 0, 1);
}

// What rounding leaves untested must not be so much that a run which tested all it could looks like one that did not.
static void little_memory(void) {
  unsigned long long short_of = 0;
  for (unsigned cpus = 1; cpus <= 8; cpus++) {
    char allowed[8];
    (void)snprintf(allowed, sizeof allowed, "0-%u", cpus - 1);
    machine(allowed, "0", 4);
    for (uint64_t bytes = (uint64_t)10 << 20; bytes < 2 * GB; bytes += 7777777) {
      options = (struct options){.bytes = bytes, .reserve = GB};
      if (plan_make(root, &options, &plan) != NULL || plan.bytes > bytes || plan.bytes < bytes / 100 * 99) short_of++;
    }
  }
  expect("little memory: no hundredth of it is lost", short_of, 0);
}

int main(void) {
  return on_trees((void (*const[])(void)){two_sockets, hardware_threads, four_nodes, without_memory, without_processors,
                                          one_socket_of_two, little_memory, NULL});
}
