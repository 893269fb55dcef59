/* The function symbols of one ELF file, by address. Any file may be given: what is malformed has no
 * symbols. */
#ifndef SONDE_RUNTIME_ELF_SYMBOLS_H
#define SONDE_RUNTIME_ELF_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_symbols;

struct elf_symbol {
	uint64_t address; /* virtual, as linked */
	uint64_t size;	  /* 0: up to the next one */
	const char *name; /* mangled, without a version */
	bool is_weak;
};

/* Opens a file; NULL when it is no ELF file. Symbols of a separate debug file (by build id) are
 * taken in when it has no .symtab of its own. */
struct elf_symbols *elf_symbols_open(const char *path);
/* The same from memory that stays where it is (the vdso). */
struct elf_symbols *elf_symbols_open_memory(void *image, size_t size);
void elf_symbols_free(struct elf_symbols *symbols);

/* All symbols, sorted by address; aliases of an address are next to each other, the best name
 * first. */
const struct elf_symbol *elf_symbols_all(const struct elf_symbols *symbols, size_t *count);
/* The function around a virtual address; NULL when there is none. */
const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, uint64_t address);
/* Between file offsets and virtual addresses, by the program headers. False: in no segment. */
bool elf_symbols_offset_to_address(const struct elf_symbols *symbols, uint64_t offset,
				   uint64_t *address);
bool elf_symbols_address_to_offset(const struct elf_symbols *symbols, uint64_t address,
				   uint64_t *offset);

#endif
