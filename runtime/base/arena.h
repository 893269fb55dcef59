/* Arena: memory that lives as long as one compile or one image, freed in one call. */
#ifndef SONDE_BASE_ARENA_H
#define SONDE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Returns a new empty arena. Never NULL: see arena_alloc. */
struct arena *arena_create(void);
/* Frees the arena and all that was allocated from it. NULL is fine. */
void arena_free(struct arena *arena);

/* Returns `size` zeroed bytes, aligned for any type. Never NULL: when the machine has no
 * memory left the process says so in one sentence and exits with status 1 (inputs are bounded
 * by the callers, so that no script can get there). */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

/* A growable array in an arena: LIST(struct x) is an anonymous struct { items, count, capacity }.
 * list_push(arena, &list) returns a pointer to a new zeroed element (moved by the next push). */
#define LIST(type)                                                                                 \
	struct {                                                                                   \
		type *items;                                                                       \
		uint32_t count, capacity;                                                          \
	}

void *arena_list_grow(struct arena *arena, void *items, uint32_t count, uint32_t *capacity,
		      size_t item_size);

#define list_push(arena, list)                                                                     \
	((list)->items = arena_list_grow((arena), (list)->items, (list)->count, &(list)->capacity, \
					 sizeof(*(list)->items)),                                  \
	 &(list)->items[(list)->count++])

#endif
