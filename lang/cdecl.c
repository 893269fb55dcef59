/* C declarations: struct, union, enum and typedef of the script become types of the language. */
#include "lang/cdecl.h"

#include "lang/cdecl_lex.h"
#include "lang/kernel_types.h"

#include <string.h>

#define MAX_DEPTH 100u
#define MAX_ARRAY (1u << 24)

/* C and kernel spellings that mean an integer of a size. */
static const struct {
	const char *name;
	uint8_t size;
	bool is_signed;
} spellings[] = {
	{ "u8", 1, false },	  { "u16", 2, false },	   { "u32", 4, false },
	{ "u64", 8, false },	  { "s8", 1, true },	   { "s16", 2, true },
	{ "s32", 4, true },	  { "s64", 8, true },	   { "__u8", 1, false },
	{ "__u16", 2, false },	  { "__u32", 4, false },   { "__u64", 8, false },
	{ "__s8", 1, true },	  { "__s16", 2, true },	   { "__s32", 4, true },
	{ "__s64", 8, true },	  { "uint8_t", 1, false }, { "uint16_t", 2, false },
	{ "uint32_t", 4, false }, { "uint64_t", 8, false }, { "int8_t", 1, true },
	{ "int16_t", 2, true },	  { "int32_t", 4, true },  { "int64_t", 8, true },
	{ "uint8", 1, false },	  { "uint16", 2, false },  { "uint32", 4, false },
	{ "uint64", 8, false },	  { "int8", 1, true },	   { "int16", 2, true },
	{ "int32", 4, true },	  { "int64", 8, true },	   { "__be16", 2, false },
	{ "__be32", 4, false },	  { "__be64", 8, false },  { "__le16", 2, false },
	{ "__le32", 4, false },	  { "__le64", 8, false },  { "size_t", 8, false },
	{ "ssize_t", 8, true },	  { "uintptr_t", 8, false }, { "intptr_t", 8, true },
	{ "ptrdiff_t", 8, true }, { "off_t", 8, true },	   { "loff_t", 8, true },
	{ "pid_t", 4, true },	  { "uid_t", 4, false },   { "gid_t", 4, false },
	{ "mode_t", 4, false },	  { "dev_t", 4, false },   { "ino_t", 8, false },
	{ "time_t", 8, true },	  { "socklen_t", 4, false }, { "sa_family_t", 2, false },
};

static bool is_word(const char *name, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(name, *words) == 0)
			return true;
	return false;
}

static const char *const base_words[] = { "void", "char", "short", "int",   "long",  "signed", "unsigned",
					  "bool", "_Bool", "float", "double", "__int128", NULL };
static const char *const ignored_words[] = { "const", "volatile", "restrict", "__restrict", "extern",
					     "static", "inline", NULL };

/* The type that a run of base words means: counts of each in the order of base_words. */
static struct type *base_type(struct compile *compile, const uint8_t *counts)
{
	struct types *types = &compile->types;
	bool is_unsigned = counts[6] > 0;

	if (counts[8] || counts[9] || counts[10] || counts[11])
		return counts[8] ? types->bool_ : NULL;
	if (counts[7])
		return types->bool_;
	if (counts[0])
		return types->void_;
	if (counts[1])
		return type_int(types, 1, !is_unsigned);
	if (counts[2])
		return type_int(types, 2, !is_unsigned);
	if (counts[4])
		return type_int(types, 8, !is_unsigned);
	return type_int(types, 4, !is_unsigned);
}

static int base_word(const char *name)
{
	for (int i = 0; base_words[i]; i++)
		if (strcmp(base_words[i], name) == 0)
			return i;
	return -1;
}

struct type *c_types_named(struct compile *compile, const char *name)
{
	struct c_types *c = compile->c_types;
	uint8_t counts[16] = { 0 };
	const char *word = name;

