/* Tracefs: tracepoint format files as a source of types, and the events there are. Found in both
 * usual places; the tests point it at a folder of fixtures (machine.tracefs_path). */
#ifndef SONDE_LANG_TRACEFS_H
#define SONDE_LANG_TRACEFS_H

#include "lang/compile.h"

/* The compile's tracefs; never NULL, found when first called. */
struct tracefs *tracefs_get(struct compile *compile);
/* True when there is one and its events can be read. */
bool tracefs_available(struct compile *compile);

/* The record of an event as a STRUCT of ORIGIN_TRACEPOINT; NULL when there is no such event (or no
 * tracefs). Parsed once. Members before the event's own (common_type...) are there too. */
struct type *tracefs_record(struct compile *compile, const char *subsystem, const char *event);
bool tracefs_event_exists(struct compile *compile, const char *subsystem, const char *event);

/* Calls `each` for every event whose subsystem and name match the patterns (* ? [..]), in the
 * order of their names; stops when it returns false. Returns how many matched. */
uint32_t tracefs_each_event(struct compile *compile, const char *subsystem_pattern,
			    const char *event_pattern,
			    bool (*each)(void *context, const char *subsystem, const char *event),
			    void *context);
/* "subsystem:event" nearest to what was written; NULL when none is near. */
const char *tracefs_nearest(struct compile *compile, const char *subsystem, const char *event);

#endif
