/* Expressions: dispatch by kind, and the kinds that fit nowhere else. */
#include "lang/cdecl.h"
#include "lang/check.h"

#include <stdarg.h>
#include <string.h>

#define VALUE_MAX 16384 /* per-CPU map values: 32 KiB on every kernel, and a program may need two  \
			 */
#define DEPTH_MAX 300	/* nesting; the parser has a limit of its own */

struct expr *check_new_expr(struct checker *c, enum expr_kind kind, struct span span,
			    struct type *type)
{
	struct expr *expr = arena_new(c->arena, struct expr);

	expr->kind = kind;
	expr->span = span;
	expr->type = type;
	expr->record = PLAN_NONE;
	return expr;
}

struct expr *check_poison(struct checker *c, struct span span)
{
	if (c->is_final && c->diags->error_count == 0 && !c->has_poison) {
		c->has_poison = true;
		c->poison_span = span;
	}
	return check_new_expr(c, EXPR_POISON, span, c->types->poison);
}

bool check_size_limit(struct checker *c, const struct expr *expr)
{
	struct diag *diag;

	if (!type_is_aggregate(expr->type) || expr->type->size <= VALUE_MAX)
		return true;
	diag =
	    check_error(c, "value-size", expr->span, "this value has %u bytes, and %d are possible",
			expr->type->size, VALUE_MAX);
	diag_hint(c->diags, diag, "a program's memory is that of one per-CPU allocation");
	return false;
}

bool check_is_poison(const struct expr *expr)
{
	return expr->type->kind == TYPE_POISON;
}

struct expr *check_integer(struct checker *c, struct span span, uint64_t value, struct type *type)
{
	struct expr *expr = check_new_expr(c, EXPR_INTEGER, span, type);

	expr->integer = value;
	expr->is_constant = true;
	return expr;
}

struct expr *check_bool(struct checker *c, struct span span, bool value)
{
	struct expr *expr = check_new_expr(c, EXPR_BOOL, span, c->types->bool_);

	expr->integer = value;
	expr->is_constant = expr->is_literal = true;
	return expr;
}

struct expr *check_text(struct checker *c, struct span span, const char *text, uint32_t length)
{
	struct expr *expr = check_new_expr(c, EXPR_STRING, span, type_string(c->types, length + 1));

	expr->text = text;
	expr->length = length;
	expr->is_constant = expr->is_literal = true;
	return expr;
}

struct expr *check_probe_text(struct checker *c, struct expr *expr)
{
	if (expr->type->kind != TYPE_PROBE || !expr->text)
		return expr;
	return check_text(c, expr->span, expr->text, expr->length);
}

void check_once(struct checker *c, struct expr *value, struct expr **first, struct expr **again)
{
	struct variable *variable = scope_declare(c, "$", value->span);

	variable->type = value->type;
	*first = check_new_expr(c, EXPR_LET_VALUE, value->span, value->type);
	(*first)->left = value;
	(*first)->variable = variable;
	*again = check_new_expr(c, EXPR_VARIABLE, value->span, value->type);
	(*again)->name = variable->name;
	(*again)->variable = variable;
}

struct diag *check_error(struct checker *c, const char *id, struct span span, const char *format,
			 ...)
{
	va_list ap;
	const char *message;

	va_start(ap, format);
	message = arena_vprintf(c->arena, format, ap);
	va_end(ap);
	return diag_error(c->diags, id, span, "%s", message);
}

const char *check_type_name(struct checker *c, const struct type *type)
{
	return type_text(c->arena, type);
}

struct expr *check_undefined(struct checker *c, const struct expr *expr)
{
	struct diag *diag = check_error(c, "undefined-variable", expr->span,
					"%s is used before anything was assigned to it", expr->name);
	const struct probe *probe = c->probe;
	const char **names = arena_alloc(c->arena, (probe->variables.count + 1) * sizeof(*names));
	uint32_t count = 0;
	const char *near;

