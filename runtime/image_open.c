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

bool image_find_sections(const void *data, size_t size, struct image_sections *sections)
{
	struct image_section names, found, strings;
	Elf64_Ehdr header;
	Elf64_Shdr row;

	memset(sections, 0, sizeof(*sections));
	if (!read_header(data, size, &header))
		return false;
	data = (const unsigned char *)data;
	memcpy(&row, (const unsigned char *)data + header.e_shoff +
		     header.e_shstrndx * sizeof(row), sizeof(row));
	if (!section_of(data, size, &row, &names))
		return false;
	for (uint32_t i = 1; i < header.e_shnum; i++) {
		const char *name;

		memcpy(&row, (const unsigned char *)data + header.e_shoff + i * sizeof(row),
		       sizeof(row));
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
		if (row.sh_type != SHT_SYMTAB || row.sh_link >= header.e_shnum)
			continue;
		sections->symbols = found;
		memcpy(&row, (const unsigned char *)data + header.e_shoff +
			     row.sh_link * sizeof(row), sizeof(row));
		if (section_of(data, size, &row, &strings))
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
