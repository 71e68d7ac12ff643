// Owns: the implementation of namespace.h. /run/netns must be the shared mount that `ip netns add` makes of
// it; the runner has seen to that by naming the host namespace.
#define _GNU_SOURCE
#include "namespace.h"

#include <err.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netlink.h"

int namespace_current(void) {
  int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (fd < 0) err(1, "/proc/thread-self/ns/net");
  return fd;
}

static int mount_point(const char* name, char path[static 256]) {
  snprintf(path, 256, "/run/netns/%s", name);
  int file = open(path, O_RDONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0);
  if (file < 0) err(1, "%s", path);
  return file;
}

// Leaves the calling thread inside.
static struct namespace enter_new(void) {
  if (unshare(CLONE_NEWNET) < 0) err(1, "unshare");
  struct namespace made = {.socket = netlink_open()};
  made.fd = ioctl(made.socket, SIOCGSKNS);
  if (made.fd < 0) err(1, "SIOCGSKNS");
  return made;
}

static void go_home(int home) {
  if (setns(home, CLONE_NEWNET) < 0) err(1, "setns");
}

struct namespace namespace_create(const char* name, int home) {
  char path[256];
  close(mount_point(name, path));
  struct namespace made = enter_new();
  if (mount("/proc/thread-self/ns/net", path, "none", MS_BIND, NULL) < 0) err(1, "mount %s", path);
  go_home(home);
  return made;
}

struct namespace namespace_anonymous(int home) {
  struct namespace made = enter_new();
  go_home(home);
  return made;
}

int namespace_reserve(const char* name) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", name);
  int file = open(path, O_RDONLY | O_CLOEXEC | O_CREAT | O_EXCL | O_NOFOLLOW, S_ISVTX);
  if (file < 0 || flock(file, LOCK_EX | LOCK_NB) < 0) err(1, "%s", path);
  struct stat ours, named;
  if (fstat(file, &ours) < 0 || lstat(path, &named) < 0 || ours.st_ino != named.st_ino)
    errx(1, "%s: somebody took it over", path);
  return file;
}

void namespace_name(int fd, const char* name, int reserved) {
  char path[256], source[64];
  snprintf(path, sizeof path, "/run/netns/%s", name);
  snprintf(source, sizeof source, "/proc/thread-self/fd/%d", fd);
  if (mount(source, path, "none", MS_BIND, NULL) < 0) err(1, "mount %s", path);
  if (fchmod(reserved, 0) < 0) err(1, "chmod %s", path);
  close(reserved);
}

// A new one for so many looks: the kernel keeps an entry of /proc/sys/net for each namespace looked at, and
// walks past all of them for the next.
static int own_proc(void) {
  static int proc = -1;
  static unsigned looks;
  if (looks++ % 64 != 0) return proc;
  if (proc >= 0) close(proc);
  int context = fsopen("proc", FSOPEN_CLOEXEC);
  if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) err(1, "fsopen proc");
  proc = fsmount(context, FSMOUNT_CLOEXEC, 0);
  if (proc < 0) err(1, "fsmount proc");
  close(context);
  return proc;
}

void namespace_set(const struct namespace* made, int home, const char* path, const char* value) {
  if (setns(made->fd, CLONE_NEWNET) < 0) err(1, "setns");
  int file = openat(own_proc(), path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0 || write(file, value, strlen(value)) < 0) err(1, "%s", path);
  close(file);
  go_home(home);
}

void namespace_publish(int fd, const char* name) { namespace_name(fd, name, namespace_reserve(name)); }

void namespace_close(struct namespace* made) {
  close(made->socket);
  close(made->fd);
}

void namespace_unname(const char* name) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", name);
  if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0) err(1, "umount %s", path);
  if (unlink(path) < 0) err(1, "unlink %s", path);
}
