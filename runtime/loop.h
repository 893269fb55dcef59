/* Loop: one epoll over everything that can wake the runtime. */
#ifndef SONDE_RUNTIME_LOOP_H
#define SONDE_RUNTIME_LOOP_H

#include <stdint.h>

struct loop;

/* Returns 0 or -errno; an error ends the wait. */
typedef int (*loop_ready)(void *context, int fd);

struct loop *loop_create(void); /* NULL with errno */
void loop_free(struct loop *loop);
/* Calls `ready` whenever `fd` can be read. The descriptor stays the caller's, unless `is_owned`. */
int loop_add(struct loop *loop, int fd, int is_owned, loop_ready ready, void *context);
void loop_remove(struct loop *loop, int fd);
/* Waits for up to `timeout` ms (-1: for ever) and calls what is ready. Returns how many were, or
 * -errno. */
int loop_wait(struct loop *loop, int timeout);

#endif
