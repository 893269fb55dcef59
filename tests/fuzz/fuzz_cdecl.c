/* Fuzzes the C preprocessor and the declaration parser: the input is C, as a script's definitions.
 * Every word in it is then looked up as the later stages do, and types are laid out. */
#include "fuzz.h"

#include "lang/cdecl.h"

#include <ctype.h>

static void look_up(struct compile *compile, const char *name)
{
	static const enum type_kind kinds[] = { TYPE_STRUCT, TYPE_UNION, TYPE_ENUM };
	struct c_definition definition;
	struct c_constant constant;
	struct type *type;
	int64_t value;

	for (int i = 0; i < 3; i++)
		if ((type = c_types_find(compile, kinds[i], name)) != NULL)
			type_complete(&compile->types, type);
	if ((type = c_types_named(compile, name)) != NULL)
		type_complete(&compile->types, type);
	c_types_enumerator(compile, name, &value, &type);
	c_types_macro(compile, name, &definition);
	c_types_constant(compile, name, &constant);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct compile_options options = { .machine = { .btf_path = "/nonexistent", .tracefs_path = "/nonexistent" } };
	struct compile *compile = compile_create(&options);
	struct strbuf text = { 0 };
	uint32_t file = source_add(&compile->sources, "-e", (const char *)data, size);

	compile->script = arena_new(compile->arena, struct script);
	*list_push(compile->arena, &compile->script->c_definitions) =
		(struct span){ file, 0, (uint32_t)size };
	if (c_types_parse(compile) && compile->diags.error_count == 0)
		__builtin_trap(); /* refused without a word */
	for (size_t at = 0, end, looked_up = 0; at < size && looked_up < 200; at = end + 1) {
		for (end = at; end < size && (isalnum(data[end]) || data[end] == '_'); end++)
			;
		if (end > at && !isdigit(data[at])) {
			look_up(compile, arena_strndup(compile->arena, (const char *)data + at,
						       end - at));
			looked_up++;
		}
	}
	diag_print(&compile->diags, &text, true);
	strbuf_free(&text);
	compile_free(compile);
	return 0;
}
