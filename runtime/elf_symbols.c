/* The function symbols of one ELF file, through libelf. Names are copied into one block, so that
 * the file is closed again at once. */
#include "elf_symbols.h"

#include "base/strbuf.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SEGMENTS 64
#define MAX_SYMBOLS (4u << 20)

struct segment {
	uint64_t offset, address, size;
};

struct elf_symbols {
	struct elf_symbol *items; /* while loading, `name` is an offset into names */
	size_t count, capacity;
	struct strbuf names;
	struct segment segments[MAX_SEGMENTS];
	uint32_t segment_count;
	bool has_symtab;
};

static void add_symbol(struct elf_symbols *symbols, const GElf_Sym *symbol, const char *name)
{
	size_t length = strcspn(name, "@");
	struct elf_symbol *larger;

	if (symbols->count == symbols->capacity) {
		size_t wanted = symbols->capacity ? symbols->capacity * 2 : 1024;

		larger = wanted <= MAX_SYMBOLS ? realloc(symbols->items, wanted * sizeof(*larger))
					       : NULL;
		if (!larger)
			return;
		symbols->items = larger;
		symbols->capacity = wanted;
	}
	symbols->items[symbols->count++] = (struct elf_symbol){
		.address = symbol->st_value,
		.size = symbol->st_size,
		.name = (const char *)(uintptr_t)symbols->names.len,
		.is_weak = GELF_ST_BIND(symbol->st_info) == STB_WEAK,
	};
	strbuf_add_bytes(&symbols->names, name, length);
	strbuf_add_char(&symbols->names, '\0');
}

static void read_section(struct elf_symbols *symbols, Elf *elf, Elf_Scn *section,
			 const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t i, count;

	if (!data || !header->sh_entsize)
		return;
	count = data->d_size / header->sh_entsize;
	for (i = 0; i < count && i < MAX_SYMBOLS; i++) {
		unsigned int type;
		GElf_Sym symbol;
		const char *name;

		if (!gelf_getsym(data, (int)i, &symbol))
			break;
		type = GELF_ST_TYPE(symbol.st_info);
		if ((type != STT_FUNC && type != STT_GNU_IFUNC) || symbol.st_shndx == SHN_UNDEF ||
		    !symbol.st_value)
			continue;
		name = elf_strptr(elf, header->sh_link, symbol.st_name);
		if (name && *name)
			add_symbol(symbols, &symbol, name);
	}
}

static void read_sections(struct elf_symbols *symbols, Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header))
			continue;
		if (header.sh_type == SHT_SYMTAB)
			symbols->has_symtab = true;
		if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM)
			read_section(symbols, elf, section, &header);
	}
}

static void read_segments(struct elf_symbols *symbols, Elf *elf)
{
	size_t i, count = 0;

	if (elf_getphdrnum(elf, &count) < 0)
		return;
	for (i = 0; i < count && symbols->segment_count < MAX_SEGMENTS; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD)
			continue;
		symbols->segments[symbols->segment_count++] = (struct segment){
			.offset = header.p_offset,
			.address = header.p_vaddr,
			.size = header.p_filesz,
		};
	}
}

/* "/usr/lib/debug/.build-id/ab/cdef.debug"; false when the file has no build id. */
static bool debug_path(Elf *elf, char *path, size_t size)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	GElf_Nhdr note;

	while ((section = elf_nextscn(elf, section))) {
		size_t at = 0, next, name_at, desc_at;
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		for (; data && (next = gelf_getnote(data, at, &note, &name_at, &desc_at));
		     at = next) {
			const unsigned char *id = (const unsigned char *)data->d_buf + desc_at;
			size_t i, length;

			if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 ||
			    note.n_descsz < 2 || note.n_descsz > 64 ||
			    memcmp((char *)data->d_buf + name_at, "GNU", 4) != 0)
				continue;
			length =
			    (size_t)snprintf(path, size, "/usr/lib/debug/.build-id/%02x/", id[0]);
			for (i = 1; i < note.n_descsz && length + 3 < size; i++)
				length +=
				    (size_t)snprintf(path + length, size - length, "%02x", id[i]);
			snprintf(path + length, size - length, ".debug");
			return true;
		}
	}
	return false;
}

