/* Symbols: addresses to names, for the printers. Kernel names are read on first use; of processes
 * what was mapped where is kept (symbols_process.h), of files the functions (symbols_files.h). */
#include "symbols.h"

#include "symbols_files.h"
#include "symbols_kernel.h"
#include "symbols_process.h"
#include "symbols_watch.h"

#include <inttypes.h>
#include <libiberty/demangle.h>
#include <stdlib.h>
#include <string.h>

struct symbols {
	uint32_t flags; /* enum symbols_flags */
	struct kernel_symbols *kernel;
	struct process_table *processes;
	struct symbol_files *files;
	struct process_watch *watch;
};

struct symbols *symbols_create(uint32_t flags)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));

	if (!symbols)
		return NULL;
	symbols->flags = flags;
	symbols->processes = process_table_create();
	symbols->files = symbol_files_create();
	if (symbols->processes && symbols->files)
		return symbols;
	symbols_free(symbols);
	return NULL;
}

void symbols_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	kernel_symbols_free(symbols->kernel);
	process_watch_free(symbols->watch);
	process_table_free(symbols->processes);
	symbol_files_free(symbols->files);
	free(symbols);
}

/* Addresses without a name: 0 is 0, others have 0x. */
static void add_address(struct strbuf *out, uint64_t address)
{
	strbuf_printf(out, "%#" PRIx64, address);
}

static void add_offset(struct strbuf *out, bool show_offset, uint64_t offset)
{
	if (show_offset)
		strbuf_printf(out, "+%" PRIu64, offset);
}

static struct kernel_symbols *get_kernel(struct symbols *symbols)
{
	if (!symbols->kernel)
		symbols->kernel = kernel_symbols_create("/proc/kallsyms");
	return symbols->kernel;
}

void symbols_kernel(struct symbols *symbols, uint64_t address, bool show_offset, struct strbuf *out)
{
	struct kernel_symbols *kernel = get_kernel(symbols);
	const char *name;
	uint64_t offset;

	name = kernel ? kernel_symbols_find(kernel, address, &offset) : NULL;
	if (!name) {
		add_address(out, address);
		return;
	}
	strbuf_add(out, name);
	add_offset(out, show_offset, offset);
}

uint64_t symbols_kernel_address(struct symbols *symbols, const char *name)
{
	struct kernel_symbols *kernel = get_kernel(symbols);

	return kernel ? kernel_symbols_address(kernel, name) : 0;
}

static void add_name(const struct symbols *symbols, const char *name, struct strbuf *out)
{
	char *plain = symbols->flags & SYMBOLS_DEMANGLE && name[0] == '_' ?
			      cplus_demangle(name, DMGL_PARAMS | DMGL_ANSI | DMGL_AUTO) : NULL;

	strbuf_add(out, plain ? plain : name);
	free(plain);
}

/* The function around an address within a mapping; NULL when the file has none there. */
static const char *find_function(struct symbols *symbols, uint32_t pid,
				 const struct mapping *mapping, uint64_t address, uint64_t *offset)
{
	const struct elf_symbols *file = symbol_files_get(symbols->files, pid, mapping);
	uint64_t place = address - mapping->start + mapping->offset;
	const struct elf_symbol *symbol;

	if (!file)
		return symbol_files_find_jit(symbols->files, pid, address, offset);
	if (!elf_symbols_offset_to_address(file, place, &place))
		return NULL;
	symbol = elf_symbols_find(file, place);
	if (!symbol)
		return NULL;
	*offset = place - symbol->address;
	return symbol->name;
}

void symbols_user(struct symbols *symbols, uint32_t pid, uint64_t address, bool show_offset,
		  struct strbuf *out)
{
	const struct mapping *mapping;
	const char *name;
	uint64_t offset = 0;

	symbols_drain(symbols);
	mapping = address ? process_table_find(symbols->processes, pid, address) : NULL;
	name = mapping ? find_function(symbols, pid, mapping, address, &offset) : NULL;
	if (name) {
		add_name(symbols, name, out);
		add_offset(out, show_offset, offset);
	} else {
		add_address(out, address);
	}
	if (!(symbols->flags & SYMBOLS_CACHE))
		process_table_forget(symbols->processes, pid);
}

void symbols_user_module(struct symbols *symbols, uint32_t pid, uint64_t address,
			 struct strbuf *out)
{
	const struct mapping *mapping;

	symbols_drain(symbols);
	mapping = process_table_find(symbols->processes, pid, address);
	strbuf_add(out, mapping && mapping->path[0] && strcmp(mapping->path, "//anon") != 0 ?
		   mapping->path : "[unknown]");
	if (!(symbols->flags & SYMBOLS_CACHE))
		process_table_forget(symbols->processes, pid);
}

void symbols_remember_process(struct symbols *symbols, uint32_t pid)
{
	if (symbols->flags & SYMBOLS_AHEAD)
		process_table_read(symbols->processes, pid);
}

void symbols_watch(struct symbols *symbols)
{
	if (!symbols->watch && symbols->flags & SYMBOLS_AHEAD)
		symbols->watch = process_watch_create();
}

int symbols_watch_fd(const struct symbols *symbols)
{
	return symbols->watch ? process_watch_fd(symbols->watch) : -1;
}

void symbols_drain(struct symbols *symbols)
{
	if (symbols->watch)
		process_watch_drain(symbols->watch, symbols->processes);
}
