// Owns: making a network namespace that `ip netns` sees, with a socket inside, and coming back.
// It must not know about links. Both floors name their namespaces, because the library does.
#ifndef NETPLUMB_BENCH_NAMESPACE_H
#define NETPLUMB_BENCH_NAMESPACE_H

struct namespace {
  int fd;
  int socket;
};

// The namespace of the calling thread, to come back to.
int namespace_current(void);
// Creates one, binds it to /run/netns/NAME (which must be free) and returns to `home`.
struct namespace namespace_create(const char* name, int home);
// One without a name.
struct namespace namespace_anonymous(int home);
// Writes a setting that proc shows to who is inside, at a path below /proc, and returns to `home`.
void namespace_set(const struct namespace* made, int home, const char* path, const char* value);
// A name as the library gives it: reserved by a marked and locked file, given last by mounting on it.
int namespace_reserve(const char* name);
void namespace_name(int fd, const char* name, int reserved);
void namespace_publish(int fd, const char* name);
void namespace_close(struct namespace* made);
// Takes the name away, as `ip netns del` does; the kernel then reaps what nobody holds.
void namespace_unname(const char* name);

#endif
