/* Loops: for over a range or a map, while. Each body becomes a function of its own (codegen/loop.c), so
 * what matters here is only types, and how deep loops lie in each other. */
#include "lang/check.h"

/* The kernel follows 8 calls into each other; helpers and the program itself are some of them. */
#define LOOP_DEPTH_MAX 5

/* Opens a scope with the loop's own variable, whose name must not be taken. */
static void declare(struct checker *c, struct stmt *stmt)
{
	struct variable *taken = scope_find(c, stmt->name);
	struct diag *diag;

	scope_push(c);
	stmt->variable = scope_declare(c, stmt->name, stmt->name_span);
	if (!taken)
		return;
	diag = check_error(c, "loop-variable", stmt->name_span,
			   "%s is a variable already, and cannot be the loop's", stmt->name);
	diag_note(diag, taken->span, "declared here first");
	diag_hint(c->diags, diag, "choose another name");
}

static void check_loop_body(struct checker *c, struct stmt *stmt)
{
	c->loop_depth++;
	if (c->loop_depth > LOOP_DEPTH_MAX)
		check_error(c, "loop-depth", stmt->span, "loops lie at most %d deep in each other",
			    LOOP_DEPTH_MAX);
	else
		check_body(c, &stmt->body.items, &stmt->body.count);
	c->loop_depth--;
}

static struct expr *check_bound(struct checker *c, struct expr *bound)
{
	struct expr *value = check_value(c, bound);

	if (type_is_aggregation(value->type))
		value = check_to_int64(c, value);
	if (value->type->kind == TYPE_ENUM)
		value = check_convert(
		    c, value, type_int(c->types, value->type->size, value->type->is_signed));
	if (check_is_poison(value) || value->type->kind == TYPE_INT)
		return value;
	check_error(c, "range-type", value->span, "a range goes from a number to a number, not %s",
		    check_type_name(c, value->type));
	return check_poison(c, value->span);
}

/* The variable takes the type that holds both bounds. */
static void check_range(struct checker *c, struct stmt *stmt)
{
	struct expr *from = check_bound(c, stmt->expr), *to = check_bound(c, stmt->end);

	declare(c, stmt);
	stmt->expr = check_assign_variable(c, stmt->variable, from, from->span);
	stmt->end = check_assign_variable(c, stmt->variable, to, to->span);
	check_loop_body(c, stmt);
	scope_pop(c);
}

/* Whether an entry has a value that the loop's variable can hold: aggregations that are more than a
 * number are only for printing, and such a map is gone through by its keys alone. */
static bool has_readable_value(const struct map *map)
{
	return map->value->kind != TYPE_HIST && map->value->kind != TYPE_LHIST &&
	       map->value->kind != TYPE_STATS;
}

/* The value under the key that the variable's first member holds. */
static struct expr *read_entry(struct checker *c, const struct stmt *stmt, struct map *map)
{
	struct expr *read = check_new_expr(c, EXPR_MAP, stmt->expr->span, map->value);

	read->name = map->name;
	read->map = map;
	read->key = check_new_expr(c, EXPR_VARIABLE, stmt->name_span, stmt->variable->type);
	read->key->name = stmt->name;
	read->key->variable = stmt->variable;
	map->is_read_in_kernel = true;
	return check_to_int64(c, read);
}

static void set_entry_type(struct checker *c, struct stmt *stmt, struct map *map)
{
	struct type *members[2] = { map->key, map->value }, *type;

	if (type_is_aggregation(map->value)) { /* read, it is a number */
		stmt->variable->is_folded = has_readable_value(map);
		members[1] = type_int(c->types, 8, true);
	}
	type = type_tuple(c->types, members, NULL, has_readable_value(map) ? 2 : 1);
	stmt->variable->is_declared = true;
	if (stmt->variable->type && type_equal(type, stmt->variable->type))
		return;
	stmt->variable->type = type;
	c->changed = true;
}

static void check_map_loop(struct checker *c, struct stmt *stmt)
{
	struct expr *whole = check_map_whole(c, stmt->expr);
	struct map *map = whole->map;
	bool is_known = !check_is_poison(whole) && map->key && map->value;

	stmt->expr = whole;
	declare(c, stmt);
	stmt->variable->is_assigned = true; /* by the loop: without a type, something went wrong */
	if (is_known && map->key->kind == TYPE_VOID)
		check_error(c, "loop-map", whole->span, "%s has no keys to go through", map->name);
	else if (is_known)
		set_entry_type(c, stmt, map);
	if (c->is_final && !stmt->variable->type)
		stmt->variable->type = c->types->poison;
	check_loop_body(c, stmt);
	if (is_known && type_is_aggregation(map->value) && has_readable_value(map) &&
	    stmt->variable->type && stmt->variable->type->kind != TYPE_POISON)
		stmt->end = read_entry(c, stmt, map);
	scope_pop(c);
}

void check_loop(struct checker *c, struct stmt *stmt)
{
	if (stmt->kind == STMT_FOR_RANGE) {
		check_range(c, stmt);
	} else if (stmt->kind == STMT_FOR_MAP) {
		check_map_loop(c, stmt);
	} else {
		stmt->expr = check_condition(c, stmt->expr);
		check_loop_body(c, stmt);
	}
}