static void read_debug_file(struct elf_symbols *symbols, Elf *elf)
{
	char path[256];
	Elf *debug;
	int fd;

	if (!debug_path(elf, path, sizeof(path)))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	debug = elf_begin(fd, ELF_C_READ, NULL);
	if (debug && elf_kind(debug) == ELF_K_ELF)
		read_sections(symbols, debug);
	elf_end(debug);
	close(fd);
}

static size_t count_underscores(const char *name)
{
	return strspn(name, "_");
}

/* By address; of aliases the one that people know: few underscores, not weak, short. */
static int compare_symbols(const void *left, const void *right)
{
	const struct elf_symbol *l = left, *r = right;

	if (l->address != r->address)
		return l->address < r->address ? -1 : 1;
	if (count_underscores(l->name) != count_underscores(r->name))
		return count_underscores(l->name) < count_underscores(r->name) ? -1 : 1;
	if (l->is_weak != r->is_weak)
		return l->is_weak ? 1 : -1;
	if (strlen(l->name) != strlen(r->name))
		return strlen(l->name) < strlen(r->name) ? -1 : 1;
	return strcmp(l->name, r->name);
}

/* Resolves the names, sorts, and drops what both tables have. */
static void finish(struct elf_symbols *symbols)
{
	size_t i, kept = 0;

	for (i = 0; i < symbols->count; i++)
		symbols->items[i].name = symbols->names.text + (uintptr_t)symbols->items[i].name;
	if (symbols->count)
		qsort(symbols->items, symbols->count, sizeof(*symbols->items), compare_symbols);
	for (i = 0; i < symbols->count; i++) {
		if (kept && symbols->items[kept - 1].address == symbols->items[i].address &&
		    strcmp(symbols->items[kept - 1].name, symbols->items[i].name) == 0)
			continue;
		symbols->items[kept++] = symbols->items[i];
	}
	symbols->count = kept;
}

static struct elf_symbols *read_elf(Elf *elf)
{
	struct elf_symbols *symbols;

	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return NULL;
	symbols = calloc(1, sizeof(*symbols));
	if (!symbols)
		return NULL;
	read_segments(symbols, elf);
	read_sections(symbols, elf);
	if (!symbols->has_symtab)
		read_debug_file(symbols, elf);
	finish(symbols);
	return symbols;
}

struct elf_symbols *elf_symbols_open(const char *path)
{
	struct elf_symbols *symbols = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	Elf *elf;

	if (fd < 0)
		return NULL;
	/* A device or a pipe in a process's maps must not be read. */
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
		elf_version(EV_CURRENT);
		elf = elf_begin(fd, ELF_C_READ, NULL);
		symbols = read_elf(elf);
		elf_end(elf);
	}
	close(fd);
	return symbols;
}

struct elf_symbols *elf_symbols_open_memory(void *image, size_t size)
{
	struct elf_symbols *symbols;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(image, size);
	symbols = read_elf(elf);
	elf_end(elf);
	return symbols;
}

void elf_symbols_free(struct elf_symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->items);
	strbuf_free(&symbols->names);
	free(symbols);
}

const struct elf_symbol *elf_symbols_all(const struct elf_symbols *symbols, size_t *count)
{
	*count = symbols->count;
	return symbols->items;
}

const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->count, first;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* A short function may lie within a longer one: look at a few before. */
	for (first = low; low && first - low < 8; low--) {
		const struct elf_symbol *symbol = &symbols->items[low - 1];

		if (!symbol->size || address - symbol->address < symbol->size) {
			while (low > 1 && symbols->items[low - 2].address == symbol->address)
				low--;
			return &symbols->items[low - 1];
		}
	}
	return NULL;
}

bool elf_symbols_offset_to_address(const struct elf_symbols *symbols, uint64_t offset,
				   uint64_t *address)
{
	uint32_t i;

	for (i = 0; i < symbols->segment_count; i++) {
		const struct segment *segment = &symbols->segments[i];

		if (offset >= segment->offset && offset - segment->offset < segment->size) {
			*address = offset - segment->offset + segment->address;
			return true;
		}
	}
	return false;
}

bool elf_symbols_address_to_offset(const struct elf_symbols *symbols, uint64_t address,
				   uint64_t *offset)
{
	uint32_t i;

	for (i = 0; i < symbols->segment_count; i++) {
		const struct segment *segment = &symbols->segments[i];

		if (address >= segment->address && address - segment->address < segment->size) {
			*offset = address - segment->address + segment->offset;
			return true;
		}
	}
	return false;
}
