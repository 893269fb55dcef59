/* Files that addresses of processes lie in: opened once, by inode and path, for all processes. */
#ifndef SONDE_RUNTIME_SYMBOLS_FILES_H
#define SONDE_RUNTIME_SYMBOLS_FILES_H

#include "elf_symbols.h"
#include "symbols_process.h"

struct symbol_files;

struct symbol_files *symbol_files_create(void);
void symbol_files_free(struct symbol_files *files);
/* The symbols of the mapping's file, as the process sees it; NULL when it cannot be read. */
const struct elf_symbols *symbol_files_get(struct symbol_files *files, uint32_t pid,
					   const struct mapping *mapping);
/* Name of a function that a just-in-time compiler wrote into /tmp/perf-PID.map; NULL: none. */
const char *symbol_files_find_jit(struct symbol_files *files, uint32_t pid, uint64_t address,
				  uint64_t *offset);

#endif
