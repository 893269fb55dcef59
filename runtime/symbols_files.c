/* Files: a list of what was opened, with its symbols or the fact that it has none. */
#include "symbols_files.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BUCKETS 512u
#define MAX_FILES 8192u
#define MAX_JIT_BYTES (64 << 20)
#define MAX_JIT_MAPS 256u	/* the oldest goes */
#define JIT_CHECK_NS 50000000	/* whether a process has written more is looked at so often */

struct symbol_file {
	struct symbol_file *next;
	uint64_t inode;
	struct elf_symbols *symbols; /* NULL: unreadable */
	uint32_t tried_by;	     /* for this process: another may see it, or live longer */
	char path[];
};

struct jit_symbol {
	uint64_t start, size;
	char *name;
};

struct jit_map {
	struct jit_map *next;
	uint32_t pid;
	char *text;
	struct jit_symbol *items;
	size_t count, capacity;
	int64_t checked_at; /* 0: never */
	struct stat status; /* of the file that was read */
};

struct symbol_files {
	struct symbol_file *buckets[BUCKETS];
	uint32_t count, jit_count;
	struct jit_map *jit; /* the newest first */
};

struct symbol_files *symbol_files_create(void)
{
	return calloc(1, sizeof(struct symbol_files));
}

static void free_jit(struct jit_map *jit)
{
	if (!jit)
		return;
	free(jit->text);
	free(jit->items);
	free(jit);
}

void symbol_files_free(struct symbol_files *files)
{
	struct symbol_file *file, *next;
	struct jit_map *jit, *next_jit;
	uint32_t i;

	if (!files)
		return;
	for (i = 0; i < BUCKETS; i++) {
		for (file = files->buckets[i]; file; file = next) {
			next = file->next;
			elf_symbols_free(file->symbols);
			free(file);
		}
	}
	for (jit = files->jit; jit; jit = next_jit) {
		next_jit = jit->next;
		free_jit(jit);
	}
	free(files);
}

/* Ours is every 64-bit process's; its size is in our own maps. */
static struct elf_symbols *open_vdso(void)
{
	FILE *file = fopen("/proc/self/maps", "re");
	uintptr_t start = 0, end = 0;
	bool found = false;
	char line[4096 + 128];

	while (file && !found && fgets(line, sizeof(line), file))
		found = strstr(line, "[vdso]") &&
			sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &start, &end) == 2;
	if (file)
		fclose(file);
	return found ? elf_symbols_open_memory((void *)start, end - start) : NULL;
}

/* The file as the process sees it, else by its name here; only when it is the same file. A process may
 * end between two lines of this. */
static struct elf_symbols *open_file(uint32_t pid, const struct mapping *mapping)
{
	struct elf_symbols *symbols;
	char path[4096 + 64];
	struct stat status;
	int i;

	if (strcmp(mapping->path, "[vdso]") == 0)
		return open_vdso();
	if (mapping->path[0] != '/' || mapping->path[1] == '/')
		return NULL;
	for (i = 0; i < 3; i++) {
		if (i == 0)
			snprintf(path, sizeof(path), "/proc/%" PRIu32 "/root%s", pid,
				 mapping->path);
		else if (i == 1)
			snprintf(path, sizeof(path), "%s", mapping->path);
		else
			snprintf(path, sizeof(path),
				 "/proc/%" PRIu32 "/map_files/%" PRIx64 "-%" PRIx64, pid,
				 mapping->start, mapping->end);
		if (stat(path, &status) || (mapping->inode && status.st_ino != mapping->inode))
			continue;
		symbols = elf_symbols_open(path);
		if (symbols)
			return symbols;
	}
	return NULL;
}

