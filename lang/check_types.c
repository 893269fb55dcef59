/* Type syntax to types; sizeof and offsetof. Structs come from the script's C definitions first,
 * then from the kernel's BTF. */
#include "lang/cdecl.h"
#include "lang/check.h"
#include "lang/kernel_types.h"

#include <string.h>

/* The language's own integers; C's and the kernel's spellings are cdecl's. */
static const struct {
	const char *name;
	uint8_t size;
	bool is_signed;
} integer_names[] = {
    {"int8", 1, true},	 {"int16", 2, true},   {"int32", 4, true},   {"int64", 8, true},
    {"uint8", 1, false}, {"uint16", 2, false}, {"uint32", 4, false}, {"uint64", 8, false},
};

static struct type *integer_type(struct checker *c, const char *name)
{
	for (size_t i = 0; i < sizeof(integer_names) / sizeof(integer_names[0]); i++)
		if (strcmp(integer_names[i].name, name) == 0)
			return type_int(c->types, integer_names[i].size,
					integer_names[i].is_signed);
	return NULL;
}

static const struct {
	const char *name;
	enum type_kind kind;
} plain_names[] = {
    {"inet", TYPE_INET},	 {"mac_address", TYPE_MAC},	{"ksym_t", TYPE_KSYM},
    {"usym_t", TYPE_USYM},	 {"timestamp", TYPE_TIMESTAMP}, {"cgroup_path_t", TYPE_CGROUP_PATH},
    {"username", TYPE_USERNAME}, {"count_t", TYPE_COUNT},	{"sum_t", TYPE_SUM},
    {"avg_t", TYPE_AVG},	 {"min_t", TYPE_MIN},		{"max_t", TYPE_MAX},
    {"stats_t", TYPE_STATS},
};

struct type *check_find_struct(struct checker *c, enum type_kind kind, const char *name)
{
	struct type *type = c_types_find(c->compile, kind, name);

	return type ? type : kernel_types_find(c->compile, kind, name);
}

static struct type *unknown_type(struct checker *c, const struct type_syntax *syntax,
				 enum type_kind kind, const char *word)
{
	struct diag *diag =
	    check_error(c, "unknown-type", syntax->span, "there is no %s%s", word, syntax->name);
	const char *near = kernel_types_nearest(c->compile, kind, syntax->name);

	if (near)
		diag_hint(c->diags, diag, "did you mean \"%s%s\"?",
			  strcmp(word, "type ") ? word : "", near);
	else if (!kernel_types_available(c->compile))
		diag_hint(c->diags, diag,
			  "this kernel has no BTF, so it must be defined in the script");
	c_types_explain(c->compile, diag, syntax->name);
	return NULL;
}

static struct type *resolve_name(struct checker *c, const struct type_syntax *syntax)
{
	const char *name = syntax->name;
	struct type *type = integer_type(c, name);

	if (type)
		return type;
	if (strcmp(name, "bool") == 0 || strcmp(name, "_Bool") == 0)
		return c->types->bool_;
	if (strcmp(name, "void") == 0)
		return c->types->void_;
	if (strcmp(name, "string") == 0)
		return type_string(c->types, c->compile->config.max_strlen);
	if (strcmp(name, "buffer") == 0)
		return type_buffer(c->types, c->compile->config.max_strlen);
	for (size_t i = 0; i < sizeof(plain_names) / sizeof(plain_names[0]); i++)
		if (strcmp(plain_names[i].name, name) == 0)
			return type_plain(c->types, plain_names[i].kind);
	type = c_types_named(c->compile, name);
	if (!type)
		type = check_find_struct(c, TYPE_STRUCT, name);
	if (!type)
		type = check_find_struct(c, TYPE_UNION, name);
	if (!type)
		type = check_find_struct(c, TYPE_ENUM, name);
	return type ? type : unknown_type(c, syntax, TYPE_STRUCT, "type ");
}

/* Where a pointer written in the script points: user memory in user probes, else the kernel's. */
static enum address_space default_space(struct checker *c)
{
	return c->provider && c->provider->is_user ? SPACE_USER : SPACE_KERNEL;
}

enum address_space check_space(struct checker *c, const struct type *address)
{
	bool is_known = address->kind == TYPE_POINTER || address->kind == TYPE_INT;

	if (!is_known || address->space == SPACE_NONE)
		return default_space(c);
	return address->space == SPACE_USER ? SPACE_USER : SPACE_KERNEL;
}

static struct type *resolve_array(struct checker *c, const struct type_syntax *syntax)
{
	const struct type_syntax *of = syntax->element;
	struct type *element;
	int64_t count = 0;

