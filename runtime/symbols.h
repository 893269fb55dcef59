/* Symbols: addresses to names. Kernel names from /proc/kallsyms, read on first use; user names from
 * the ELF files in a process's maps, remembered at exec so that processes that are gone still
 * resolve. */
#ifndef SONDE_RUNTIME_SYMBOLS_H
#define SONDE_RUNTIME_SYMBOLS_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct symbols;

enum symbols_flags {
	SYMBOLS_DEMANGLE = 1, /* names of C++ as they were written */
	SYMBOLS_CACHE = 2,    /* what is known of a process is kept */
	SYMBOLS_AHEAD = 4,    /* and learnt before its addresses are asked for */
};

struct symbols *symbols_create(uint32_t flags);
void symbols_free(struct symbols *symbols);

/* "name+0x12"-like text in the peer's form ("name+18"), or the address in hex. */
void symbols_kernel(struct symbols *symbols, uint64_t address, bool show_offset,
		    struct strbuf *out);
void symbols_user(struct symbols *symbols, uint32_t pid, uint64_t address, bool show_offset,
		  struct strbuf *out);

/* Reads and keeps a process's memory map now (at attach, for -c and -p, and when the runtime learns
 * of an exec), so that later look-ups do not need the process. Failure is no error. */
void symbols_remember_process(struct symbols *symbols, uint32_t pid);

/* Has the kernel tell of every exec, fork and executable mapping from now on (a dummy perf event on
 * each CPU), so that processes that are gone resolve too. For plans with user stacks or symbols;
 * call before attaching. Failure is no error. */
void symbols_watch(struct symbols *symbols);
/* Readable when symbols_drain should be called (for epoll); -1: no watching. */
int symbols_watch_fd(const struct symbols *symbols);
/* Takes in what the kernel told so far; look-ups do it too. */
void symbols_drain(struct symbols *symbols);
/* Path of the file that a user address lies in, "[unknown]" when there is none. */
void symbols_user_module(struct symbols *symbols, uint32_t pid, uint64_t address,
			 struct strbuf *out);

/* Address of a kernel symbol, 0 when unknown. */
uint64_t symbols_kernel_address(struct symbols *symbols, const char *name);

/* Offset in the file of a function in an ELF binary, for uprobes (`name` may be a pattern: `each`
 * is called for every match). Returns the number of matches, or -errno when it is no ELF file. */
int elf_find_functions(const char *path, const char *pattern,
		       void (*each)(void *context, const char *name, uint64_t file_offset,
				    uint64_t size),
		       void *context);
/* The function around a virtual address of an ELF file, and where the address lies in the file. */
struct elf_place {
	uint64_t offset; /* in the file */
	uint64_t start;	 /* of the function, in the file */
	bool is_in_function;
};

/* 0, or -errno: -ENOEXEC when it is no ELF file, -ERANGE when no segment holds the address. */
int elf_find_address(const char *path, uint64_t address, struct elf_place *place);
/* Resolves "libc", "libc.so.6" or "bash" to a path through the loader's cache and $PATH; writes it
 * to `path`. Returns 0 or -ENOENT. */
int elf_resolve_path(const char *name, uint32_t pid, char *path, uint32_t size);

#endif
