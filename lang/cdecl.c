/* C definitions as the rest of the compiler sees them: read once, then found by name. */
#include "lang/cdecl.h"

#include "lang/cdecl.tab.h"
#include "lang/cdecl_parse.h"
#include "lang/kernel_types.h"

#include <string.h>

int c_types_parse(struct compile *compile)
{
	uint32_t errors = compile->diags.error_count;

	c_words_init(compile);
	if (!compile->script->c_definitions.count && !compile->c_includes.count &&
	    !compile->options.includes)
		return 0;
	kernel_types_install(compile);
	compile->c_types->cpp = cpp_create(compile);
	c_read_declarations(compile, compile->c_types->cpp);
	return compile->diags.error_count > errors ? -1 : 0;
}

void c_types_include(struct compile *compile, const char *path, struct span span)
{
	struct c_include *include = list_push(compile->arena, &compile->c_includes);

	include->path = path;
	include->span = span;
}

struct type *c_types_find(struct compile *compile, enum type_kind kind, const char *text)
{
	const struct c_name *name = c_name_find(compile, text);
	struct type *known;

	if (!name || !name->tag || name->tag->kind != kind || name->tag->is_incomplete)
		return NULL;
	if (cpp_origin_of(compile->c_types->cpp, name->tag_span.file) == CPP_KERNEL) {
		known = kernel_types_find(compile, kind, text);
		if (known && !known->is_incomplete)
			return NULL;
	}
	return name->tag;
}

/* #define NAME unsigned long; NULL when it is no type. */
static struct type *macro_type(struct compile *compile, struct c_name *name)
{
	struct c_parser outer = { .compile = compile, .cpp = compile->c_types->cpp };
	struct c_token token = { .kind = C_NAME, .name = name, .text = name->text };
	struct c_tokens tokens = { 0 };

	token.span = name->macro->span;
	cpp_expand(outer.cpp, &token, 1, &tokens);
	return c_type_name(&outer, tokens.list.items, tokens.list.count);
}

struct type *c_types_named(struct compile *compile, const char *text)
{
	struct c_name *name = c_name_find(compile, text);
	uint32_t base = 0, longs = 0;
	struct type *type;

	if (name && name->macro && !name->macro->is_function)
		return macro_type(compile, name);
	if (name && name->typedefed)
		return name->typedefed;
	type = name ? c_spelled(compile, name) : NULL;
	if (type)
		return type;
	for (const char *word = text; *word;) {
		size_t length = strcspn(word, " ");

		name = c_name_find(compile, arena_strndup(compile->arena, word, length));
		if (!name || name->keyword != C_BASE || ++longs > 8)
			return kernel_types_typedef(compile, text);
		base |= 1u << name->row;
		word += length;
		word += strspn(word, " ");
	}
	longs = strstr(text, "long") ? 1 : 0;
	return base ? c_base_type(compile, base, longs) : NULL;
}

bool c_types_enumerator(struct compile *compile, const char *text, int64_t *value, struct type **type)
{
	const struct c_name *name = c_name_find(compile, text);

	if (!name || !name->enumerated)
		return false;
	*value = name->value;
	*type = name->enumerated;
	return true;
}

/* Nothing that only C understands: words of C, macros with parameters. */
static bool is_plain(const struct c_macro *macro)
{
	for (uint32_t i = 0; i < macro->body_count; i++) {
		const struct c_token *token = &macro->body[i];

		if (token->kind == C_NAME &&
		    (token->name->keyword || (token->name->macro && token->name->macro->is_function)))
			return false;
		if (token->kind == C_STRING && i + 1 < macro->body_count && token[1].kind == C_STRING)
			return false;
		if (token->kind == C_CHARACTER || token->kind == C_PASTE || token->kind == '#')
			return false;
	}
	return macro->is_script;
}

bool c_types_macro(struct compile *compile, const char *text, struct c_definition *definition)
{
	const struct c_name *name = c_name_find(compile, text);
	const struct c_macro *macro = name ? name->macro : NULL;

	if (!macro)
		return false;
	definition->text = cpp_spell(compile->c_types->cpp, macro->body, macro->body_count);
	definition->span = macro->span;
	definition->is_function = macro->is_function;
	definition->is_script = macro->is_script;
	definition->is_plain = is_plain(macro);
	return true;
}

bool c_types_constant(struct compile *compile, const char *text, struct c_constant *constant)
{
	struct c_name *name = c_name_find(compile, text);
	struct c_token token = { .kind = C_NAME, .name = name };
	struct c_parser outer = { .compile = compile };
	struct c_tokens tokens = { 0 };
	struct c_value value;

	if (!name || !name->macro || name->macro->is_function)
		return false;
	outer.cpp = compile->c_types->cpp;
	token.text = name->text;
	token.span = name->macro->span;
	cpp_expand(outer.cpp, &token, 1, &tokens);
	value = c_constant(&outer, tokens.list.items, tokens.list.count);
	if (value.kind != C_VALUE_INTEGER && value.kind != C_VALUE_TEXT)
		return false;
	*constant = (struct c_constant){ .is_text = value.kind == C_VALUE_TEXT,
					 .is_unsigned = !value.type->is_signed,
					 .value = value.bits,
					 .text = value.text,
					 .length = value.length };
	return true;
}

void c_types_explain(struct compile *compile, struct diag *diag, const char *text)
{
	const struct c_name *name = c_name_find(compile, text);
	const struct c_lost *lost = name ? name->lost : NULL;

	if (!lost && compile->c_types && compile->c_types->cpp)
		lost = compile->c_types->cpp->trouble;
	if (lost && lost->message)
		diag_note(diag, lost->span,
			  arena_printf(compile->arena, "a header could not be read here: %s", lost->message));
}
