/* Maps: reading the script's maps as rows, and changing them from user space. */
#ifndef SONDE_RUNTIME_MAPS_H
#define SONDE_RUNTIME_MAPS_H

#include "session.h"

/* Reads a whole map; per-CPU values are folded. 0 or -errno; free with map_dump_free. */
int maps_read(struct session *session, uint32_t map, struct map_dump *dump);
/* Reads and prints: print(@m[, top[, div]]). Here and below a failure is told on standard error. */
void maps_print(struct session *session, uint32_t map, uint64_t top, uint64_t div);
void maps_clear(struct session *session, uint32_t map);
void maps_zero(struct session *session, uint32_t map);
/* All the script's maps that were set, in the order of their names. */
void maps_print_all(struct session *session);
/* The frames of a stack; output_lookup.stack. */
uint32_t maps_read_stack(struct session *session, uint32_t map, uint64_t id, uint64_t *frames,
			 uint32_t max);

#endif
