/* Image as an ELF file: the sections that the runtime looks at before libbpf does. */
#ifndef SONDE_RUNTIME_IMAGE_OPEN_H
#define SONDE_RUNTIME_IMAGE_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct image_section {
	const unsigned char *data;
	size_t size;
};

struct image_sections {
	struct image_section meta, btf, btf_ext;
	struct image_section symbols, strings; /* .symtab and its names */
	uint32_t rodata;		       /* section number, 0: none */
};

/* Finds the sections of the ELF file in `data` (they point into it). False when it is not a
 * 64-bit little-endian BPF object with a metadata section. */
bool image_find_sections(const void *data, size_t size, struct image_sections *sections);

/* True when every id and name in the image's BTF leads somewhere (image_btf.c). */
bool image_btf_is_valid(const struct image_section *section);

/* True when the code holds CO-RE relocations. */
bool image_has_relocations(const struct image_sections *sections);

/* True when the code in the section named `section` refers to the global `symbol`. */
bool image_section_refers(const void *data, size_t size, const char *section, const char *symbol);

/* For kernels before 5.13, which know no addresses of functions: lets the code's loads of them, which
 * are dead there, load the address of a map whose name begins with `prefix`. Changes the image, which passed
 * image_find_sections. */
void image_hide_callbacks(void *data, size_t size, const char *prefix);

/* Offset and size of a constant in .rodata. */
bool image_find_constant(const struct image_sections *sections, const char *name, uint64_t *offset,
			 uint64_t *size);

#endif