	for (uint32_t i = 0; i < probe->variables.count; i++) {
		const struct variable *other = probe->variables.items[i];

		if (!strchr(other->name, '.')) /* a macro's own */
			names[count++] = other->name + 1;
		if (strcmp(other->name, expr->name) != 0 || other->span.start > expr->span.start)
			continue;
		diag_note(diag, other->span, "this one ends with its block");
		diag_hint(c->diags, diag, "write let %s; in front of that block", expr->name);
		return check_poison(c, expr->span);
	}
	near = diag_nearest(c->diags, expr->name + 1, names);
	if (near)
		diag_hint(c->diags, diag, "did you mean $%s?", near);
	return check_poison(c, expr->span);
}

static struct expr *check_variable(struct checker *c, struct expr *expr)
{
	struct variable *variable = scope_find(c, expr->name);

	if (!variable)
		return check_undefined(c, expr);
	check_warn_unassigned(c, variable, expr->span);
	expr->variable = variable;
	expr->type = variable->type ? variable->type : c->types->poison;
	if (!variable->type && c->is_final)
		expr->type = type_int(c->types, 8, true);
	return expr;
}

static struct expr *check_literal(struct checker *c, struct expr *expr)
{
	if (expr->kind == EXPR_STRING) {
		expr->type = type_string(c->types, expr->length + 1);
	} else if (expr->kind == EXPR_BOOL) {
		expr->type = c->types->bool_;
	} else {
		expr->type = check_literal_type(c, expr->integer, false);
	}
	expr->is_constant = expr->is_literal = true;
	return expr;
}

static struct expr *branches_differ(struct checker *c, const struct expr *left,
				    const struct expr *right, struct span span)
{
	struct diag *diag =
	    check_error(c, "branch-types", span, "the two values have different types");

	diag_note(diag, left->span, check_type_name(c, left->type));
	diag_note(diag, right->span, check_type_name(c, right->type));
	return check_poison(c, span);
}

/* Aggregations become integers where a plain value is needed. */
static struct expr *plain_value(struct checker *c, struct expr *expr)
{
	return type_is_aggregation(expr->type) ? check_to_int64(c, expr) : expr;
}

static struct expr *check_ternary(struct checker *c, struct expr *expr)
{
	struct expr *first = NULL, *left, *right, *condition;
	struct type *type;

	if (!expr->left) {
		condition = plain_value(c, check_value(c, expr->condition));
		if (check_is_poison(condition))
			return condition;
		check_once(c, condition, &first, &left);
		condition = check_to_bool(c, first);
	} else {
		condition = check_condition(c, expr->condition);
		left = plain_value(c, check_expr(c, expr->left));
	}
	right = plain_value(c, check_expr(c, expr->right));
	if (check_is_poison(condition) || check_is_poison(left) || check_is_poison(right))
		return check_poison(c, expr->span);
	type = check_unify(c, left->type, check_is_flexible(left), right->type,
			   check_is_flexible(right));
	if (condition->is_constant && expr->left)
		return condition->integer ? left : right;
	if (!type)
		return branches_differ(c, left, right, expr->span);
	check_warn_cast(c, left, type);
	check_warn_cast(c, right, type);
	expr->condition = condition;
	expr->left = check_convert(c, left, type);
	expr->right = check_convert(c, right, type);
	expr->type = type;
	return expr;
}

/* The value of a block: of its last statement, when that is an expression. */
static struct expr *take_block_value(struct checker *c, stmt_ptr *items, uint32_t *count,
				     struct span span)
{
	struct expr *value;

	if (*count == 0 || items[*count - 1]->kind != STMT_EXPR) {
		check_error(c, "block-value", span,
			    "this block has no value: it must end in an expression");
		return check_poison(c, span);
	}
	value = items[*count - 1]->expr;
	(*count)--;
	return value;
}

static struct expr *check_block(struct checker *c, struct expr *expr)
{
	struct expr *value = expr->left;

