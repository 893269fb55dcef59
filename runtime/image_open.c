/* Image as an ELF file: reads section headers and symbols straight from memory. The image may come
 * from anybody, so every offset is checked; libbpf gets it only after that. */
#include "image_open.h"

#include "base/image.h"

#include <elf.h>
#include <linux/btf.h>
#include <string.h>

#ifndef EM_BPF
#define EM_BPF 247
#endif
#ifndef R_BPF_64_64
#define R_BPF_64_64 1 /* a 64-bit immediate (Documentation/bpf/llvm_reloc.rst) */
#endif

/* BTF.ext's header as far as it matters here (Documentation/bpf/btf.rst). */
struct btf_ext_start {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t header_length;
	uint32_t func_offset, func_length, line_offset, line_length;
	uint32_t relocation_offset, relocation_length;
};

static bool section_of(const void *data, size_t size, const Elf64_Shdr *header,
		       struct image_section *section)
{
	if (header->sh_type == SHT_NOBITS || header->sh_offset > size ||
	    header->sh_size > size - header->sh_offset)
		return false;
	section->data = (const unsigned char *)data + header->sh_offset;
	section->size = header->sh_size;
	return true;
}

static const char *name_in(const struct image_section *strings, uint64_t offset)
{
	if (offset >= strings->size ||
	    !memchr(strings->data + offset, 0, strings->size - offset))
		return "";
	return (const char *)strings->data + offset;
}

static bool read_header(const void *data, size_t size, Elf64_Ehdr *header)
{
	if (size < sizeof(*header))
		return false;
	memcpy(header, data, sizeof(*header));
	return !memcmp(header->e_ident, ELFMAG, SELFMAG) &&
	       header->e_ident[EI_CLASS] == ELFCLASS64 &&
	       header->e_ident[EI_DATA] == ELFDATA2LSB && header->e_machine == EM_BPF &&
	       header->e_shentsize == sizeof(Elf64_Shdr) && header->e_shoff <= size &&
	       header->e_shnum <= (size - header->e_shoff) / sizeof(Elf64_Shdr) &&
	       header->e_shstrndx < header->e_shnum;
}

/* Section header `index`; false when there is none. `data` has passed read_header. */
static bool read_row(const void *data, const Elf64_Ehdr *header, uint32_t index, Elf64_Shdr *row)
{
	if (index >= header->e_shnum)
		return false;
	memcpy(row, (const unsigned char *)data + header->e_shoff + index * sizeof(*row),
	       sizeof(*row));
	return true;
}

bool image_find_sections(const void *data, size_t size, struct image_sections *sections)
{
	struct image_section names, found, strings;
	Elf64_Ehdr header;
	Elf64_Shdr row;

	memset(sections, 0, sizeof(*sections));
	if (!read_header(data, size, &header))
		return false;
	if (!read_row(data, &header, header.e_shstrndx, &row) ||
	    !section_of(data, size, &row, &names))
		return false;
	for (uint32_t i = 1; read_row(data, &header, i, &row); i++) {
		const char *name;

		if (!section_of(data, size, &row, &found))
			continue;
		name = name_in(&names, row.sh_name);
		if (!strcmp(name, IMAGE_SECTION))
			sections->meta = found;
		else if (!strcmp(name, ".BTF"))
			sections->btf = found;
		else if (!strcmp(name, ".BTF.ext"))
			sections->btf_ext = found;
		else if (!strcmp(name, ".rodata"))
			sections->rodata = i;
		if (row.sh_type != SHT_SYMTAB)
			continue;
		sections->symbols = found;
		if (read_row(data, &header, row.sh_link, &row) &&
		    section_of(data, size, &row, &strings))
			sections->strings = strings;
	}
	return sections->meta.data != NULL;
}

bool image_has_relocations(const struct image_sections *sections)
{
	struct btf_ext_start start = {0};

	if (sections->btf_ext.size < sizeof(start))
		return false;
	memcpy(&start, sections->btf_ext.data, sizeof(start));
	return start.magic == BTF_MAGIC && start.header_length >= sizeof(start) &&
	       start.relocation_length;
}

