/* A hash table of names: open addressing, at most half full. */
#include "lang/name_table.h"

#include <string.h>

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash ^ hash >> 15;
}

/* The slot that holds `name`, or the free one where it belongs. */
static struct name_slot *slot_of(struct name_slot *slots, uint32_t capacity, const char *name)
{
	uint32_t i = hash_of(name) & (capacity - 1);

	while (slots[i].name && strcmp(slots[i].name, name) != 0)
		i = (i + 1) & (capacity - 1);
	return &slots[i];
}

void *name_table_find(const struct name_table *table, const char *name)
{
	return table->capacity ? slot_of(table->slots, table->capacity, name)->value : NULL;
}

static void grow(struct arena *arena, struct name_table *table)
{
	uint32_t capacity = table->capacity ? table->capacity * 2 : 16;
	struct name_slot *slots = arena_alloc(arena, capacity * sizeof(*slots));

	for (uint32_t i = 0; i < table->capacity; i++) {
		if (table->slots[i].name)
			*slot_of(slots, capacity, table->slots[i].name) = table->slots[i];
	}
	table->slots = slots;
	table->capacity = capacity;
}

void name_table_set(struct arena *arena, struct name_table *table, const char *name, void *value)
{
	if (table->count * 2 >= table->capacity)
		grow(arena, table);
	struct name_slot *slot = slot_of(table->slots, table->capacity, name);

	table->count += !slot->name;
	*slot = (struct name_slot){name, value};
}
