/* Records: what programs send through the ring buffer, one kind after the other. */
#ifndef SONDE_RUNTIME_RECORDS_H
#define SONDE_RUNTIME_RECORDS_H

#include "session.h"

#include <stddef.h>

/* The ring buffer's callback; `context` is the session. Returns 0, or -errno to stop. */
int records_receive(void *context, void *data, size_t size);
/* Handles what is in the ring buffer now, but not for ever. 0 or -errno. */
int records_drain(struct session *session);
/* Handles all of it: for when nothing is sent any more. */
int records_drain_all(struct session *session);

#endif
