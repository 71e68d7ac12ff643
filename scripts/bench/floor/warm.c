// The floor of a warm attach: endpoints stand ready as the library's pool has them, and what is timed is the
// one send that gives one to a container: its claim, and the label. With a fifth argument, `named`, what is
// timed is that and a name below /run/netns, under the lock. Without it the namespaces get their names after
// the last attach, so that the end state can be read.
#define _GNU_SOURCE
#include <err.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "namespace.h"
#include "netlink.h"
#include "steps.h"
#include "work.h"

struct ready {
  struct namespace inside;
  int index;
};

static int home;
static int host_socket;
static struct batch batch;
static struct ready* stock;
static struct ready* next;

static struct ready plumb(const struct work* work, const struct container* c) {
  struct ready made = {.inside = namespace_anonymous(home)};
  struct container pooled = *c;
  pooled.label = "netplumb/1 network=br0 pool=aaaaaaaaaaaa if=eth0";
  batch_reset(&batch);
  create_veth(&batch, work, c, made.inside.fd);
  label_and_quiet(&batch, &pooled);
  claim(&batch, c, c->address_claim);
  struct link_seen seen = exchange(host_socket, &batch, "host");
  made.index = seen.index;

  namespace_set(&made.inside, home, DEAFNESS, DEAF);
  batch_reset(&batch);
  link_up(&batch, "lo");
  quiet_container_end(&batch);
  link_up(&batch, "eth0");
  address_and_route(&batch, work, c, seen.peer);
  settle(&batch, seen.index);
  settle(&batch, work->bridge);
  exchange(made.inside.socket, &batch, "container");
  return made;
}

static void give(const struct work* work, const struct container* c, int index) {
  struct ifinfomsg link = {.ifi_index = index};
  batch_reset(&batch);
  message(&batch, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
  size_t list = nest_begin(&batch, IFLA_PROP_LIST);
  attribute_string(&batch, IFLA_ALT_IFNAME, c->container_claim);
  nest_end(&batch, list);
  message(&batch, RTM_NEWLINK, 0, &link, sizeof link);
  attribute(&batch, IFLA_IFALIAS, c->label, strlen(c->label));
  attribute_u32(&batch, IFLA_MASTER, (uint32_t)work->bridge);
  exchange(host_socket, &batch, "claim");
}

static void attach(const struct work* work, const struct container* c) { give(work, c, next++->index); }

static void attach_named(const struct work* work, const struct container* c) {
  int lock = lock_shared(work->lock);
  give(work, c, next->index);
  namespace_publish(next++->inside.fd, c->name);
  close(lock);
}

int main(int argc, char** argv) {
  int named = argc == 5 && strcmp(argv[4], "named") == 0;
  struct work work = work_read(named ? 4 : argc, argv);
  home = namespace_current();
  host_socket = netlink_open();
  stock = next = calloc(work.count, sizeof *stock);
  if (stock == NULL) err(1, "stock");
  for (unsigned i = 0; i < work.count; i++) stock[i] = plumb(&work, &work.containers[i]);
  work_run(&work, named ? attach_named : attach);
  for (unsigned i = 0; i < work.count && !named; i++)
    namespace_publish(stock[i].inside.fd, work.containers[i].name);
  return 0;
}
