// Reads the command line: see options.h.
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "march.h"
#include "version.h"

static const char usage[] =
    "usage: march [options]\n"
    "  --memory SIZE|N%|max    how much to test: 64G, 512M, or a share of what may be taken (default max)\n"
    "  --reserve SIZE          what stays free for the node (default: 3 % of RAM, at least 512M)\n"
    "  --passes N              end after N passes (default 1; with --seconds alone: no limit)\n"
    "  --seconds S             end after S seconds, in the middle of a pass if need be\n"
    "  --backgrounds N         1-10 data backgrounds: 7 cover a word of 64 bits, 10 a line of 64 bytes (default 7)\n"
    "  --tests march,address   which tests a pass has (default both)\n"
    "  --retention S           rest with each value for S seconds, once a pass (default 1)\n"
    "  --cpus LIST             these processors, such as 0-3,8 (default: one of each core)\n"
    "  --isa NAME              avx512, avx2, sse2, neon or portable (default: the fastest here)\n"
    "  --findings N            report at most N wrong words in full, count the rest (default 1000)\n"
    "  --progress S            seconds between progress records (default 1)\n"
    "  --spool FILE            append records to FILE, synced, instead of stdout\n"
    "  --plan                  print what would be tested, test nothing\n"
    "exit: 0 clean, 1 wrong memory found, 2 usage, 3 could not start, 4 ended before one full pass,\n"
    "      5 clean, but less memory than asked for, 6 clean, but records were lost\n";

static bool parse_size(const char *text, uint64_t *bytes) {
  char *end;
  const double number = strtod(text, &end);
  if (end == text || !(number >= 0)) return false;
  static const char units[] = "KMGT";
  const char *unit = *end == '\0' ? NULL : strchr(units, *end);
  if (*end != '\0' && (unit == NULL || end[1] != '\0')) return false;
  const double scaled = unit == NULL ? number : number * (double)((uint64_t)1 << (10 * (unit - units + 1)));
  if (scaled >= 9e18) return false;
  *bytes = (uint64_t)scaled;
  return true;
}

static bool parse_memory(const char *text, struct options *options) {
  char *end;
  options->bytes = 0;
  options->share = strcmp(text, "max") == 0 ? 1 : strtod(text, &end) / 100;
  if (strcmp(text, "max") == 0) return true;
  if (end != text && strcmp(end, "%") == 0) return options->share > 0 && options->share <= 1;
  return parse_size(text, &options->bytes) && options->bytes > 0;
}

static bool parse_seconds(const char *text, double *seconds) {
  char *end;
  *seconds = strtod(text, &end);
  return end != text && *end == '\0' && *seconds >= 0 && *seconds < 1e9;
}

static bool parse_count(const char *text, uint64_t *count) {
  char *end;
  *count = strtoull(text, &end, 10);
  return end != text && *end == '\0' && text[0] != '-';
}

static bool parse_tests(const char *text, struct options *options) {
  options->march = strcmp(text, "march") == 0 || strcmp(text, "march,address") == 0;
  options->address = strcmp(text, "address") == 0 || strcmp(text, "march,address") == 0;
  return options->march || options->address;
}

static bool parse_backgrounds(const char *text, struct options *options) {
  uint64_t count;
  if (!parse_count(text, &count) || count < 1 || count > MAX_BACKGROUNDS) return false;
  options->backgrounds = (unsigned)count;
  return true;
}

static const struct option names[] = {
    {"memory", required_argument, NULL, 'm'},      {"reserve", required_argument, NULL, 'r'},
    {"passes", required_argument, NULL, 'p'},      {"seconds", required_argument, NULL, 's'},
    {"backgrounds", required_argument, NULL, 'b'}, {"tests", required_argument, NULL, 't'},
    {"retention", required_argument, NULL, 'w'},   {"cpus", required_argument, NULL, 'c'},
    {"isa", required_argument, NULL, 'i'},         {"findings", required_argument, NULL, 'f'},
    {"progress", required_argument, NULL, 'e'},    {"spool", required_argument, NULL, 'o'},
    {"plan", no_argument, NULL, 'n'},              {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},           {NULL, 0, NULL, 0},
};

static bool accept(int option, const char *value, struct options *options) {
  switch (option) {
    case 'm': return parse_memory(value, options);
    case 'r': return parse_size(value, &options->reserve) && options->reserve > 0;
    case 'p': return parse_count(value, &options->passes) && options->passes > 0;
    case 's': return parse_seconds(value, &options->seconds) && options->seconds > 0;
    case 'b': return parse_backgrounds(value, options);
    case 't': return parse_tests(value, options);
    case 'w': return parse_seconds(value, &options->retention);
    case 'c': return options->cpus_given = cpu_list_parse(value, &options->cpus);
    case 'i': options->isa = value; return true;
    case 'f': return parse_count(value, &options->finding_limit);
    case 'e': return parse_seconds(value, &options->progress) && options->progress >= 0.01;
    case 'o': options->spool = value; return true;
    case 'n': return options->plan_only = true;
    default: return false;
  }
}

enum parsed options_parse(int argc, char **argv, struct options *options) {
  *options = (struct options){.share = 1, .backgrounds = 7, .march = true, .address = true, .retention = 1,
                              .finding_limit = 1000, .progress = 1};
  int option, index = 0;
  while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
    if (option == 'h' || option == 'v') {
      fputs(option == 'h' ? usage : "march " MARCH_VERSION "\n", stdout);
      return SHOWN;
    }
    if (option == '?') return WRONG;
    if (!accept(option, optarg, options)) {
      fprintf(stderr, "march: --%s: not a value it takes: '%s'; see --help\n", names[index].name, optarg);
      return WRONG;
    }
  }
  if (optind < argc) {
    fprintf(stderr, "march: takes no operand: '%s'; see --help\n", argv[optind]);
    return WRONG;
  }
  if (options->passes == 0 && options->seconds == 0) options->passes = 1;
  return RUN;
}
