/* Conversions: which type becomes which, the type that holds two others, casts. Every change of a
 * type becomes an EXPR_CONVERT here (constants are converted at once). */
#include "lang/check.h"

#include <string.h>

static bool is_word(const struct type *type)
{
	return type_is_integer(type) || type->kind == TYPE_POINTER || type->kind == TYPE_KSYM ||
	       type->kind == TYPE_CGROUP_PATH || type->kind == TYPE_USERNAME;
}

static struct type *unify_integers(struct checker *c, const struct type *a, bool a_flexible,
				   const struct type *b, bool b_flexible)
{
	uint32_t size = a->size > b->size ? a->size : b->size;
	const struct type *number, *sign;

	if (a->is_signed == b->is_signed)
		return type_int(c->types, size, a->is_signed);
	if ((a->is_signed && a_flexible) || (b->is_signed && b_flexible))
		return type_int(c->types, size, false);
	number = a->is_signed ? b : a;
	sign = a->is_signed ? a : b;
	if (number->size >= sign->size)
		size = number->size >= 4 ? 8 : number->size * 2;
	return type_int(c->types, size, true);
}

static struct type *unify_members(struct checker *c, struct type *a, struct type *b)
{
	uint32_t count = a->members.count;
	struct type **members = arena_alloc(c->arena, (count + 1) * sizeof(*members));
	const char **names = arena_alloc(c->arena, (count + 1) * sizeof(*names));

	if (count != b->members.count)
		return NULL;
	for (uint32_t i = 0; i < count; i++) {
		const struct type_member *left = &a->members.items[i];
		const struct type_member *right = &b->members.items[i];

		for (uint32_t k = 0; a->kind == TYPE_RECORD; k++) {
			if (k == count)
				return NULL;
			right = &b->members.items[k];
			if (strcmp(left->name, right->name) == 0)
				break;
		}
		names[i] = left->name;
		members[i] = check_unify(c, left->type, false, right->type, false);
		if (!members[i])
			return NULL;
	}
	return type_tuple(c->types, members, a->kind == TYPE_RECORD ? names : NULL, count);
}

struct type *check_unify(struct checker *c, struct type *a, bool a_flexible, struct type *b,
			 bool b_flexible)
{
	if (a == b || type_equal(a, b) || b->kind == TYPE_POISON)
		return a;
	if (a->kind == TYPE_POISON)
		return b;
	if (a->kind == TYPE_INT && b->kind == TYPE_INT)
		return unify_integers(c, a, a_flexible, b, b_flexible);
	if (type_is_integer(a) && type_is_integer(b) && a->kind != TYPE_BOOL && b->kind != TYPE_BOOL)
		return type_int(c->types, a->size > b->size ? a->size : b->size,
				a->is_signed || b->is_signed);
	if (a->kind != b->kind)
		return NULL;
	if (a->kind == TYPE_STRING || a->kind == TYPE_BUFFER)
		return a->size >= b->size ? a : b;
	if (a->kind == TYPE_TUPLE || a->kind == TYPE_RECORD)
		return unify_members(c, a, b);
	if (a->kind == TYPE_POINTER &&
	    (!type_is_struct(a->element) || !type_is_struct(b->element) ||
	     type_equal(a->element, b->element)))
		return a->element->kind == TYPE_VOID ? b : a;
	return NULL;
}

static bool members_convertible(struct checker *c, const struct type *from, const struct type *to)
{
	if (from->members.count != to->members.count)
		return false;
	for (uint32_t i = 0; i < from->members.count; i++) {
		const struct type_member *right = &from->members.items[i];

		for (uint32_t k = 0; from->kind == TYPE_RECORD && k < from->members.count; k++)
			if (strcmp(from->members.items[k].name, to->members.items[i].name) == 0)
				right = &from->members.items[k];
		if (strcmp(right->name, to->members.items[i].name) != 0)
			return false;
		if (!check_convertible(c, right->type, to->members.items[i].type))
			return false;
	}
	return true;
}

