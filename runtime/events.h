/* Events: the tracepoints of the kernel at hand, from tracefs. */
#ifndef SONDE_RUNTIME_EVENTS_H
#define SONDE_RUNTIME_EVENTS_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

/* The folder of tracefs, "" when it is not mounted. */
const char *events_root(void);
/* The kernel's number of an event; -errno: -ENOENT no such event, -ENODEV no tracefs. */
int64_t events_id(const char *subsystem, const char *event);
/* Reads an event's format file. 0 or -errno. */
int events_read_format(const char *subsystem, const char *event, struct strbuf *text);
/* Calls `each` for every event whose subsystem and name match (* ? [..]), in the order of
 * their names, until it returns other than 0. Returns that, or -errno. */
int events_each(const char *subsystem_pattern, const char *event_pattern,
		int (*each)(void *context, const char *subsystem, const char *event), void *context);

#endif
