// Owns: what a floor is told to do and what it reports. Arguments: BRIDGE GATEWAY LOCKFILE. Standard input:
// one line per container, tab separated, in the order of struct container. Standard output: JSON with the
// duration of each. It must not know how an attach is done. Strings are made by the runner, so that no floor
// needs SHA-256 or percent-encoding.
#ifndef NETPLUMB_BENCH_WORK_H
#define NETPLUMB_BENCH_WORK_H

#include <netinet/in.h>
#include <stdint.h>

struct container {
  char* name;
  struct in_addr address;
  uint8_t prefix;
  uint8_t mac[6];
  char* host_link;
  char* label;
  char* container_claim;
  char* address_claim;
};

struct work {
  int bridge;  // interface index
  struct in_addr gateway;
  const char* lock;
  unsigned count;
  struct container* containers;
};

struct work work_read(int argc, char** argv);
typedef void operation(const struct work*, const struct container*);

// Does `each` for every container, one after the other, times each, and prints the result.
void work_run(const struct work* work, operation* each);
// The same, and the total ends when the links of all containers are gone.
void work_run_until_gone(const struct work* work, operation* each);

#endif
