/* Load: from image bytes to programs and maps in the kernel. */
#ifndef SONDE_RUNTIME_LOAD_H
#define SONDE_RUNTIME_LOAD_H

#include "session.h"

#include <stddef.h>

/* Reads the plan of the image; nothing is opened yet. */
int load_plan(struct session *session, const void *data, size_t size);
/* Opens the object, settles parameters, sizes and types, loads it. */
int load_object(struct session *session, const void *data, size_t size);

#endif
