/* Arena: chunks of memory in a list, each twice the size of the one before. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Under the address sanitizer an arena hides nothing: what lies between two allocations may not be
 * touched, nor the elements of a list that has grown out of them. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define RED_ZONE 16u
#define LARGEST_CHUNK (1u << 16) /* what its allocator keeps for the next arena */
#define forbid(memory, size) __asan_poison_memory_region((memory), (size))
#define allow(memory, size) __asan_unpoison_memory_region((memory), (size))
#else
#define RED_ZONE 0u
#define LARGEST_CHUNK (1u << 20)
#define forbid(memory, size) ((void)0)
#define allow(memory, size) ((void)0)
#endif

#define FIRST_CHUNK 16384u

struct chunk {
	struct chunk *next;
	size_t size, used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct chunk *chunks;
	size_t next_size;
};

static void *must_calloc(size_t size)
{
	static const char message[] = "sonde: out of memory\n";
	void *memory = calloc(1, size);

	if (!memory) {
		if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
			_exit(1);
		_exit(1);
	}
	return memory;
}

struct arena *arena_create(void)
{
	struct arena *arena = must_calloc(sizeof(*arena));

	arena->next_size = FIRST_CHUNK;
	return arena;
}

void arena_free(struct arena *arena)
{
	struct chunk *chunk, *next;

	if (!arena)
		return;
	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	size_t taken = rounded + RED_ZONE;
	void *memory;

	if (!chunk || chunk->size - chunk->used < taken) {
		size_t chunk_size = taken > arena->next_size ? taken : arena->next_size;

		chunk = must_calloc(sizeof(*chunk) + chunk_size);
		chunk->size = chunk_size;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		forbid(chunk->data, chunk_size);
		if (arena->next_size < LARGEST_CHUNK)
			arena->next_size *= 2;
	}
	memory = chunk->data + chunk->used;
	chunk->used += taken;
	allow(memory, size);
	return memory;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list ap)
{
	va_list copy;
	char *text;
	int len;

	va_copy(copy, ap);
	len = vsnprintf(NULL, 0, format, copy);
	va_end(copy);
	if (len < 0)
		return arena_strdup(arena, "");
	text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, ap);
	return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list ap;
	char *text;

	va_start(ap, format);
	text = arena_vprintf(arena, format, ap);
	va_end(ap);
	return text;
}

void *arena_list_grow(struct arena *arena, void *items, uint32_t count, uint32_t *capacity,
		      size_t item_size)
{
	void *grown;

	if (count < *capacity) { /* it may have held something, when the list was emptied */
		memset((char *)items + count * item_size, 0, item_size);
		return items;
	}
	*capacity = *capacity ? *capacity * 2 : 8;
	grown = arena_alloc(arena, *capacity * item_size);
	if (count) {
		memcpy(grown, items, count * item_size);
		forbid(items, count * item_size);
	}
	return grown;
}
