/* Names to what they stand for: a hash table in an arena, for what a script may define by the
 * thousands. Names are not copied; there is no removal. */
#ifndef SONDE_LANG_NAME_TABLE_H
#define SONDE_LANG_NAME_TABLE_H

#include "base/arena.h"

#include <stdint.h>

struct name_table {
	struct name_slot {
		const char *name; /* NULL: free */
		void *value;
	} *slots;
	uint32_t count, capacity; /* capacity: 0 or a power of two */
};

/* What `name` stands for; NULL when it is not there. */
void *name_table_find(const struct name_table *table, const char *name);
/* Adds `name`, or gives it another value. */
void name_table_set(struct arena *arena, struct name_table *table, const char *name, void *value);

#endif
