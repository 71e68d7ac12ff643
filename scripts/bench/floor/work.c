// Owns: the implementation of work.h. Everything here happens before the first or after the last timed
// attach.
#define _GNU_SOURCE
#include "work.h"

#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char* next_field(char** line) {
  char* field = strsep(line, "\t\n");
  if (field == NULL) errx(2, "a line of the work list is too short");
  return field;
}

static struct container parse(char* line) {
  struct container c = {0};
  c.name = next_field(&line);
  if (inet_pton(AF_INET, next_field(&line), &c.address) != 1) errx(2, "%s: not an IPv4 address", c.name);
  c.prefix = (uint8_t)atoi(next_field(&line));
  struct ether_addr* mac = ether_aton(next_field(&line));
  if (mac == NULL) errx(2, "%s: not a MAC address", c.name);
  memcpy(c.mac, mac, sizeof c.mac);
  c.host_link = next_field(&line);
  c.label = next_field(&line);
  c.container_claim = next_field(&line);
  c.address_claim = next_field(&line);
  return c;
}

struct work work_read(int argc, char** argv) {
  if (argc != 4) errx(2, "usage: %s BRIDGE GATEWAY LOCKFILE < WORKLIST", argv[0]);
  struct work work = {.bridge = (int)if_nametoindex(argv[1]), .lock = argv[3]};
  if (work.bridge == 0) err(1, "%s", argv[1]);
  if (inet_pton(AF_INET, argv[2], &work.gateway) != 1) errx(2, "%s: not an IPv4 address", argv[2]);
  char* line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    work.containers = realloc(work.containers, (work.count + 1) * sizeof *work.containers);
    if (work.containers == NULL) err(1, "work list");
    work.containers[work.count++] = parse(line);
    line = NULL;  // the fields point into it
    room = 0;
  }
  return work;
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void wait_until_gone(const struct work* work) {
  for (unsigned i = 0; i < work->count; i++)
    while (if_nametoindex(work->containers[i].host_link) != 0) usleep(1000);
}

static void run(const struct work* work, operation* each, int until_gone) {
  uint64_t* durations = calloc(work->count, sizeof *durations);
  if (durations == NULL) err(1, "durations");
  uint64_t begin = now_ns();
  for (unsigned i = 0; i < work->count; i++) {
    uint64_t start = now_ns();
    each(work, &work->containers[i]);
    durations[i] = now_ns() - start;
  }
  if (until_gone) wait_until_gone(work);
  printf("{\"total_ns\":%llu,\"durations_ns\":[", (unsigned long long)(now_ns() - begin));
  for (unsigned i = 0; i < work->count; i++) printf("%s%llu", i ? "," : "", (unsigned long long)durations[i]);
  printf("]}\n");
}

void work_run(const struct work* work, operation* each) { run(work, each, 0); }

void work_run_until_gone(const struct work* work, operation* each) { run(work, each, 1); }
