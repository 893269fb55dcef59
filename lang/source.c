/* Sources: reads the texts of a compile and turns byte offsets into lines and columns. The texts
 * live as long as the compile's arena; they may hold any bytes, NUL included. */
#include "lang/source.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SOURCE_SIZE_MAX (4u << 20)

uint32_t source_add(struct sources *sources, const char *name, const char *text, size_t size)
{
	struct source_file *file = list_push(sources->arena, &sources->files);

	file->name = arena_strdup(sources->arena, name);
	file->text = arena_strndup(sources->arena, "", 0);
	if (size) {
		char *copy = arena_alloc(sources->arena, size + 1);

		memcpy(copy, text, size);
		file->text = copy;
	}
	file->size = (uint32_t)size;
	*list_push(sources->arena, &file->lines) = 0;
	for (uint32_t i = 0; i < file->size; i++) {
		if (file->text[i] == '\n')
			*list_push(sources->arena, &file->lines) = i + 1;
	}
	return sources->files.count - 1;
}

/* Reads a stream to its end. *text is malloc'ed. */
static int read_all(FILE *stream, char **text, size_t *size)
{
	size_t capacity = 64 << 10;
	char *buffer = malloc(capacity);

	*size = 0;
	if (!buffer)
		return -ENOMEM;
	for (;;) {
		*size += fread(buffer + *size, 1, capacity - *size, stream);
		if (*size < capacity)
			break;
		if (capacity > SOURCE_SIZE_MAX) {
			free(buffer);
			return -EFBIG;
		}
		char *larger = realloc(buffer, capacity * 2);

		if (!larger) {
			free(buffer);
			return -ENOMEM;
		}
		buffer = larger;
		capacity *= 2;
	}
	if (ferror(stream) || *size > SOURCE_SIZE_MAX) {
		int error = ferror(stream) ? -EIO : -EFBIG;

		free(buffer);
		return error;
	}
	*text = buffer;
	return 0;
}

int source_read(struct sources *sources, const char *path, uint32_t *file)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *stream = is_stdin ? stdin : fopen(path, "re");
	struct stat status;
	char *text = NULL;
	size_t size = 0;
	int error;

	if (!stream)
		return -errno;
	if (fstat(fileno(stream), &status) == 0 && S_ISDIR(status.st_mode))
		error = -EISDIR;
	else
		error = read_all(stream, &text, &size);
	if (!is_stdin)
		fclose(stream);
	if (error)
		return error;
	*file = source_add(sources, is_stdin ? "stdin" : path, text, size);
	free(text);
	return 0;
}

/* Index of the line that holds `offset`: the last one that starts at or before it. */
static uint32_t line_of(const struct source_file *file, uint32_t offset)
{
	uint32_t low = 0, high = file->lines.count;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (file->lines.items[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct source_place source_locate(const struct sources *sources, uint32_t file, uint32_t offset)
{
	struct source_place place = {.file = "", .line = 1, .column = 1, .text = ""};

	if (file >= sources->files.count)
		return place;
	const struct source_file *source = &sources->files.items[file];

	if (offset > source->size)
		offset = source->size;
	uint32_t line = line_of(source, offset);
	uint32_t start = source->lines.items[line];
	uint32_t end =
	    line + 1 < source->lines.count ? source->lines.items[line + 1] - 1 : source->size;

	if (end > start && source->text[end - 1] == '\r')
		end--;
	place.file = source->name;
	place.line = line + 1;
	place.column = offset - start + 1;
	place.text = source->text + start;
	place.length = end - start;
	return place;
}
