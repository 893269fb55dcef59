/* Objects of imported .bpf.c files: what their ELF sections, BTF and .BTF.ext say of the functions in
 * them. clang made them, but nothing is read beyond their ends. */
#include "lang/bpf_c.h"

#include <elf.h>
#include <string.h>

struct bytes {
	const unsigned char *data;
	size_t size;
};

static struct bytes cut(const struct c_object *object, uint64_t offset, uint64_t size)
{
	if (offset > object->size || size > object->size - offset)
		return (struct bytes){0};
	return (struct bytes){object->data + offset, size};
}

struct sections {
	const Elf64_Shdr *rows;
	uint32_t count;
	struct bytes names;
};

static struct sections read_sections(const struct c_object *object)
{
	struct bytes header = cut(object, 0, sizeof(Elf64_Ehdr)), rows;
	const Elf64_Ehdr *elf = (const void *)header.data;
	struct sections sections = {0};

	if (!elf || memcmp(elf->e_ident, ELFMAG, SELFMAG) || elf->e_ident[EI_CLASS] != ELFCLASS64 ||
	    elf->e_shentsize != sizeof(*sections.rows) || elf->e_shoff % 8)
		return sections;
	rows = cut(object, elf->e_shoff, (uint64_t)elf->e_shnum * sizeof(*sections.rows));
	if (!rows.data || elf->e_shstrndx >= elf->e_shnum)
		return sections;
	sections.rows = (const void *)rows.data;
	sections.count = elf->e_shnum;
	sections.names = cut(object, sections.rows[elf->e_shstrndx].sh_offset,
			     sections.rows[elf->e_shstrndx].sh_size);
	return sections;
}

static bool is_named(const struct sections *sections, uint32_t index, const char *name)
{
	size_t at = index < sections->count ? sections->rows[index].sh_name : SIZE_MAX;
	size_t length = strlen(name) + 1;

	return at < sections->names.size && length <= sections->names.size - at &&
	       !memcmp(sections->names.data + at, name, length);
}

static struct bytes find_section(const struct c_object *object, const char *name)
{
	struct sections sections = read_sections(object);

	for (uint32_t i = 1; i < sections.count; i++)
		if (is_named(&sections, i, name) && sections.rows[i].sh_type == SHT_PROGBITS)
			return cut(object, sections.rows[i].sh_offset, sections.rows[i].sh_size);
	return (struct bytes){0};
}

/* Hidden functions are known to the linker, and static for the kernel: it checks them where they are
 * called, with what it knows there of their arguments. */
static void hide_functions(struct c_object *object)
{
	struct sections sections = read_sections(object);
	Elf64_Sym *symbols;
	struct bytes table;

	for (uint32_t i = 1; i < sections.count; i++) {
		if (sections.rows[i].sh_type != SHT_SYMTAB || sections.rows[i].sh_offset % 8)
			continue;
		table = cut(object, sections.rows[i].sh_offset, sections.rows[i].sh_size);
		symbols = (Elf64_Sym *)(object->data + (table.data ? table.data - object->data : 0));
		for (size_t k = 0; k < table.size / sizeof(*symbols); k++)
			if (ELF64_ST_TYPE(symbols[k].st_info) == STT_FUNC &&
			    is_named(&sections, symbols[k].st_shndx, ".text"))
				symbols[k].st_other = STV_HIDDEN;
	}
}

void bpf_c_set_license(struct compile *compile, struct c_object *object, const char *license)
{
	size_t length = strlen(license) + 1, size = object->size;
	unsigned char *longer = arena_alloc(compile->arena, size + length);
	struct sections sections;
	Elf64_Shdr row;

	memcpy(longer, object->data, size);
	memcpy(longer + size, license, length);
	object->data = longer;
	sections = read_sections(object);
	for (uint32_t i = 1; i < sections.count; i++) {
		if (!is_named(&sections, i, "license"))
			continue;
		row = sections.rows[i];
		row.sh_offset = size;
		row.sh_size = length;
		memcpy(longer + ((const unsigned char *)&sections.rows[i] - longer), &row,
		       sizeof(row));
		object->size = size + length;
	}
}

static uint32_t word_at(struct bytes bytes, size_t offset)
{
	uint32_t word = 0;

	if (offset + 4 <= bytes.size)
		memcpy(&word, bytes.data + offset, sizeof(word));
	return word;
}

/* Tables of .BTF.ext by where its header tells offset and length (Documentation/bpf/btf.rst). */
enum ext_table { EXT_FUNCTIONS = 8, EXT_RELOCATIONS = 24 };

struct ext_cursor {
	uint64_t offset;
	uint32_t left; /* rows of this section */
	const char *section;
};

struct ext_row {
	const char *section;
	uint32_t type; /* BTF id */
};

/* The table's next row; *at is 0 at the start. False at the end. */
static bool next_row(const struct c_object *object, struct bytes ext, enum ext_table table,
		     struct ext_cursor *at, struct ext_row *row)
{
	uint64_t start = (uint64_t)word_at(ext, 4) + word_at(ext, table);
	uint64_t end = start + word_at(ext, table + 4);
	uint32_t row_size = word_at(ext, start);