	for (uint32_t i = 0; c && i < c->typedefs.names.count; i++)
		if (strcmp(c->typedefs.names.items[i], name) == 0)
			return c->typedefs.types.items[i];
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		if (strcmp(spellings[i].name, name) == 0)
			return type_int(&compile->types, spellings[i].size, spellings[i].is_signed);
	while (*word) {
		size_t len = strcspn(word, " ");
		int base = base_word(arena_strndup(compile->arena, word, len));

		if (base < 0 || counts[base] > 2)
			return kernel_types_typedef(compile, name);
		counts[base]++;
		word += len;
		word += strspn(word, " ");
	}
	return base_type(compile, counts);
}

static struct type *find_tag(struct compile *compile, enum type_kind kind, const char *name)
{
	struct c_types *c = compile->c_types;

	for (uint32_t i = 0; c && i < c->tags.count; i++)
		if (c->tags.items[i]->kind == kind && strcmp(c->tags.items[i]->name, name) == 0)
			return c->tags.items[i];
	return NULL;
}

struct type *c_types_find(struct compile *compile, enum type_kind kind, const char *name)
{
	struct type *type = find_tag(compile, kind, name);

	return type && type->is_incomplete ? NULL : type;
}

bool c_types_enumerator(struct compile *compile, const char *name, int64_t *value, struct type **type)
{
	struct c_types *c = compile->c_types;

	for (uint32_t i = 0; c && i < c->tags.count; i++) {
		struct type *tag = c->tags.items[i];

		for (uint32_t j = 0; tag->kind == TYPE_ENUM && j < tag->enumerators.count; j++) {
			if (strcmp(tag->enumerators.items[j].name, name) == 0) {
				*value = tag->enumerators.items[j].value;
				*type = tag;
				return true;
			}
		}
	}
	return false;
}

const struct c_macro *c_types_macro(struct compile *compile, const char *name)
{
	struct c_types *c = compile->c_types;

	for (uint32_t i = c ? c->macros.count : 0; i > 0; i--)
		if (strcmp(c->macros.items[i - 1].name, name) == 0)
			return &c->macros.items[i - 1];
	return NULL;
}

/* ---- parsing ---------------------------------------------------------------------------- */

struct attributes {
	bool packed;
	uint32_t align;
};

/* __attribute__((packed, aligned(8))): what is neither is skipped. */
static void parse_attributes(struct c_reader *r, struct attributes *attributes)
{
	while (c_accept(r, "__attribute__") || c_accept(r, "__attribute")) {
		uint32_t depth = 0;

		do {
			const struct c_token *token = c_next(r);

			if (token->kind == C_END) {
				c_expect(r, ")");
				return;
			}
			if (strcmp(token->text, "(") == 0)
				depth++;
			else if (strcmp(token->text, ")") == 0)
				depth--;
			else if (is_word(token->text, (const char *const[]){ "packed", "__packed__", NULL }))
				attributes->packed = true;
			else if (is_word(token->text, (const char *const[]){ "aligned", "__aligned__", NULL }) &&
				 c_accept(r, "(")) {
				int64_t align = c_constant(r);

				if (align <= 0 || align > 4096 || (align & (align - 1)))
					c_fail(r, token->span, "an alignment is a power of two up to 4096");
				attributes->align = (uint32_t)align;
				c_expect(r, ")");
			}
		} while (depth > 0 && !r->failed);
	}
	if (c_accept(r, "__packed"))
		attributes->packed = true;
}

static struct type *parse_specifier(struct c_reader *r);
static struct type *parse_declarator(struct c_reader *r, struct type *type, const struct c_token **name);

