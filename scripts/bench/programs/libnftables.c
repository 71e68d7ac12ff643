// Ports by libnftables, without a process: the same changes as nft-ports.mjs, each given to
// nft_run_cmd_from_buffer of one context. Arguments: VERB BRIDGE GATEWAY SUBNET N; the work list of one
// container on standard input. Prints what timing.mjs prints.
#include <err.h>
#include <nftables/libnftables.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct nft_ctx* context;
static char address[64];

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void change(const char* text) {
  if (nft_run_cmd_from_buffer(context, text) != 0) errx(1, "%s: %s", text, nft_ctx_get_error_buffer(context));
}

static void publish(int first, int count) {
  size_t room = 64 + (size_t)count * 64;
  char* text = malloc(room);
  if (text == NULL) err(1, "text");
  size_t length = (size_t)snprintf(text, room, "add element ip bench ports { ");
  for (int i = first; i < first + count; i++)
    length += (size_t)snprintf(text + length, room - length, "%s%d : %s . %d", i == first ? "" : ", ",
                               20000 + i, address, 3000 + i);
  snprintf(text + length, room - length, " }");
  change(text);
  free(text);
}

static void unpublish(int i) {
  char text[96];
  snprintf(text, sizeof text, "delete element ip bench ports { %d }", 20000 + i);
  change(text);
}

int main(int argc, char** argv) {
  if (argc < 6) errx(2, "usage: %s VERB BRIDGE GATEWAY SUBNET N < WORKLIST", argv[0]);
  const char* verb = argv[1];
  int n = atoi(argv[5]);
  if (scanf("%*s %63s", address) != 1) errx(2, "no container");
  context = nft_ctx_new(NFT_CTX_DEFAULT);
  nft_ctx_buffer_error(context);
  change(
      "table ip bench {\n"
      "map ports { type inet_service : ipv4_addr . inet_service; }\n"
      "chain prerouting { type nat hook prerouting priority dstnat; fib daddr type local dnat ip to tcp "
      "dport map @ports; }\n"
      "chain output { type nat hook output priority -100; fib daddr type local dnat ip to tcp dport map "
      "@ports; }\n"
      "}\n");
  int removing = strcmp(verb, "unpublish") == 0;
  int together = strcmp(verb, "publish-many") == 0 || strcmp(verb, "publish-range") == 0;
  if (!removing && !together && strcmp(verb, "publish") != 0) errx(2, "unknown verb %s", verb);
  for (int i = 0; removing && i < n; i++) publish(i, 1);

  int changes = together ? 1 : n;
  uint64_t* durations = calloc((size_t)changes, sizeof *durations);
  if (durations == NULL) err(1, "durations");
  uint64_t begun = now_ns();
  for (int i = 0; i < changes; i++) {
    uint64_t start = now_ns();
    if (removing)
      unpublish(i);
    else
      publish(i, together ? n : 1);
    durations[i] = now_ns() - start;
  }
  printf("{\"total_ns\":%llu,\"durations_ns\":[", (unsigned long long)(now_ns() - begun));
  for (int i = 0; i < changes; i++) printf("%s%llu", i ? "," : "", (unsigned long long)durations[i]);
  printf("]}\n");
  nft_ctx_free(context);
  return 0;
}