	if (syntax->size) {
		struct expr *size = check_value(c, clone_expr(c->arena, syntax->size));

		if (check_is_poison(size) || !check_constant(c, size, &count))
			return NULL;
		if (count < 0 || count > 1 << 20) {
			check_error(c, "array-size", syntax->size->span,
				    "an array has at most 1048576 elements, not %lld",
				    (long long)count);
			return NULL;
		}
	}
	if (of->kind == SYNTAX_NAME && strcmp(of->name, "string") == 0)
		return type_string(c->types, count > 0 ? (uint32_t)count : 1);
	if (of->kind == SYNTAX_NAME && strcmp(of->name, "buffer") == 0)
		return type_buffer(c->types, (uint32_t)count);
	element = check_resolve_type(c, of);
	return element ? type_array(c->types, element, (uint32_t)count) : NULL;
}

static struct type *resolve_tuple(struct checker *c, const struct type_syntax *syntax)
{
	struct type **members =
	    arena_alloc(c->arena, (syntax->members.count + 1) * sizeof(*members));

	for (uint32_t i = 0; i < syntax->members.count; i++) {
		members[i] = check_resolve_type(c, syntax->members.items[i]);
		if (!members[i])
			return NULL;
	}
	return type_tuple(c->types, members, NULL, syntax->members.count);
}

/* The type of an expression whose value is not asked for. A map with keys, named without one, stands for
 * them, as on the peer. NULL after a diagnostic, and while it is not known. */
static struct type *type_of(struct checker *c, struct expr *of)
{
	if (of->kind == EXPR_MAP && !of->key) {
		struct type *key = check_map_info(c, of->name, of->span)->map->key;

		if (key ? key->kind != TYPE_VOID : !c->is_settled)
			return key;
	}
	of = check_value(c, of);
	return check_is_poison(of) ? NULL : of->type;
}

static struct type *resolve_typeof(struct checker *c, const struct type_syntax *syntax)
{
	struct expr *of = clone_expr(c->arena, syntax->of);

	if (of->kind == EXPR_TYPE)
		return check_resolve_type(c, of->type_syntax);
	if (of->kind == EXPR_IDENTIFIER && !builtin_find(of->name, false)) {
		struct type_syntax name = {
		    .kind = SYNTAX_NAME, .span = of->span, .name = of->name};

		return check_resolve_type(c, &name);
	}
	return type_of(c, of);
}

struct type *check_resolve_type(struct checker *c, const struct type_syntax *syntax)
{
	struct type *type = NULL;

	switch (syntax->kind) {
	case SYNTAX_NAME:
		return resolve_name(c, syntax);
	case SYNTAX_STRUCT:
		type = check_find_struct(c, TYPE_STRUCT, syntax->name);
		return type ? type : unknown_type(c, syntax, TYPE_STRUCT, "struct ");
	case SYNTAX_UNION:
		type = check_find_struct(c, TYPE_UNION, syntax->name);
		return type ? type : unknown_type(c, syntax, TYPE_UNION, "union ");
	case SYNTAX_ENUM:
		type = check_find_struct(c, TYPE_ENUM, syntax->name);
		return type ? type : unknown_type(c, syntax, TYPE_ENUM, "enum ");
	case SYNTAX_POINTER:
		type = check_resolve_type(c, syntax->element);
		return type ? type_pointer(c->types, type, default_space(c)) : NULL;
	case SYNTAX_ARRAY:
		return resolve_array(c, syntax);
	case SYNTAX_TYPEOF:
		return resolve_typeof(c, syntax);
	case SYNTAX_TUPLE:
		return resolve_tuple(c, syntax);
	}
	return NULL;
}

/* Types measure in bytes; -1 after a diagnostic. */
static int64_t size_of(struct checker *c, struct type *type, struct span span)
{
	type_complete(c->types, type);
	if ((type->is_incomplete && !type_is_opaque(type)) || (type->size == 0 && type_is_struct(type))) {
		check_error(c, "incomplete-size", span, "the size of %s is not known",
			    check_type_name(c, type));
		return -1;
	}
	return type->size;
}

/* The type that sizeof, offsetof and typeinfo are about: written, or that of an expression. NULL after
 * a diagnostic. */
static struct type *operand_type(struct checker *c, struct expr *expr)
{
	struct expr *of = expr->left;
	struct type *type;
	bool outer = c->is_measured;

	if (expr->type_syntax)
		return check_resolve_type(c, expr->type_syntax);
	if (of->kind == EXPR_TYPE)
		return check_resolve_type(c, of->type_syntax);
	c->is_measured = true;
	type = type_of(c, of);
	c->is_measured = outer;
	return type;
}