/* Without a cast: as in assignments, arguments and keys. */
bool check_convertible(struct checker *c, const struct type *from, const struct type *to)
{
	if (from == to || from->kind == TYPE_POISON || to->kind == TYPE_POISON ||
	    type_equal(from, to))
		return true;
	if (type_is_aggregation(from))
		return to->kind == TYPE_INT && from->kind != TYPE_STATS &&
		       from->kind != TYPE_HIST && from->kind != TYPE_LHIST;
	if (type_is_integer(from) && type_is_integer(to))
		return (from->kind == TYPE_BOOL) == (to->kind == TYPE_BOOL);
	if (from->kind != to->kind)
		return false;
	switch ((int)from->kind) {
	case TYPE_STRING:
	case TYPE_BUFFER:
		return from->size <= to->size;
	case TYPE_TUPLE:
	case TYPE_RECORD:
		return members_convertible(c, from, to);
	case TYPE_POINTER:
		return !type_is_struct(from->element) || !type_is_struct(to->element) ||
		       type_equal(from->element, to->element);
	default:
		return false;
	}
}

struct expr *check_convert(struct checker *c, struct expr *expr, struct type *type)
{
	struct expr *result;

	if (expr->type == type || check_is_poison(expr) || type->kind == TYPE_POISON)
		return expr;
	if (type_equal(expr->type, type)) {
		if (type->kind == TYPE_POINTER && expr->kind != EXPR_CONVERT)
			return expr;
		if (expr->is_literal)
			expr->type = type;
		return expr;
	}
	if (expr->is_constant && type_is_integer(expr->type) &&
	    (type_is_integer(type) || type->kind == TYPE_POINTER)) {
		result = check_integer(c, expr->span, fold_wrap(type, expr->integer), type);
		result->source = expr->source;
		if (type->kind == TYPE_POINTER)
			result->integer = expr->integer;
		return result;
	}
	result = check_new_expr(c, EXPR_CONVERT, expr->span, type);
	result->left = expr;
	return result;
}

struct expr *check_to_int64(struct checker *c, struct expr *expr)
{
	bool is_signed = expr->type->is_signed; /* of an aggregation: that of its argument */

	if (type_is_aggregation(expr->type) && !type_is_single(expr->type)) {
		struct diag *diag = check_error(c, "aggregation-value", expr->span,
						"%s is no single value that could be used here",
						check_type_name(c, expr->type));

		diag_hint(c->diags, diag, "print(%s) shows all of it",
			  expr->kind == EXPR_MAP ? expr->name : "@x");
		return check_poison(c, expr->span);
	}
	return check_convert(c, expr, type_int(c->types, 8, is_signed));
}

struct expr *check_to_bool(struct checker *c, struct expr *expr)
{
	if (check_is_poison(expr) || expr->type->kind == TYPE_BOOL)
		return expr;
	if (type_is_aggregation(expr->type))
		expr = check_to_int64(c, expr);
	if (check_is_poison(expr))
		return expr;
	if (expr->is_constant && expr->type->kind == TYPE_STRING)
		return check_bool(c, expr->span, expr->length > 0);
	if (is_word(expr->type))
		return check_convert(c, expr, c->types->bool_);
	if (expr->type->kind == TYPE_STRING) {
		struct expr *not_empty =
		    check_new_expr(c, EXPR_BINARY, expr->span, c->types->bool_);

		not_empty->op = OP_NE;
		not_empty->left = expr;
		not_empty->right = check_text(c, expr->span, "", 0);
		return not_empty;
	}
	struct diag *diag = check_error(c, "condition-type", expr->span,
					"%s is no condition: it is neither true nor false",
					check_type_name(c, expr->type));

	diag_hint(c->diags, diag, "compare it with something: ==, !=, <, ...");
	return check_poison(c, expr->span);
}

