/* Assignments to variables and maps, compound ones, ++ and --. A target takes the widest type of
 * all that is assigned to it; what cannot be unified is an error that points at both places. */
#include "lang/check.h"

#include <string.h>

/* False after a diagnostic: a literal, or one inside a tuple, that the declared type does not hold. */
static bool literals_fit(struct checker *c, const struct variable *variable,
			 const struct expr *value, const struct type *type)
{
	bool is_negative = value->type->is_signed && (int64_t)value->integer < 0;
	struct diag *diag;

	if ((value->kind == EXPR_TUPLE || value->kind == EXPR_RECORD) &&
	    value->type->kind == type->kind && type->members.count == value->args.count) {
		for (uint32_t i = 0; i < value->args.count; i++)
			if (!literals_fit(c, variable, value->args.items[i],
					  type->members.items[i].type))
				return false;
		return true;
	}
	if (!value->is_literal || type->kind != TYPE_INT || value->type->kind != TYPE_INT ||
	    check_integer_fits(type, value->integer, value->type->is_signed))
		return true;
	diag = check_error(c, "literal-type-range", value->span, "%s%llu does not fit in %s",
			   is_negative ? "-" : "",
			   (unsigned long long)(is_negative ? -value->integer : value->integer),
			   check_type_name(c, type));
	diag_note(diag, variable->span, "declared here");
	return false;
}

static struct expr *assign_declared(struct checker *c, struct variable *variable,
				    struct expr *value, struct span target)
{
	struct type *type = variable->type;
	struct diag *diag;

	if (type->kind == TYPE_POISON || !literals_fit(c, variable, value, type))
		return check_poison(c, value->span);
	if (type_is_aggregation(value->type))
		value = check_to_int64(c, value);
	if (check_convertible(c, value->type, type)) {
		check_warn_cast(c, value, type);
		return check_convert(c, value, type);
	}
	diag =
	    check_error(c, "declared-type", value->span, "%s is %s, and cannot take %s",
			variable->name, check_type_name(c, type), check_type_name(c, value->type));
	diag_note(diag, variable->span.start == target.start ? target : variable->span,
		  "declared here");
	return check_poison(c, value->span);
}

struct expr *check_assign_variable(struct checker *c, struct variable *variable, struct expr *value,
				   struct span target)
{
	bool flexible;
	struct type *type;
	struct diag *diag;

	variable->is_assigned = variable->is_set = true;
	value = check_probe_text(c, value);
	if (check_is_poison(value) || !check_size_limit(c, value))
		return check_poison(c, value->span);
	if (variable->is_declared)
		return assign_declared(c, variable, value, target);
	if (type_is_aggregation(value->type))
		value = check_to_int64(c, value);
	flexible = check_is_flexible(value);
	if (!variable->type) {
		variable->type = value->type;
		variable->is_flexible = flexible;
		c->changed = true;
		return value;
	}
	type = check_unify(c, variable->type, variable->is_flexible, value->type, flexible);
	if (type && value->kind == EXPR_ADDRESS) /* what it points to may have widened */
		type = value->type;
	if (!type) {
		diag = check_error(c, "assign-type", value->span, "%s is %s, and cannot take %s",
				   variable->name, check_type_name(c, variable->type),
				   check_type_name(c, value->type));
		diag_note(diag, variable->span, "its type comes from here");
		return check_poison(c, value->span);
	}
	if (!type_equal(type, variable->type)) {
		variable->type = type;
		c->changed = true;
	}
	if (variable->is_flexible && !flexible) {
		variable->is_flexible = false;
		c->changed = true;
	}
	check_warn_cast(c, value, type);
	return check_convert(c, value, type);
}

static struct variable *target_variable(struct checker *c, struct expr *target)
{
	struct variable *variable = scope_find(c, target->name);

	if (!variable)
		variable = scope_declare(c, target->name, target->span);
	target->variable = variable;
	return variable;
}

static struct expr *not_assignable(struct checker *c, const struct expr *target)
{
	struct diag *diag =
	    check_error(c, "not-assignable", target->span, "this cannot be assigned to");

	diag_hint(c->diags, diag, "only variables ($x) and maps (@x) can");
	return check_poison(c, target->span);
}

/* x op= y, x++: the value that x gets, computed from what it holds. */
static struct expr *compound_value(struct checker *c, struct expr *expr, struct expr *target,
				   struct expr *value)
{
	struct expr *current = target;

	if (type_is_aggregation(target->type)) {
		struct diag *diag =
		    check_error(c, "aggregation-assign", expr->span,
				"%s holds %s, which is changed only by assigning to it again",
				target->name, check_type_name(c, target->type));

		diag_hint(c->diags, diag, "use another map for plain numbers");
		return check_poison(c, expr->span);
	}
	return check_arithmetic(c, expr->op, current, value, expr->span);
}

static struct expr *compound_variable(struct checker *c, struct expr *expr)
{
	struct variable *variable = scope_find(c, expr->left->name);
	struct expr *value = check_value(c, expr->right), *target, *result;

	if (!variable)
		return check_undefined(c, expr->left);
	target = check_expr(c, clone_expr(c->arena, expr->left));
	result = compound_value(c, expr, target, value);
	result = check_assign_variable(c, variable, result, expr->left->span);
	if (check_is_poison(result))
		return check_poison(c, expr->span);
	/* $x = $x op y: the variable has no side effects, so it may be read twice */
	expr->op = OP_NONE;
	expr->left->variable = variable;
	expr->left->type = variable->type;
	expr->right = result;
	expr->type = variable->type;
	return expr;
}

