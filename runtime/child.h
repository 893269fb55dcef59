/* Child: the command of -c, started but held back until everything is attached. */
#ifndef SONDE_RUNTIME_CHILD_H
#define SONDE_RUNTIME_CHILD_H

#include "session.h"

struct child;

/* Forks the command; it waits before its exec. 0 or -errno after session_fail. */
int child_create(struct session *session);
/* Lets it go on to its program. */
int child_release(struct session *session);
uint32_t child_pid(const struct child *child); /* 0 for NULL */
/* Terminates the command when it still runs, and waits for it. NULL is fine. */
void child_free(struct child *child);

/* Descriptor that is readable when the process has ended, or -errno. */
int child_open_pidfd(uint32_t pid);

#endif
