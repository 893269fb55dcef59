/* Parameters: what the code reads from .rodata and only the run can say. */
#ifndef SONDE_RUNTIME_PARAMS_H
#define SONDE_RUNTIME_PARAMS_H

#include "image_open.h"
#include "session.h"

/* Puts the parameters into the attach points that have some ($1). */
int params_settle_attaches(struct session *session);
/* Sets positional parameters, start time, child and CPU count before the object is loaded. */
int params_set(struct session *session, const struct image_sections *sections);

#endif