static bool is_of_kernel(const struct type *type)
{
	return type_is_struct(type) && type->origin == ORIGIN_KERNEL && type->name && *type->name;
}

/* A constant of the smallest unsigned type, as on the peer. */
static struct expr *layout_constant(struct checker *c, enum expr_kind kind, struct span span,
				    uint64_t value)
{
	uint32_t size = value <= UINT8_MAX ? 1 : value <= UINT16_MAX ? 2 : value <= UINT32_MAX ? 4 : 8;
	struct expr *number = check_integer(c, span, value, type_int(c->types, size, false));

	number->kind = kind;
	return number;
}

/* A number that the kernel that runs the program says; `value` is what this machine's says. */
static struct expr *kernel_number(struct checker *c, enum expr_kind kind, struct span span,
				  struct type *root, uint64_t value)
{
	struct expr *number = check_new_expr(c, kind, span, type_int(c->types, 8, false));

	number->access.root = root;
	number->access.relocate = true;
	number->integer = value;
	return number;
}

struct expr *check_size(struct checker *c, struct type *type, struct span span)
{
	struct type *of = type;

	while (of->kind == TYPE_ARRAY && of->element)
		of = of->element;
	if (is_of_kernel(of))
		return kernel_number(c, EXPR_SIZEOF, span, type, type->size);
	return layout_constant(c, EXPR_SIZEOF, span, type->size);
}

struct expr *check_sizeof(struct checker *c, struct expr *expr)
{
	struct type *type;

	if (expr->type) /* checked already */
		return expr;
	type = operand_type(c, expr);
	if (!type || size_of(c, type, expr->span) < 0)
		return check_poison(c, expr->span);
	if (type_is_aggregation(type)) /* what is seen of one is a number, however it is kept */
		type = type_int(c->types, 8, true);
	return check_size(c, type, expr->span);
}

/* As the peer names them; full types as in the language. */
static const char *base_type(const struct type *type)
{
	switch ((int)type->kind) {
	case TYPE_ENUM:
		return "int";
	case TYPE_STRUCT:
	case TYPE_UNION:
		return "c_type";
	default:
		return type_kind_name(type->kind);
	}
}

struct expr *check_typeinfo(struct checker *c, struct expr *expr)
{
	static const char *const names[] = {"btf_id", "base_type", "full_type"};
	struct expr *record = check_new_expr(c, EXPR_RECORD, expr->span, NULL), *values[3];
	struct type *type = operand_type(c, expr), *types[3];
	const char *texts[2];

	if (!type)
		return check_poison(c, expr->span);
	texts[0] = base_type(type);
	texts[1] = check_type_name(c, type);
	values[0] = check_integer(c, expr->span, 0, type_int(c->types, 1, true));
	for (uint32_t i = 0; i < 2; i++)
		values[i + 1] = check_text(c, expr->span, texts[i], (uint32_t)strlen(texts[i]));
	for (uint32_t i = 0; i < 3; i++) {
		types[i] = values[i]->type;
		*list_push(c->arena, &record->args) = values[i];
		*list_push(c->arena, &record->names) = names[i];
	}
	record->type = type_tuple(c->types, types, record->names.items, 3);
	return record;
}

struct expr *check_offsetof(struct checker *c, struct expr *expr)
{
	struct type *root = expr->type ? NULL : operand_type(c, expr), *type = root;
	LIST(struct access_step) path = { 0 };
	struct expr *number;
	uint64_t bits = 0;

	if (expr->type) /* checked already */
		return expr;

	for (uint32_t i = 0; type && i < expr->names.count; i++) {
		uint32_t steps[16], count = 0;

		if (type_is_struct(type) || type->kind == TYPE_RECORD)
			count = type_find_member(c->types, type, expr->names.items[i], steps, 16);
		if (!count) {
			check_unknown_field(c, expr->span, type, expr->names.items[i]);
			type = NULL;
		}
		for (uint32_t k = 0; k < count; k++) {
			bits += type->members.items[steps[k]].bit_offset;
			type = type->members.items[steps[k]].type;
			type_complete(c->types, type);
			*list_push(c->arena, &path) =
			    (struct access_step){.member = steps[k], .type = type};
		}
	}
	if (!type)
		return check_poison(c, expr->span);
	if (!is_of_kernel(root) || bits % 8)
		return layout_constant(c, EXPR_OFFSETOF, expr->span, bits / 8);
	number = kernel_number(c, EXPR_OFFSETOF, expr->span, root, bits / 8);
	number->access.steps.items = path.items;
	number->access.steps.count = path.count;
	return number;
}
