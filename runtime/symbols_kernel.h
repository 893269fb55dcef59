/* Kernel symbols, read from /proc/kallsyms. */
#ifndef SONDE_RUNTIME_SYMBOLS_KERNEL_H
#define SONDE_RUNTIME_SYMBOLS_KERNEL_H

#include <stdint.h>

struct kernel_symbols;

/* Reads the table; an unreadable or hidden one is empty. NULL without memory. */
struct kernel_symbols *kernel_symbols_create(const char *path);
void kernel_symbols_free(struct kernel_symbols *symbols);
/* Name of the function at or below the address; NULL when unknown. */
const char *kernel_symbols_find(const struct kernel_symbols *symbols, uint64_t address,
				uint64_t *offset);
/* Address of any symbol, data too; 0 when unknown. */
uint64_t kernel_symbols_address(const struct kernel_symbols *symbols, const char *name);

#endif
