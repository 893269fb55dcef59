/* Prints what the C side made of headers, for comparisons with a C compiler: types with their sizes and
 * members, enumeration constants, macros that are constants. Usage: c_types [-I DIR]... HEADER... */
#include "lang/cdecl.h"
#include "lang/cdecl_parse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_members(struct compile *compile, const struct type *type, const char *path,
			  uint64_t offset)
{
	for (uint32_t i = 0; i < type->members.count; i++) {
		const struct type_member *member = &type->members.items[i];
		uint64_t at = offset + member->bit_offset;
		const char *name = member->name[0] ? arena_printf(compile->arena, "%s.%s", path, member->name) : path;

		if (member->name[0])
			printf("member %s %" PRIu64 " %u %u\n", name, at, member->bit_size, member->type->size);
		if (type_is_struct(member->type) && !member->type->name[0])
			print_members(compile, member->type, name, at);
	}
}

static void print_name(struct compile *compile, const struct c_name *name)
{
	static const char *const kinds[TYPE_KIND_COUNT] = {
		[TYPE_STRUCT] = "struct", [TYPE_UNION] = "union", [TYPE_ENUM] = "enum"
	};
	struct c_constant constant;

	if (name->tag && !name->tag->is_incomplete) {
		const char *title = arena_printf(compile->arena, "%s/%s", kinds[name->tag->kind], name->text);

		printf("type %s %u %u\n", title, name->tag->size, name->tag->align);
		print_members(compile, name->tag, title, 0);
	}
	if (name->typedefed && name->typedef_span.end && name->typedefed->size &&
	    name->typedefed->kind != TYPE_FUNCTION)
		printf("type typedef/%s %u %u\n", name->text, name->typedefed->size, name->typedefed->align);
	if (name->enumerated)
		printf("constant %s %" PRId64 "\n", name->text, name->value);
	if (name->macro && !name->macro->is_function && c_types_constant(compile, name->text, &constant) &&
	    !constant.is_text)
		printf("macro %s %" PRId64 "\n", name->text, (int64_t)constant.value);
	if (name->lost)
		printf("lost %s %s\n", name->text, name->lost->message);
}

int main(int argc, char **argv)
{
	struct compile_options options = { .machine = { .btf_path = "/nonexistent" } };
	const char *folders[64] = { 0 };
	const char *headers[256] = { 0 };
	struct compile *compile;
	struct strbuf text = { 0 };
	uint32_t folder_count = 0, header_count = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-I") == 0 && i + 1 < argc && folder_count < 63)
			folders[folder_count++] = argv[++i];
		else if (header_count < 255)
			headers[header_count++] = argv[i];
	}
	options.include_folders = folders;
	options.includes = headers;
	options.machine.kernel_build = getenv("SONDE_KERNEL_BUILD");
	options.machine.kernel_source = getenv("SONDE_KERNEL_SOURCE");
	compile = compile_create(&options);
	compile->script = arena_new(compile->arena, struct script);
	if (c_types_parse(compile)) {
		diag_print(&compile->diags, &text, false);
		fputs(strbuf_text(&text), stderr);
		return 1;
	}
	for (uint32_t i = 0; i < compile->c_types->bucket_count; i++)
		for (const struct c_name *name = compile->c_types->buckets[i]; name; name = name->next)
			print_name(compile, name);
	if (compile->c_types->cpp->trouble)
		printf("trouble %s\n", compile->c_types->cpp->trouble->message);
	compile_free(compile);
	return 0;
}
