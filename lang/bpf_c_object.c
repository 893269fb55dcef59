/* Objects of imported .bpf.c files: what their ELF sections, BTF and .BTF.ext say of the functions in
 * them. clang made them, but nothing is read beyond their ends. */
#include "lang/bpf_c.h"

#include <gelf.h>
#include <stddef.h>
#include <string.h>

struct bytes {
	const unsigned char *data;
	size_t size;
};

static struct bytes bytes_of(const struct c_object *object, const GElf_Shdr *row)
{
	if (row->sh_type != SHT_PROGBITS || row->sh_offset > object->size ||
	    row->sh_size > object->size - row->sh_offset)
		return (struct bytes){0};
	return (struct bytes){object->data + row->sh_offset, row->sh_size};
}

/* The section of this name, its header in *row; NULL: none. */
static Elf_Scn *find_section(Elf *elf, const char *wanted, GElf_Shdr *row)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	for (Elf_Scn *at = elf_nextscn(elf, NULL); at; at = elf_nextscn(elf, at)) {
		const char *name =
		    gelf_getshdr(at, row) ? elf_strptr(elf, names, row->sh_name) : NULL;

		if (name && !strcmp(name, wanted))
			return at;
	}
	return NULL;
}

/* Functions in .text become hidden: known to the linker, and static for the kernel, which so checks them
 * where they are called, with what it knows there of their arguments. The others are programs. */
static void sort_functions(struct compile *compile, struct c_object *object, Elf *elf)
{
	GElf_Shdr table, text;
	Elf_Scn *symbols = find_section(elf, ".symtab", &table), *code = find_section(elf, ".text", &text);
	Elf_Data *rows = symbols ? elf_getdata(symbols, NULL) : NULL;
	size_t text_index = code ? elf_ndxscn(code) : 0;
	GElf_Sym row;

	for (int i = 0; rows && gelf_getsym(rows, i, &row); i++) {
		uint64_t at = table.sh_offset + (uint64_t)i * sizeof(Elf64_Sym) +
			      offsetof(Elf64_Sym, st_other);
		const char *name = elf_strptr(elf, table.sh_link, row.st_name);

		if (GELF_ST_TYPE(row.st_info) != STT_FUNC || !name)
			continue;
		if (row.st_shndx != text_index)
			*list_push(compile->arena, &object->programs) =
				arena_strdup(compile->arena, name);
		else if (at < object->size)
			object->data[at] = STV_HIDDEN;
	}
}

void bpf_c_set_license(struct compile *compile, struct c_object *object, const char *license)
{
	size_t length = strlen(license) + 1, size = object->size;
	unsigned char *longer = arena_alloc(compile->arena, size + length);
	Elf *elf = elf_memory((char *)object->data, size);
	GElf_Shdr row;
	Elf_Scn *section = find_section(elf, "license", &row);
	GElf_Ehdr header;
	uint64_t at;

	memcpy(longer, object->data, size);
	memcpy(longer + size, license, length);
	if (section && gelf_getehdr(elf, &header)) {
		at = header.e_shoff + elf_ndxscn(section) * sizeof(Elf64_Shdr);
		row.sh_offset = size;
		row.sh_size = length;
		memcpy(longer + at, &row, sizeof(row)); /* of 64 bits, as the file's */
		object->data = longer;
		object->size = size + length;
	}
	elf_end(elf);
}

static uint32_t word_at(struct bytes bytes, uint64_t offset)
{
	uint32_t word = 0;

	if (offset + 4 <= bytes.size)
		memcpy(&word, bytes.data + offset, sizeof(word));
	return word;
}

/* Which structs are the kernel's, whatever the file defines of them: those that its code is relocated
 * against, by the table in .BTF.ext (Documentation/bpf/btf.rst). libbpf does not hand it out. */
static void read_relocations(struct compile *compile, const struct c_object *object,
			     struct bytes ext)
{
	uint64_t at = (uint64_t)word_at(ext, 4) + word_at(ext, 24), end = at + word_at(ext, 28);
	uint32_t row_size = word_at(ext, at);

	if (ext.size < 32 || end > ext.size || row_size < 8)
		return;
	for (at += 4; at + 8 <= end;) {
		uint64_t rows = word_at(ext, at + 4);

		at += 8;
		if (rows * row_size > end - at)
			return;
		for (; rows; rows--, at += row_size)
			kernel_types_object_relocates(compile, object->btf, word_at(ext, at + 4));
	}
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

static int damaged(struct compile *compile, const struct c_object *object)
{
	diag_error(&compile->diags, "clang", object->span, "what clang made of \"%s\" is damaged",
		   object->path);
	return -1;
}

static int read_object(struct compile *compile, struct c_object *object, Elf *elf)
{
	struct bytes btf = {0}, ext = {0};
	GElf_Shdr row;

	if (!elf || elf_kind(elf) != ELF_K_ELF || gelf_getclass(elf) != ELFCLASS64)
		return damaged(compile, object);
	sort_functions(compile, object, elf);
	if (find_section(elf, ".BTF", &row))
		btf = bytes_of(object, &row);
	if (find_section(elf, ".BTF.ext", &row))
		ext = bytes_of(object, &row);
	if (!btf.size)
		return 0;
	object->btf = kernel_types_add_object(compile, object->path, btf.data, btf.size);
	if (!object->btf)
		return damaged(compile, object);
	read_relocations(compile, object, ext);
	check_twice(compile, object);
	return 0;
}

int bpf_c_add_object(struct compile *compile, const char *path, struct span span,
		     unsigned char *data, size_t size)
{
	struct c_object *object = list_push(compile->arena, &compile->c_objects);
	Elf *elf;
	int error;

	*object = (struct c_object){
		.path = path,
		.span = span,
		.data = data,
		.size = size,
	};
	elf_version(EV_CURRENT);
	elf = elf_memory((char *)data, size);
	error = read_object(compile, object, elf);
	elf_end(elf);
	if (object->programs.count)
		diag_warning(&compile->diags, "clang-program", span,
			     "\"%s\" has programs of its own, which are not attached", path);
	return error;
}

/* ---- functions -------------------------------------------------------------------------- */

static bool is_program(const struct c_object *object, const char *name)
{
	for (uint32_t i = 0; i < object->programs.count; i++)
		if (!strcmp(object->programs.items[i], name))
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

		if (!id || is_program(object, name) || !is_global(object, id) ||
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

		*program = id && is_program(object, name);
		if (id)
			return object;
	}
	return NULL;
}