static bool relocations_refer(const struct image_section *relocations,
			      const struct image_sections *sections, const char *symbol)
{
	for (size_t at = 0; at + sizeof(Elf64_Rel) <= relocations->size; at += sizeof(Elf64_Rel)) {
		Elf64_Rel relocation;
		Elf64_Sym row;
		uint64_t index;

		memcpy(&relocation, relocations->data + at, sizeof(relocation));
		index = ELF64_R_SYM(relocation.r_info);
		if (index >= sections->symbols.size / sizeof(row))
			continue;
		memcpy(&row, sections->symbols.data + index * sizeof(row), sizeof(row));
		if (!strcmp(name_in(&sections->strings, row.st_name), symbol))
			return true;
	}
	return false;
}

bool image_section_refers(const void *data, size_t size, const char *section, const char *symbol)
{
	struct image_section names, found;
	struct image_sections sections;
	Elf64_Shdr row, target;
	Elf64_Ehdr header;

	if (!image_find_sections(data, size, &sections) || !read_header(data, size, &header) ||
	    !read_row(data, &header, header.e_shstrndx, &row) ||
	    !section_of(data, size, &row, &names))
		return false;
	for (uint32_t i = 1; read_row(data, &header, i, &row); i++)
		if (row.sh_type == SHT_REL && section_of(data, size, &row, &found) &&
		    read_row(data, &header, row.sh_info, &target) &&
		    !strcmp(name_in(&names, target.sh_name), section) &&
		    relocations_refer(&found, &sections, symbol))
			return true;
	return false;
}

/* True when the section numbered `index` holds code. */
static bool is_code(const void *data, const Elf64_Ehdr *header, uint32_t index)
{
	Elf64_Shdr row;

	return read_row(data, header, index, &row) && row.sh_flags & SHF_EXECINSTR;
}

static void hide_in_section(void *data, const Elf64_Ehdr *header, const Elf64_Shdr *section,
			    const struct image_section *symbols, uint32_t instead)
{
	unsigned char *rows = (unsigned char *)data + section->sh_offset;

	for (size_t at = 0; at + sizeof(Elf64_Rel) <= section->sh_size; at += sizeof(Elf64_Rel)) {
		Elf64_Rel relocation;
		Elf64_Sym row;
		uint64_t index;

		memcpy(&relocation, rows + at, sizeof(relocation));
		index = ELF64_R_SYM(relocation.r_info);
		if (ELF64_R_TYPE(relocation.r_info) != R_BPF_64_64 ||
		    index >= symbols->size / sizeof(row))
			continue;
		memcpy(&row, symbols->data + index * sizeof(row), sizeof(row));
		if (!is_code(data, header, row.st_shndx))
			continue;
		relocation.r_info = ELF64_R_INFO((uint64_t)instead, R_BPF_64_64);
		memcpy(rows + at, &relocation, sizeof(relocation));
	}
}

void image_hide_callbacks(void *data, size_t size, const char *prefix)
{
	struct image_sections sections;
	struct image_section found;
	uint32_t instead = 0;
	Elf64_Ehdr header;
	Elf64_Shdr row;
	Elf64_Sym named;

	if (!image_find_sections(data, size, &sections) || !read_header(data, size, &header))
		return;
	for (uint32_t i = 0; i < sections.symbols.size / sizeof(named); i++) {
		memcpy(&named, sections.symbols.data + i * sizeof(named), sizeof(named));
		if (!strncmp(name_in(&sections.strings, named.st_name), prefix, strlen(prefix)))
			instead = i;
	}
	for (uint32_t i = 1; instead && read_row(data, &header, i, &row); i++)
		if (row.sh_type == SHT_REL && section_of(data, size, &row, &found) &&
		    is_code(data, &header, row.sh_info))
			hide_in_section(data, &header, &row, &sections.symbols, instead);
}

bool image_find_constant(const struct image_sections *sections, const char *name, uint64_t *offset,
			 uint64_t *size)
{
	for (size_t at = 0; sections->rodata && at + sizeof(Elf64_Sym) <= sections->symbols.size;
	     at += sizeof(Elf64_Sym)) {
		Elf64_Sym symbol;

		memcpy(&symbol, sections->symbols.data + at, sizeof(symbol));
		if (symbol.st_shndx != sections->rodata ||
		    strcmp(name_in(&sections->strings, symbol.st_name), name))
			continue;
		*offset = symbol.st_value;
		*size = symbol.st_size;
		return true;
	}
	return false;
}
