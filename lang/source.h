/* Sources: the texts that a compile reads, and places in them. */
#ifndef SONDE_LANG_SOURCE_H
#define SONDE_LANG_SOURCE_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

/* A place: bytes [start, end) of a file. Every AST node has one. */
struct span {
	uint32_t file; /* sources.files */
	uint32_t start, end;
};

struct source_file {
	const char *name; /* as the user gave it; "-e" for a one-liner, "-" is "stdin" */
	const char *text; /* NUL-terminated */
	uint32_t size;
	LIST(uint32_t) lines; /* offset of each line's first byte */
};

struct sources {
	struct arena *arena;
	LIST(struct source_file) files;
};

struct source_place {
	const char *file;
	uint32_t line, column; /* from 1; columns count bytes */
	const char *text;      /* the line, without its newline (not NUL-terminated) */
	uint32_t length;
};

/* Adds a text (copied) and returns its file number. */
uint32_t source_add(struct sources *sources, const char *name, const char *text, size_t size);
/* Reads a file ("-" is standard input) and adds it. Returns -errno when it cannot be read, -EFBIG
 * above 4 MiB, -EISDIR for a folder. */
int source_read(struct sources *sources, const char *path, uint32_t *file);
struct source_place source_locate(const struct sources *sources, uint32_t file, uint32_t offset);

#endif