	scope_push(c);
	for (uint32_t i = 0; i < expr->body.count; i++)
		check_stmt(c, expr->body.items[i]);
	if (value)
		value = plain_value(c, check_expr(c, value));
	scope_pop(c);
	expr->left = value;
	expr->type = value ? value->type : c->types->void_;
	return expr;
}

/* `if` as a value: a ternary of two blocks. */
static struct expr *check_if(struct checker *c, struct expr *expr)
{
	struct expr *ternary = check_new_expr(c, EXPR_TERNARY, expr->span, NULL);
	struct expr *left = check_new_expr(c, EXPR_BLOCK, expr->span, NULL);
	struct expr *right = check_new_expr(c, EXPR_BLOCK, expr->span, NULL);

	left->left = take_block_value(c, expr->body.items, &expr->body.count, expr->span);
	right->left =
	    take_block_value(c, expr->else_body.items, &expr->else_body.count, expr->span);
	if (left->left->kind == EXPR_POISON || right->left->kind == EXPR_POISON)
		return check_poison(c, expr->span);
	left->body.items = expr->body.items;
	left->body.count = expr->body.count;
	right->body.items = expr->else_body.items;
	right->body.count = expr->else_body.count;
	ternary->condition = expr->condition;
	ternary->left = left;
	ternary->right = right;
	return check_ternary(c, ternary);
}

static struct expr *check_tuple(struct checker *c, struct expr *expr)
{
	uint32_t count = expr->args.count;
	struct type **members = arena_alloc(c->arena, (count + 1) * sizeof(*members));
	struct name_table names = {0};
	bool is_bad = false;

	for (uint32_t i = 0; i < count; i++) {
		struct expr *value = plain_value(c, check_value(c, expr->args.items[i]));

		if (expr->kind == EXPR_RECORD) {
			if (name_table_find(&names, expr->names.items[i]))
				check_error(c, "duplicate-field", value->span,
					    "the record has two fields \"%s\"",
					    expr->names.items[i]);
			name_table_set(c->arena, &names, expr->names.items[i], value);
		}
		expr->args.items[i] = value;
		members[i] = value->type;
		is_bad |= check_is_poison(value) || !check_size_limit(c, value);
	}
	if (is_bad)
		return check_poison(c, expr->span);
	expr->type = type_tuple(c->types, members,
				expr->kind == EXPR_RECORD ? expr->names.items : NULL, count);
	return expr;
}

/* &$x and &@m: kernel addresses, read with the helpers like any other. A map's is that of the kernel's
 * struct bpf_map; it has the type of a pointer to the map's value, as on the peer. */
static struct expr *check_address(struct checker *c, struct expr *expr)
{
	bool is_map = expr->left->kind == EXPR_MAP;
	struct variable *variable = is_map ? NULL : scope_find(c, expr->left->name);
	struct expr *of;

	if (variable)
		variable->is_set = true; /* through the pointer, perhaps */
	of = is_map ? check_map_whole(c, expr->left) : check_variable(c, expr->left);
	if (check_is_poison(of))
		return check_poison(c, expr->span);
	expr->left = of;
	expr->type = type_pointer(c->types, of->type, SPACE_KERNEL);
	return expr;
}

static struct expr *check_comptime(struct checker *c, struct expr *expr)
{
	struct expr *value = check_value(c, expr->left);
	uint64_t number;

	if (check_is_poison(value) || value->is_constant)
		return value;
	if (!fold_known(value, &number)) {
		check_error(c, "comptime-value", value->span,
			    "comptime needs a value that is known when the script is compiled");
		return check_poison(c, expr->span);
	}
	return value->type->kind == TYPE_BOOL ? check_bool(c, expr->span, number)
					      : check_integer(c, expr->span, number, value->type);
}