static void parse_member_list(struct c_reader *r, struct type *into)
{
	struct types *types = &r->compile->types;

	while (!r->failed && !c_accept(r, "}")) {
		struct type *base = parse_specifier(r);
		struct attributes unused = { 0 };

		if (!base)
			return;
		if (c_accept(r, ";")) { /* anonymous struct or union; a bare tag declares nothing */
			if (type_is_struct(base) && !base->name[0])
				type_add_member(types, into, "", base, 0);
			continue;
		}
		do {
			const struct c_token *name = NULL;
			struct type *type = parse_declarator(r, base, &name);
			int64_t bits = 0;

			if (!type)
				return;
			if (c_accept(r, ":")) {
				struct span span = c_peek(r)->span;

				bits = c_constant(r);
				if (bits < 0 || !type_is_integer(type) || bits > type->size * 8)
					c_fail(r, span, "a bitfield has 1 to the bits of its integer type");
				if (bits == 0 || !name) {
					if (!r->failed)
						diag_not_supported(&r->compile->diags, span,
								   "an unnamed bitfield");
					r->failed = true;
				}
			} else if (!name) {
				c_fail(r, c_peek(r)->span, "a member's name is missing here");
			} else if (type_is_struct(type) && type->is_incomplete) {
				c_fail(r, name->span, "the member's type is declared but never defined");
			} else if (type->kind == TYPE_VOID) {
				c_fail(r, name->span, "a member cannot be void");
			}
			parse_attributes(r, &unused);
			if ((unused.packed || unused.align) && !r->failed) {
				diag_not_supported(&r->compile->diags, name->span, "an attribute on a member");
				r->failed = true;
			}
			if (!r->failed)
				type_add_member(types, into, name->text, type, (uint32_t)bits);
		} while (c_accept(r, ","));
		c_expect(r, ";");
	}
}

static struct type *new_tag(struct c_reader *r, enum type_kind kind, const char *name)
{
	struct compile *compile = r->compile;
	struct type *type;

	if (kind == TYPE_ENUM) {
		type = arena_new(compile->arena, struct type);
		type->kind = TYPE_ENUM;
		type->name = name;
		type->size = type->align = 4;
		type->members_loaded = true;
	} else {
		type = type_struct(&compile->types, kind, name, ORIGIN_SCRIPT);
	}
	type->is_incomplete = true;
	*list_push(compile->arena, &compile->c_types->tags) = type;
	return type;
}

static struct type *parse_struct(struct c_reader *r, enum type_kind kind)
{
	struct attributes attributes = { 0 };
	const char *name = "";
	struct type *type = NULL;
	struct span span;

	parse_attributes(r, &attributes);
	span = c_peek(r)->span;
	if (c_peek(r)->kind == C_NAME) {
		name = c_next(r)->text;
		type = find_tag(r->compile, kind, name);
	}
	if (!c_accept(r, "{")) {
		if (!name[0])
			c_fail(r, span, "a tag or a member list must follow here");
		if (!type)
			type = kernel_types_find(r->compile, kind, name);
		return type ? type : new_tag(r, kind, name);
	}
	if (type && !type->is_incomplete) {
		c_fail(r, span, "this type is defined twice");
		return NULL;
	}
	if (!type)
		type = new_tag(r, kind, name);
	parse_member_list(r, type);
	parse_attributes(r, &attributes);
	type->align = attributes.align;
	if (!r->failed)
		type_layout(type, attributes.packed);
	type->is_incomplete = false;
	return r->failed ? NULL : type;
}

static struct type *parse_enum(struct c_reader *r)
{
	struct attributes unused = { 0 };
	const char *name = "";
	struct type *type;
	struct span span;
	int64_t value = 0, lowest = 0, highest = 0;