	if (ext.size < EXT_RELOCATIONS + 8u || end > ext.size || row_size < 8)
		return false;
	if (!at->offset)
		at->offset = start + 4;
	while (!at->left) {
		if (at->offset + 8 > end)
			return false;
		at->section = btf_view_string(object->btf, word_at(ext, at->offset));
		at->left = word_at(ext, at->offset + 4);
		at->offset += 8;
	}
	if (row_size > end - at->offset)
		return false;
	*row = (struct ext_row){at->section, word_at(ext, at->offset + 4)};
	at->offset += row_size;
	at->left--;
	return true;
}

/* Which functions are programs, and which structs are the kernel's, whatever the file defines of them. */
static void read_ext(struct compile *compile, struct c_object *object)
{
	struct bytes ext = find_section(object, ".BTF.ext");
	struct ext_cursor functions = {0}, relocations = {0};
	struct ext_row row;

	while (next_row(object, ext, EXT_FUNCTIONS, &functions, &row))
		if (strcmp(row.section, ".text"))
			*list_push(compile->arena, &object->programs) = row.type;
	while (next_row(object, ext, EXT_RELOCATIONS, &relocations, &row))
		kernel_types_object_relocates(compile, object->btf, row.type);
}

/* The function of this name that the object defines: its BTF id; 0: none. */
static uint32_t find_function(const struct c_object *object, const char *name)
{
	uint32_t id = object->btf ? btf_view_find(object->btf, BTF_KIND_FUNC, name) : 0;

	return id && BTF_INFO_VLEN(btf_view_type(object->btf, id)->info) != BTF_FUNC_EXTERN ? id : 0;
}

static bool is_global(const struct c_object *object, uint32_t id)
{
	const struct btf_type *type = btf_view_type(object->btf, id);

	return BTF_INFO_KIND(type->info) == BTF_KIND_FUNC &&
	       BTF_INFO_VLEN(type->info) == BTF_FUNC_GLOBAL;
}

/* The first global function of `object` that `other` has too; NULL: none. */
static const char *find_clash(const struct c_object *object, const struct c_object *other)
{
	for (uint32_t id = 1; other->btf && id <= btf_view_count(object->btf); id++) {
		const char *name = btf_view_name(object->btf, btf_view_type(object->btf, id));
		uint32_t second = is_global(object, id) ? find_function(other, name) : 0;

		if (second && is_global(other, second))
			return name;
	}
	return NULL;
}

/* The linker would refuse it with fewer words. */
static void check_twice(struct compile *compile, const struct c_object *added)
{
	for (const struct c_object *one = compile->c_objects.items; one < added; one++) {
		const char *name = find_clash(added, one);

		if (name)
			diag_note(diag_error(&compile->diags, "c-twice", added->span,
					     "\"%s\" and \"%s\" both define %s()", one->path,
					     added->path, name),
				  one->span, "imported here first");
	}
}

int bpf_c_add_object(struct compile *compile, const char *path, struct span span,
		     unsigned char *data, size_t size)
{
	struct c_object *object = list_push(compile->arena, &compile->c_objects);
	struct bytes btf;

	*object = (struct c_object){
		.path = path,
		.span = span,
		.data = data,
		.size = size,
	};
	hide_functions(object);
	btf = find_section(object, ".BTF");
	if (btf.size)
		object->btf = kernel_types_add_object(compile, path, btf.data, btf.size);
	if (!read_sections(object).count || (btf.size && !object->btf)) {
		diag_error(&compile->diags, "clang", span, "what clang made of \"%s\" is damaged",
			   path);
		return -1;
	}
	if (!object->btf)
		return 0;
	read_ext(compile, object);
	check_twice(compile, object);
	if (object->programs.count)
		diag_warning(&compile->diags, "clang-program", span,
			     "\"%s\" has programs of its own, which are not attached", path);
	return 0;
}

/* ---- functions -------------------------------------------------------------------------- */

static bool is_program(const struct c_object *object, uint32_t id)
{
	for (uint32_t i = 0; i < object->programs.count; i++)
		if (object->programs.items[i] == id)
			return true;
	return false;
}

const struct c_function *bpf_c_function(struct compile *compile, const char *name)
{
	struct c_function *function;

	for (uint32_t i = 0; i < compile->c_functions.count; i++)
		if (!strcmp(compile->c_functions.items[i]->name, name))
			return compile->c_functions.items[i];
	for (uint32_t i = 0; i < compile->c_objects.count; i++) {
		const struct c_object *object = &compile->c_objects.items[i];
		uint32_t id = find_function(object, name);
		struct kernel_function known;

		if (!id || is_program(object, id) || !is_global(object, id) ||
		    !kernel_types_object_function(compile, object->btf, id, &known))
			continue;
		function = arena_new(compile->arena, struct c_function);
		*function = (struct c_function){
			.name = arena_strdup(compile->arena, name),
			.span = object->span,
			.params = known.args,
			.result = known.retval,
		};
		*list_push(compile->arena, &compile->c_functions) = function;
		return function;
	}
	return NULL;
}

const struct c_object *bpf_c_hidden(struct compile *compile, const char *name, bool *program)
{
	for (uint32_t i = 0; i < compile->c_objects.count; i++) {
		const struct c_object *object = &compile->c_objects.items[i];
		uint32_t id = find_function(object, name);

		*program = id && is_program(object, id);
		if (id)
			return object;
	}
	return NULL;
}
