/* Processes: a hash table by pid with the executable mappings of each. Bounded: the oldest process
 * goes when there are too many. */
#include "symbols_process.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BUCKETS 1024u
#define MAX_PROCESSES 16384u
#define MAX_MAPPINGS 8192u
#define REREAD_NS 50000000 /* a process whose addresses are not found is read again so often */

struct process {
	struct process *next; /* in its bucket */
	struct process *newer;
	uint32_t pid;
	struct mapping *mappings;
	uint32_t count, capacity;
	int64_t read_at; /* 0: never */
};

/* Paths are few and shared by all processes. */
struct path {
	struct path *next;
	char text[];
};

struct process_table {
	struct process *buckets[BUCKETS];
	struct process *oldest, *newest;
	uint32_t count;
	struct path *paths[BUCKETS];
};

struct process_table *process_table_create(void)
{
	return calloc(1, sizeof(struct process_table));
}

void process_table_free(struct process_table *table)
{
	struct process *process, *newer;
	struct path *path, *next;
	uint32_t i;

	if (!table)
		return;
	for (process = table->oldest; process; process = newer) {
		newer = process->newer;
		free(process->mappings);
		free(process);
	}
	for (i = 0; i < BUCKETS; i++) {
		for (path = table->paths[i]; path; path = next) {
			next = path->next;
			free(path);
		}
	}
	free(table);
}

static const char *intern(struct process_table *table, const char *text)
{
	uint32_t hash = 2166136261u;
	const char *at;
	struct path *path, **bucket;

	for (at = text; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	bucket = &table->paths[hash % BUCKETS];
	for (path = *bucket; path; path = path->next) {
		if (strcmp(path->text, text) == 0)
			return path->text;
	}
	path = malloc(sizeof(*path) + strlen(text) + 1);
	if (!path)
		return "";
	strcpy(path->text, text);
	path->next = *bucket;
	*bucket = path;
	return path->text;
}

static struct process *find_process(const struct process_table *table, uint32_t pid)
{
	struct process *process = table->buckets[pid % BUCKETS];

	while (process && process->pid != pid)
		process = process->next;
	return process;
}

static void drop_oldest(struct process_table *table)
{
	struct process *process = table->oldest, **link = &table->buckets[process->pid % BUCKETS];

	while (*link != process)
		link = &(*link)->next;
	*link = process->next;
	table->oldest = process->newer;
	if (!table->oldest)
		table->newest = NULL;
	table->count--;
	free(process->mappings);
	free(process);
}

static struct process *get_process(struct process_table *table, uint32_t pid)
{
	struct process *process = find_process(table, pid);

	if (process)
		return process;
	process = calloc(1, sizeof(*process));
	if (!process)
		return NULL;
	if (table->count >= MAX_PROCESSES)
		drop_oldest(table);
	process->pid = pid;
	process->next = table->buckets[pid % BUCKETS];
	table->buckets[pid % BUCKETS] = process;
	if (table->newest)
		table->newest->newer = process;
	else
		table->oldest = process;
	table->newest = process;
	table->count++;
	return process;
}

/* Appends; a later mapping hides an earlier one of the same addresses (find looks from the end). */
static void add_mapping(struct process_table *table, struct process *process,
			const struct mapping *mapping)
{
	struct mapping *larger;

	if (process->count == process->capacity) {
		uint32_t wanted = process->capacity ? process->capacity * 2 : 16;

		larger = wanted <= MAX_MAPPINGS
			     ? realloc(process->mappings, wanted * sizeof(*larger))
			     : NULL;
		if (!larger)
			return;
		process->mappings = larger;
		process->capacity = wanted;
	}
	process->mappings[process->count] = *mapping;
	process->mappings[process->count++].path = intern(table, mapping->path);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

bool process_table_read(struct process_table *table, uint32_t pid)
{
	struct process *process;
	char name[64], line[4096 + 128];
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%" PRIu32 "/maps", pid);
	file = fopen(name, "re");
	if (!file)
		return false;
	process = get_process(table, pid);
	if (!process || !fgets(line, sizeof(line), file)) { /* no memory map: a dying process */
		fclose(file);
		return false;
	}
	process->count = 0;
	process->read_at = now_ns();
	do {
		struct mapping mapping;
		int path_at = 0;
		char access[8];

		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %" SCNu64 " %n",
			   &mapping.start, &mapping.end, access, &mapping.offset, &mapping.inode,
			   &path_at) < 5 || access[2] != 'x')
			continue;
		mapping.path = path_at && line[path_at] ? line + path_at : "//anon";
		add_mapping(table, process, &mapping);
	} while (fgets(line, sizeof(line), file));
	fclose(file);
	return true;
}

void process_table_exec(struct process_table *table, uint32_t pid)
{
	struct process *process = get_process(table, pid);

	if (!process)
		return;
	process->count = 0;
	process->read_at = 0;
}

void process_table_doubt(struct process_table *table)
{
	for (struct process *process = table->oldest; process; process = process->newer) {
		if (kill((pid_t)process->pid, 0) && errno != EPERM)
			continue; /* what is known of it is the best that there is */
		process->count = 0;
		process->read_at = 0;
	}
}

void process_table_forget(struct process_table *table, uint32_t pid)
{
	struct process *process = find_process(table, pid);

	if (!process)
		return;
	free(process->mappings);
	process->mappings = NULL;
	process->count = process->capacity = 0;
	process->read_at = 0;
}

void process_table_fork(struct process_table *table, uint32_t pid, uint32_t parent)
{
	struct process *process, *origin = find_process(table, parent);
	uint32_t i;

	if (pid == parent || (!origin && !process_table_read(table, parent)))
		return;
	process = get_process(table, pid);
	origin = find_process(table, parent); /* may have been dropped to make room */
	if (!process || !origin || process == origin)
		return;
	process->count = 0;
	process->read_at = 0;
	for (i = 0; i < origin->count; i++)
		add_mapping(table, process, &origin->mappings[i]);
}

void process_table_map(struct process_table *table, uint32_t pid, const struct mapping *mapping)
{
	struct process *process = find_process(table, pid);

	/* A process that was there before us: its other mappings are only in /proc. */
	if (!process && process_table_read(table, pid))
		return;
	process = process ? process : get_process(table, pid);
	if (process)
		add_mapping(table, process, mapping);
}

static const struct mapping *search(const struct process *process, uint64_t address)
{
	uint32_t i;

	for (i = process->count; i > 0; i--) {
		const struct mapping *mapping = &process->mappings[i - 1];

		if (address >= mapping->start && address < mapping->end)
			return mapping;
	}
	return NULL;
}

const struct mapping *process_table_find(struct process_table *table, uint32_t pid,
					 uint64_t address)
{
	struct process *process = find_process(table, pid);
	const struct mapping *mapping = process ? search(process, address) : NULL;

	if (mapping || (process && process->read_at && now_ns() - process->read_at < REREAD_NS))
		return mapping;
	if (!process_table_read(table, pid))
		return NULL;
	process = find_process(table, pid);
	return process ? search(process, address) : NULL;
}