	parse_attributes(r, &unused);
	span = c_peek(r)->span;
	if (c_peek(r)->kind == C_NAME)
		name = c_next(r)->text;
	type = name[0] ? find_tag(r->compile, TYPE_ENUM, name) : NULL;
	if (!c_accept(r, "{")) {
		if (!type)
			type = kernel_types_find(r->compile, TYPE_ENUM, name);
		return type ? type : new_tag(r, TYPE_ENUM, name);
	}
	if (type && !type->is_incomplete) {
		c_fail(r, span, "this type is defined twice");
		return NULL;
	}
	if (!type)
		type = new_tag(r, TYPE_ENUM, name);
	while (!r->failed && !c_accept(r, "}")) {
		const struct c_token *token = c_next(r);
		struct type_enumerator *enumerator;

		if (token->kind != C_NAME) {
			c_fail(r, token->span, "an enumerator's name is missing here");
			return NULL;
		}
		if (c_accept(r, "="))
			value = c_constant(r);
		enumerator = list_push(r->compile->arena, &type->enumerators);
		enumerator->name = token->text;
		enumerator->value = value;
		lowest = value < lowest ? value : lowest;
		highest = value > highest ? value : highest;
		value = (int64_t)((uint64_t)value + 1);
		if (!c_accept(r, ",") && strcmp(c_peek(r)->text, "}") != 0)
			c_expect(r, "}");
	}
	type->is_signed = lowest < 0;
	if (lowest < INT32_MIN || highest > (type->is_signed ? INT32_MAX : (int64_t)UINT32_MAX))
		type->size = type->align = 8;
	type->is_incomplete = false;
	return r->failed ? NULL : type;
}

/* "unsigned long", "struct foo", "u32": all that stands before the declarators. */
static struct type *parse_specifier(struct c_reader *r)
{
	struct type *type = NULL;
	uint8_t counts[16] = { 0 };
	bool saw_base = false;
	const struct c_token *token;

	if (++r->depth > MAX_DEPTH) {
		c_fail(r, c_peek(r)->span, "types are nested too deeply here");
		return NULL;
	}
	for (;;) {
		token = c_peek(r);
		if (token->kind != C_NAME)
			break;
		if (is_word(token->text, ignored_words)) {
			c_next(r);
		} else if (base_word(token->text) >= 0 && !type && counts[base_word(token->text)] < 2) {
			counts[base_word(c_next(r)->text)]++;
			saw_base = true;
		} else if (type || saw_base) {
			break;
		} else if (c_accept(r, "struct")) {
			type = parse_struct(r, TYPE_STRUCT);
		} else if (c_accept(r, "union")) {
			type = parse_struct(r, TYPE_UNION);
		} else if (c_accept(r, "enum")) {
			type = parse_enum(r);
		} else {
			type = c_types_named(r->compile, token->text);
			if (!type) {
				struct diag *diag = NULL;

				if (!r->failed)
					diag = diag_error(&r->compile->diags, "unknown-type", token->span,
							  "unknown type \"%s\"", token->text);
				if (diag)
					diag_hint(&r->compile->diags, diag,
						  "define it in the script, or write struct, union or enum before it");
				r->failed = true;
			}
			c_next(r);
		}
		if (r->failed)
			return NULL;
	}
	r->depth--;
	if (saw_base)
		type = base_type(r->compile, counts);
	if (!type && saw_base && !r->failed) {
		diag_not_supported(&r->compile->diags, token->span, "a floating-point or 128-bit type");
		r->failed = true;
	} else if (!type) {
		c_fail(r, token->span, "a type is missing here");
	}
	return r->failed ? NULL : type;
}

/* The parameters of a function type: only their brackets matter. */
static void skip_parameters(struct c_reader *r)
{
	uint32_t depth = 1;

	while (depth > 0 && c_peek(r)->kind != C_END) {
		const struct c_token *token = c_next(r);

		if (token->kind == C_PUNCTUATOR && strcmp(token->text, "(") == 0)
			depth++;
		else if (token->kind == C_PUNCTUATOR && strcmp(token->text, ")") == 0)
			depth--;
	}
	if (depth > 0)
		c_expect(r, ")");
}

/* `*name[4][2]`, `(*name)(int)`. */
static struct type *parse_declarator(struct c_reader *r, struct type *type, const struct c_token **name)
{
	struct types *types = &r->compile->types;
	uint32_t sizes[8], count = 0;

