// The tuned floor of a cold attach: the system calls and messages of one `network.attach`, claims and label
// included, in two sends, with nothing around them. What netplumb takes beyond this is its own cost.
#define _GNU_SOURCE
#include <err.h>
#include <string.h>
#include <unistd.h>

#include "namespace.h"
#include "netlink.h"
#include "steps.h"
#include "work.h"

static int home;
static int host_socket;
static struct batch batch;

static void attach(const struct work* work, const struct container* c) {
  int lock = lock_shared(work->lock);
  int name = namespace_reserve(c->name);
  struct namespace made = namespace_anonymous(home);

  batch_reset(&batch);
  create_veth(&batch, work, c, made.fd);
  label_and_quiet(&batch, c);
  claim(&batch, c, c->container_claim);
  claim(&batch, c, c->address_claim);
  struct link_seen seen = exchange(host_socket, &batch, "host");
  if (seen.peer == 0) errx(1, "the kernel did not echo the new link");

  namespace_set(&made, home, DEAFNESS, DEAF);
  batch_reset(&batch);
  link_up(&batch, "lo");
  quiet_container_end(&batch);
  link_up(&batch, "eth0");
  address_and_route(&batch, work, c, seen.peer);
  settle(&batch, seen.index);
  settle(&batch, work->bridge);
  exchange(made.socket, &batch, "container");

  namespace_name(made.fd, c->name, name);
  namespace_close(&made);
  close(lock);
}

static void create_and_destroy(const struct work* work, const struct container* c) {
  attach(work, c);
  namespace_unname(c->name);  // the pair goes with it
}

int main(int argc, char** argv) {
  int destroy = argc == 5 && strcmp(argv[4], "create-destroy") == 0;
  struct work work = work_read(destroy ? 4 : argc, argv);
  home = namespace_current();
  host_socket = netlink_open();
  if (destroy) {
    work_run_until_gone(&work, create_and_destroy);
  } else {
    work_run(&work, attach);
  }
  return 0;
}