static bool can_cast_array(const struct expr *from, const struct type *to)
{
	const struct type *type = from->type;

	if (to->kind == TYPE_ARRAY && type_is_integer(type))
		return type_is_integer(to->element) && (to->size >= type->size || from->is_literal) &&
		       to->size <= 8;
	if (type->kind == TYPE_ARRAY && to->kind == TYPE_INT)
		return type_is_integer(type->element) && type->size == to->size;
	if (type->kind == TYPE_ARRAY && to->kind == TYPE_ARRAY)
		return type_is_integer(type->element) && type_is_integer(to->element) &&
		       type->size == to->size;
	if (type->kind == TYPE_STRING && to->kind == TYPE_ARRAY)
		return to->element->kind == TYPE_INT && to->element->size == 1 &&
		       type->size <= to->size;
	if (type->kind == TYPE_ARRAY && to->kind == TYPE_STRING)
		return type->element->kind == TYPE_INT && type->element->size == 1;
	return type->kind == TYPE_BUFFER && to->kind == TYPE_STRING;
}

static bool can_cast(struct checker *c, const struct expr *from, const struct type *to)
{
	if (check_convertible(c, from->type, to) || can_cast_array(from, to))
		return true;
	if (type_is_aggregation(from->type))
		return (to->kind == TYPE_BOOL || to->kind == TYPE_POINTER) &&
		       check_convertible(c, from->type, type_int(c->types, 8, true));
	if (to->kind == TYPE_BOOL && from->type->kind == TYPE_STRING)
		return true;
	if (from->type->kind == TYPE_STRING && to->kind == TYPE_STRING)
		return true;
	if (from->type->kind == TYPE_BUFFER && to->kind == TYPE_BUFFER)
		return true;
	return is_word(from->type) && (type_is_integer(to) || to->kind == TYPE_POINTER);
}

/* A cast array of integers: the literal takes the array's size first. */
static struct expr *widen_for_array(struct checker *c, struct expr *expr, const struct type *to)
{
	if (to->kind != TYPE_ARRAY || !type_is_integer(expr->type) || expr->type->size == to->size)
		return expr;
	return check_convert(c, expr, type_int(c->types, to->size, expr->type->is_signed));
}

struct expr *check_cast(struct checker *c, struct expr *expr)
{
	struct type *to = check_resolve_type(c, expr->type_syntax);
	struct expr *left = check_value(c, expr->left);
	struct expr *result;

	if (!to || check_is_poison(left))
		return check_poison(c, expr->span);
	left = check_signed_unary(c, left);
	if (to->kind == TYPE_ARRAY && to->count == 0 && to->element->size &&
	    (type_is_integer(left->type) || left->type->kind == TYPE_STRING ||
	     left->type->kind == TYPE_ARRAY))
		to = type_array(c->types, to->element, left->type->size / to->element->size);
	if (!can_cast(c, left, to)) {
		check_error(c, "cast", expr->span, "a value of type %s cannot be cast to %s",
			    check_type_name(c, left->type), check_type_name(c, to));
		return check_poison(c, expr->span);
	}
	if (to->kind == TYPE_POINTER)
		to = type_pointer(c->types, to->element, check_space(c, left->type));
	if (to->kind == TYPE_BOOL && left->type->kind != TYPE_BOOL)
		return check_to_bool(c, left);
	if (type_equal(left->type, to))
		check_warn_same_cast(c, expr, left, to);
	left = widen_for_array(c, left, to);
	if (type_is_aggregation(left->type) && to->kind == TYPE_POINTER)
		left = check_to_int64(c, left);
	if (type_equal(left->type, to) && left->kind == EXPR_MAP && !type_is_aggregate(to)) {
		result = check_new_expr(c, EXPR_CONVERT, expr->span, to); /* a value, no map */
		result->left = left;
		return result;
	}
	if (type_equal(left->type, to) && left->kind != EXPR_INTEGER)
		return left;
	result = check_convert(c, left, to);
	if (result == left) { /* a literal that has the type already: no literal any more */
		result = check_integer(c, expr->span, left->integer, to);
	}
	result->is_literal = false;
	result->span = expr->span;
	return result;
}