	while (c_accept(r, "*")) {
		type = type_pointer(types, type, SPACE_NONE);
		while (c_peek(r)->kind == C_NAME && is_word(c_peek(r)->text, ignored_words))
			c_next(r);
	}
	if (c_accept(r, "(")) { /* a pointer to a function, or arrays of them */
		c_expect(r, "*");
		if (c_peek(r)->kind == C_NAME)
			*name = c_next(r);
		c_expect(r, ")");
		if (c_accept(r, "("))
			skip_parameters(r);
		return r->failed ? NULL : type_pointer(types, types->void_, SPACE_NONE);
	}
	if (c_peek(r)->kind == C_NAME)
		*name = c_next(r);
	while (!r->failed && c_accept(r, "[")) {
		struct span span = c_peek(r)->span;
		int64_t size = c_accept(r, "]") ? 0 : -1;

		if (size < 0) {
			size = c_constant(r);
			c_expect(r, "]");
		}
		if (size < 0 || size > MAX_ARRAY || count == 8) {
			c_fail(r, span, "an array has 0 to 16777216 elements, in up to 8 dimensions");
			return NULL;
		}
		sizes[count++] = (uint32_t)size;
	}
	if (count && type_is_struct(type))
		type_complete(types, type);
	if (count && ((type_is_struct(type) && type->is_incomplete) || type->kind == TYPE_VOID)) {
		c_fail(r, *name ? (*name)->span : c_peek(r)->span,
		       "the type of the array's elements is declared but never defined");
		return NULL;
	}
	while (count > 0) {
		if ((uint64_t)type->size * sizes[count - 1] > MAX_ARRAY * 16ull) {
			c_fail(r, c_peek(r)->span, "this array is too large");
			return NULL;
		}
		type = type_array(types, type, sizes[--count]);
	}
	return r->failed ? NULL : type;
}

struct type *c_type_name(struct c_reader *r)
{
	const struct c_token *name = NULL;
	struct type *type = parse_specifier(r);

	if (type)
		type = parse_declarator(r, type, &name);
	if (type && name) {
		c_fail(r, name->span, "a type is expected here, without a name");
		return NULL;
	}
	if (type)
		type_complete(&r->compile->types, type);
	return type;
}

static void parse_typedef(struct c_reader *r)
{
	struct arena *arena = r->compile->arena;
	struct c_types *c = r->compile->c_types;
	struct type *base = parse_specifier(r);

	do {
		const struct c_token *name = NULL;
		struct type *type = base ? parse_declarator(r, base, &name) : NULL;

		if (type && !name)
			c_fail(r, c_peek(r)->span, "a typedef needs a name");
		if (r->failed)
			return;
		*list_push(arena, &c->typedefs.names) = name->text;
		*list_push(arena, &c->typedefs.types) = type;
	} while (c_accept(r, ","));
	c_expect(r, ";");
}

static void parse_definitions(struct c_reader *r)
{
	while (!r->failed && c_peek(r)->kind != C_END) {
		const struct c_token *token = c_peek(r);

		if (c_accept(r, ";"))
			continue;
		if (c_accept(r, "typedef")) {
			parse_typedef(r);
			continue;
		}
		if (!parse_specifier(r))
			return;
		if (!c_accept(r, ";")) {
			/* The peer does without the semicolon behind a struct's last brace. */
			const char *next = c_peek(r)->text;

			if (c_peek(r)->kind == C_END || is_word(next, (const char *const[]){ "struct", "union",
									       "enum", "typedef", NULL }))
				continue;
			c_fail(r, token->span, "only types can be defined here, no variables or functions");
		}
	}
}

int c_types_parse(struct compile *compile)
{
	struct c_tokens tokens = { 0 };
	struct c_reader reader = { .compile = compile, .tokens = &tokens };
	struct c_macro *have_btf;

	compile->c_types = arena_new(compile->arena, struct c_types);
	if (compile->script->c_definitions.count == 0)
		return 0;
	if (kernel_types_available(compile)) {
		have_btf = list_push(compile->arena, &compile->c_types->macros);
		have_btf->name = "BPFTRACE_HAVE_BTF";
		have_btf->text = "1";
	}
	if (c_preprocess(compile, &tokens))
		return -1;
	parse_definitions(&reader);
	return reader.failed ? -1 : 0;
}