static struct expr *dispatch(struct checker *c, struct expr *expr)
{
	switch (expr->kind) {
	case EXPR_POISON:
		return check_poison(c, expr->span);
	case EXPR_INTEGER:
	case EXPR_BOOL:
	case EXPR_STRING:
		return check_literal(c, expr);
	case EXPR_IDENTIFIER:
		return check_identifier(c, expr);
	case EXPR_VARIABLE:
		return check_variable(c, expr);
	case EXPR_MAP:
		return check_map(c, expr);
	case EXPR_POSITIONAL:
		return check_positional(c, expr, false);
	case EXPR_CALL:
		return check_call(c, expr);
	case EXPR_UNARY:
		return check_unary(c, expr);
	case EXPR_BINARY:
		return check_binary(c, expr);
	case EXPR_TERNARY:
		return check_ternary(c, expr);
	case EXPR_IF:
		return check_if(c, expr);
	case EXPR_CAST:
		return check_cast(c, expr);
	case EXPR_FIELD:
		return check_field(c, expr);
	case EXPR_INDEX:
		return check_index(c, expr);
	case EXPR_TUPLE:
	case EXPR_RECORD:
		return check_tuple(c, expr);
	case EXPR_BLOCK:
		return check_block(c, expr);
	case EXPR_ASSIGN:
		return check_assign(c, expr);
	case EXPR_INCREMENT:
		return check_increment(c, expr);
	case EXPR_ADDRESS:
		return check_address(c, expr);
	case EXPR_SIZEOF:
		return check_sizeof(c, expr);
	case EXPR_OFFSETOF:
		return check_offsetof(c, expr);
	case EXPR_TYPEINFO:
		return check_typeinfo(c, expr);
	case EXPR_TYPE:
		check_error(c, "type-as-value", expr->span, "a type is not a value");
		return check_poison(c, expr->span);
	case EXPR_COMPTIME:
		return check_comptime(c, expr);
	case EXPR_CONVERT:
	case EXPR_READ:
	case EXPR_AGGREGATE:
	case EXPR_LET_VALUE:
	case EXPR_KIND_COUNT:
		return expr;
	}
	return check_poison(c, expr->span);
}

struct expr *check_expr(struct checker *c, struct expr *expr)
{
	struct expr *result;

	c->visited++;
	if (++c->depth > DEPTH_MAX) {
		check_error(c, "too-deep", expr->span, "the expression is nested too deeply");
		c->depth--;
		return check_poison(c, expr->span);
	}
	result = dispatch(c, expr);
	c->depth--;
	if (!result->type)
		result->type = c->types->poison;
	return result;
}

/* A double or an __int128: there is nothing that programs in the kernel could do with it. */
static struct expr *refuse_opaque(struct checker *c, const struct expr *expr)
{
	struct diag *diag = check_error(c, "opaque-value", expr->span,
					"%s is no type that programs in the kernel can work with",
					check_type_name(c, expr->type));

	diag_hint(c->diags, diag, "its bytes can: *(uint64 *)((uint64)pointer + offsetof(struct s, member))");
	return check_poison(c, expr->span);
}

struct expr *check_value(struct checker *c, struct expr *expr)
{
	struct expr *result = check_expr(c, expr);

	if (type_is_opaque(result->type) && !c->is_measured)
		return refuse_opaque(c, result);
	if (result->kind == EXPR_IDENTIFIER && result->builtin &&
	    result->builtin->id == BUILTIN_ARGS && !check_is_poison(result)) {
		struct diag *diag = check_error(c, "args-whole", result->span,
						"args cannot be used as a whole");

		diag_hint(c->diags, diag, "read its fields: args.NAME");
		return check_poison(c, result->span);
	}
	if (result->type->kind != TYPE_VOID)
		return result;
	if (result->kind == EXPR_BLOCK)
		check_error(c, "block-value", result->span,
			    "this block has no value: it must end in an expression");
	else
		check_error(c, "no-value", result->span, "this has no value");
	return check_poison(c, result->span);
}

struct expr *check_condition(struct checker *c, struct expr *expr)
{
	return check_to_bool(c, check_value(c, expr));
}
