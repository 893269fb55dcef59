/* Processes as symbols know them: which file is mapped where, kept when the process is gone. */
#ifndef SONDE_RUNTIME_SYMBOLS_PROCESS_H
#define SONDE_RUNTIME_SYMBOLS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

struct mapping {
	uint64_t start, end, offset; /* offset: of `start` in the file */
	uint64_t inode;
	const char *path; /* "[vdso]", "//anon"; owned by the table */
};

struct process_table;

struct process_table *process_table_create(void);
void process_table_free(struct process_table *table);

/* Reads /proc/PID/maps, in place of what was known of it; false when the process is gone. */
bool process_table_read(struct process_table *table, uint32_t pid);
/* What the kernel told: a new program (what was mapped is over), a fork (the child has its parent's
 * mappings), a mapping. */
void process_table_exec(struct process_table *table, uint32_t pid);
void process_table_fork(struct process_table *table, uint32_t pid, uint32_t parent);
void process_table_map(struct process_table *table, uint32_t pid, const struct mapping *mapping);

/* News were lost: of processes that live nothing is known any more. */
void process_table_doubt(struct process_table *table);
/* Drops what is known of a process. */
void process_table_forget(struct process_table *table, uint32_t pid);

/* The mapping around an address, reading the process's maps when needed. NULL: none. */
const struct mapping *process_table_find(struct process_table *table, uint32_t pid,
					 uint64_t address);

#endif