const struct elf_symbols *symbol_files_get(struct symbol_files *files, uint32_t pid,
					   const struct mapping *mapping)
{
	struct symbol_file **bucket = &files->buckets[mapping->inode % BUCKETS], *file;

	for (file = *bucket; file; file = file->next) {
		if (file->inode != mapping->inode || strcmp(file->path, mapping->path) != 0)
			continue;
		if (!file->symbols && file->tried_by != pid) {
			file->tried_by = pid;
			file->symbols = open_file(pid, mapping);
		}
		return file->symbols;
	}
	if (files->count >= MAX_FILES)
		return NULL;
	file = malloc(sizeof(*file) + strlen(mapping->path) + 1);
	if (!file)
		return NULL;
	file->inode = mapping->inode;
	strcpy(file->path, mapping->path);
	file->tried_by = pid;
	file->symbols = open_file(pid, mapping);
	file->next = *bucket;
	*bucket = file;
	files->count++;
	return file->symbols;
}

static char *read_text(const char *path, struct stat *status)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char *text = NULL;
	size_t got;

	if (!file) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (fstat(fd, status) == 0 && S_ISREG(status->st_mode) &&
	    status->st_size < MAX_JIT_BYTES && (text = malloc((size_t)status->st_size + 1))) {
		got = fread(text, 1, (size_t)status->st_size, file);
		text[got] = '\0';
	}
	fclose(file);
	return text;
}

/* Lines of "START SIZE NAME", both numbers in hex. */
static void read_jit_line(struct jit_map *jit, char *line)
{
	struct jit_symbol symbol, *larger;
	char *at;

	symbol.start = strtoull(line, &at, 16);
	if (at == line || *at != ' ')
		return;
	symbol.size = strtoull(at, &at, 16);
	if (*at != ' ' || !at[1])
		return;
	symbol.name = at + 1;
	if (jit->count == jit->capacity) {
		size_t wanted = jit->capacity ? jit->capacity * 2 : 1024;

		larger = realloc(jit->items, wanted * sizeof(*larger));
		if (!larger)
			return;
		jit->items = larger;
		jit->capacity = wanted;
	}
	jit->items[jit->count++] = symbol;
}

/* Compilers write as they go; a file that is gone leaves what was read of it. */
static void refresh_jit(struct jit_map *jit)
{
	char path[64], *text, *line, *save = NULL;
	struct timespec now;
	struct stat status;
	int64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
	if (jit->checked_at && ns - jit->checked_at < JIT_CHECK_NS)
		return;
	jit->checked_at = ns;
	snprintf(path, sizeof(path), "/tmp/perf-%" PRIu32 ".map", jit->pid);
	if (stat(path, &status) || (status.st_ino == jit->status.st_ino &&
				    status.st_size == jit->status.st_size &&
				    status.st_mtim.tv_sec == jit->status.st_mtim.tv_sec &&
				    status.st_mtim.tv_nsec == jit->status.st_mtim.tv_nsec))
		return;
	text = read_text(path, &jit->status);
	if (!text)
		return;
	free(jit->text);
	jit->text = text;
	jit->count = 0;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		read_jit_line(jit, line);
}

static void drop_oldest_jit(struct symbol_files *files)
{
	struct jit_map **link = &files->jit;

	while ((*link)->next)
		link = &(*link)->next;
	free_jit(*link);
	*link = NULL;
	files->jit_count--;
}

static struct jit_map *get_jit(struct symbol_files *files, uint32_t pid)
{
	struct jit_map *jit = files->jit;

	while (jit && jit->pid != pid)
		jit = jit->next;
	if (!jit) {
		jit = calloc(1, sizeof(*jit));
		if (!jit)
			return NULL;
		if (files->jit_count == MAX_JIT_MAPS)
			drop_oldest_jit(files);
		jit->pid = pid;
		jit->next = files->jit;
		files->jit = jit;
		files->jit_count++;
	}
	refresh_jit(jit);
	return jit;
}

const char *symbol_files_find_jit(struct symbol_files *files, uint32_t pid, uint64_t address,
				  uint64_t *offset)
{
	struct jit_map *jit = get_jit(files, pid);
	size_t i;

	/* From the end: a compiler reuses memory, and writes the newest function last. */
	for (i = jit ? jit->count : 0; i > 0; i--) {
		const struct jit_symbol *symbol = &jit->items[i - 1];

		if (address - symbol->start < symbol->size) {
			*offset = address - symbol->start;
			return symbol->name;
		}
	}
	return NULL;
}