/* @m[k] op= y of truths: @m[k] = @m[k] op y. */
static struct expr *compound_bool(struct checker *c, struct expr *expr)
{
	struct expr *binary = check_new_expr(c, EXPR_BINARY, expr->span, NULL);

	binary->op = expr->op;
	binary->left = clone_expr(c->arena, expr->left);
	binary->right = expr->right;
	expr->op = OP_NONE;
	expr->right = binary;
	return check_assign(c, expr);
}

/* @m[k] op= y stays compound: codegen makes additions atomic, with the key computed once. The others
 * compute it twice, as the peer does for all. */
static struct expr *compound_map(struct checker *c, struct expr *expr)
{
	struct map_info *info = check_map_info(c, expr->left->name, expr->left->span);
	struct expr *map, *value, *probe_value, *result;

	if (info->map->value && info->map->value->kind == TYPE_BOOL)
		return compound_bool(c, expr);
	map = check_map_place(c, expr->left);
	value = check_value(c, expr->right);
	if (check_is_poison(map) || check_is_poison(value))
		return check_poison(c, expr->span);
	if (!info->map->value && !c->is_final)
		map->type = type_int(c->types, 8, true);
	probe_value = compound_value(c, expr, map, value);
	if (check_is_poison(probe_value))
		return check_poison(c, expr->span);
	result = check_assign_map(c, map, probe_value);
	if (check_is_poison(result))
		return result;
	expr->left = map;
	expr->type = map->type = info->map->value;
	if (type_is_aggregate(expr->type))
		return check_poison(c, expr->span);
	/* right: as wide as the map's value; in a pointer, already scaled */
	value = check_to_int64(c, value);
	if (map->type->kind == TYPE_POINTER)
		value = check_scaled(c, value, map->type);
	expr->right = check_convert(c, value, map->type);
	return expr;
}

struct expr *check_assign(struct checker *c, struct expr *expr)
{
	struct expr *target = expr->left, *value;
	struct variable *variable;

	if (target->kind != EXPR_VARIABLE && target->kind != EXPR_MAP) {
		check_expr(c, expr->right);
		return not_assignable(c, target);
	}
	if (expr->op != OP_NONE)
		return target->kind == EXPR_MAP ? compound_map(c, expr)
						: compound_variable(c, expr);
	if (target->kind == EXPR_MAP) {
		struct expr *map = check_map_place(c, target);

		if (expr->right->kind == EXPR_CALL) {
			const struct builtin *row = builtin_find(expr->right->name, true);

			if (row && row->flags & BUILTIN_AGGREGATION)
				return check_aggregate(c, expr, map, expr->right);
		}
		value = check_value(c, expr->right);
		value = check_assign_map(c, map, value);
		if (check_is_poison(value) || check_is_poison(map))
			return check_poison(c, expr->span);
		expr->left = map;
		expr->right = value;
		expr->type = value->type;
		return expr;
	}
	value = check_value(c, expr->right);
	variable = target_variable(c, target);
	value = check_assign_variable(c, variable, value, target->span);
	if (check_is_poison(value))
		return check_poison(c, expr->span);
	target->type = expr->type = variable->type;
	expr->right = value;
	return expr;
}

/* ++ and -- of a pointer go by what it points to. */
static void pointer_step(struct checker *c, struct expr *expr)
{
	struct type *element = expr->type->kind == TYPE_POINTER ? expr->type->element : NULL;

	if (!element)
		return;
	type_complete(c->types, element);
	expr->right = element->size > 1 ? check_convert(c, check_size(c, element, expr->span),
							type_int(c->types, 8, false))
					: NULL;
}

static struct expr *increment_map(struct checker *c, struct expr *expr)
{
	struct expr *map = check_map_place(c, expr->left);
	struct map_info *info;
	struct expr *one, *sum;

	if (check_is_poison(map))
		return check_poison(c, expr->span);
	info = check_map_info(c, map->name, map->span);
	if (!info->map->value || info->map->value->kind == TYPE_POISON)
		map->type = type_int(c->types, 8, true);
	one = check_integer(c, expr->span, 1, type_int(c->types, 1, true));
	one->is_literal = true;
	expr->op = expr->is_decrement ? OP_SUB : OP_ADD;
	sum = compound_value(c, expr, map, one);
	expr->op = OP_NONE;
	if (check_is_poison(sum) || check_is_poison(check_assign_map(c, map, sum)))
		return check_poison(c, expr->span);
	map->type = info->map->value;
	expr->left = map;
	expr->type = map->type;
	pointer_step(c, expr);
	return expr;
}

struct expr *check_increment(struct checker *c, struct expr *expr)
{
	struct expr *target = expr->left, *one, *sum;
	struct variable *variable;

	if (target->kind == EXPR_MAP)
		return increment_map(c, expr);
	if (target->kind != EXPR_VARIABLE) {
		return not_assignable(c, target);
	}
	target = check_expr(c, target);
	if (check_is_poison(target))
		return check_poison(c, expr->span);
	variable = target->variable;
	one = check_integer(c, expr->span, 1, type_int(c->types, 1, true));
	one->is_literal = true;
	sum = check_arithmetic(c, expr->is_decrement ? OP_SUB : OP_ADD,
			       clone_expr(c->arena, target), one, expr->span);
	if (!check_is_poison(sum) && variable->is_declared && variable->type)
		sum = check_convert(c, sum, variable->type); /* as C does, in silence */
	if (check_is_poison(sum) ||
	    check_is_poison(check_assign_variable(c, variable, sum, target->span)))
		return check_poison(c, expr->span);
	target->type = variable->type;
	expr->left = target;
	expr->type = variable->type;
	pointer_step(c, expr);
	return expr;
}
