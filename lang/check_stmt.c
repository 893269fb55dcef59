/* Statements: blocks and their scopes, let, if, unroll. `if comptime` disappears here. */
#include "lang/check.h"

#define UNROLL_MAX   100
#define UNROLLED_MAX 2000

static void check_items(struct checker *c, stmt_ptr *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		check_stmt(c, items[i]);
	check_warn_unreachable(c, items, count);
}

void check_body(struct checker *c, stmt_ptr **items, uint32_t *count)
{
	scope_push(c);
	check_items(c, *items, *count);
	scope_pop(c);
}

static void check_let(struct checker *c, struct stmt *stmt)
{
	struct type *type = stmt->type_syntax ? check_resolve_type(c, stmt->type_syntax) : NULL;
	struct expr *value = stmt->expr ? check_value(c, stmt->expr) : NULL;
	struct variable *variable = scope_find(c, stmt->name);

	if (variable) {
		struct diag *diag = check_error(c, "duplicate-variable", stmt->name_span,
						"%s is declared already", stmt->name);

		diag_note(diag, variable->span, "declared here first");
		diag_hint(c->diags, diag, "assign to it without let, or choose another name");
		return;
	}
	variable = scope_declare(c, stmt->name, stmt->name_span);
	variable->is_set = false;
	stmt->variable = variable;
	if (type) {
		variable->type = type;
		variable->is_declared = true;
		if (type_is_aggregate(type)) {
			struct expr *whole =
			    check_new_expr(c, EXPR_VARIABLE, stmt->type_syntax->span, type);

			check_size_limit(c, whole);
		}
		if (type->kind == TYPE_VOID || type_is_aggregation(type)) {
			check_error(c, "variable-type", stmt->type_syntax->span,
				    "a variable cannot be %s", check_type_name(c, type));
			variable->type = c->types->poison;
		}
	} else if (stmt->type_syntax) {
		variable->type = c->types->poison;
		variable->is_declared = true;
	}
	if (value) {
		value = check_assign_variable(c, variable, value, stmt->name_span);
		stmt->expr = value;
	}
	if (!variable->type && c->is_final)
		variable->type = type_int(c->types, 8, true);
}

static void see_place(const struct expr *expr, void *context)
{
	if (expr->kind == EXPR_VARIABLE || expr->kind == EXPR_MAP)
		*(bool *)context = true;
}

/* An `if comptime` on the type of a variable waits, without either of its branches, until the rest of
 * the script has given the variable its type: what the wrong branch assigns would stay. */
static bool must_wait(struct checker *c, const struct expr *condition)
{
	bool has_place = false;

	if (c->decides)
		return false;
	walk_expr(condition, see_place, &has_place);
	c->has_waiting |= has_place;
	return has_place;
}

static void check_if(struct checker *c, struct stmt *stmt)
{
	struct expr *condition;
	uint64_t is_taken;

	if (stmt->is_comptime && must_wait(c, stmt->expr))
		return;
	condition = check_condition(c, stmt->expr);
	if (stmt->is_comptime && check_is_poison(condition) && !c->is_final)
		return;
	if (stmt->is_comptime && !check_is_poison(condition)) {
		if (!fold_known(condition, &is_taken)) {
			check_error(c, "condition-constant", condition->span,
				    "the condition must be known when the script is compiled");
			return;
		}
		stmt->kind = STMT_BLOCK;
		stmt->expr = NULL;
		if (!is_taken) {
			stmt->body.items = stmt->else_body.items;
			stmt->body.count = stmt->else_body.count;
		}
		stmt->else_body.count = 0;
		check_body(c, &stmt->body.items, &stmt->body.count);
		return;
	}
	stmt->expr = condition;
	check_body(c, &stmt->body.items, &stmt->body.count);
	check_body(c, &stmt->else_body.items, &stmt->else_body.count);
}

static void check_unroll(struct checker *c, struct stmt *stmt)
{
	struct expr *count = check_value(c, stmt->expr);
	int64_t times = 1;

	stmt->expr = count;
	if (check_constant(c, count, &times) && (times < 1 || times > UNROLL_MAX)) {
		check_error(c, "unroll-count", count->span,
			    "unroll() repeats 1 to %d times, not %lld", UNROLL_MAX,
			    (long long)times);
		times = 1;
	}
	stmt->count = (uint64_t)times;
	c->repeats *= stmt->count;
	if (c->unrolled <= UNROLLED_MAX)
		check_body(c, &stmt->body.items, &stmt->body.count);
	c->repeats /= stmt->count;
}

static void check_return(struct checker *c, struct stmt *stmt)
{
	if (c->callee) {
		check_function_return(c, stmt);
		return;
	}
	if (!stmt->expr)
		return;
	stmt->expr = check_value(c, stmt->expr);
	if (check_is_poison(stmt->expr))
		return;
	if (stmt->expr->type->kind != TYPE_INT) {
		check_error(c, "return-type", stmt->expr->span,
			    "a probe returns an integer, not %s",
			    check_type_name(c, stmt->expr->type));
		return;
	}
	stmt->expr = check_convert(c, check_to_int64(c, stmt->expr), type_int(c->types, 8, true));
}

static void check_jump(struct checker *c, struct stmt *stmt)
{
	const char *word = stmt->kind == STMT_BREAK ? "break" : "continue";

	if (c->loop_depth == 0)
		check_error(c, "outside-loop", stmt->span, "%s is only possible in a loop", word);
}

static void check_expression(struct checker *c, struct stmt *stmt)
{
	stmt->expr = check_expr(c, stmt->expr);
	if (!stmt->is_discard)
		check_warn_discarded(c, stmt->expr);
	if (type_is_single(stmt->expr->type))
		stmt->expr = check_to_int64(c, stmt->expr);
	else if (type_is_aggregation(stmt->expr->type)) /* only its key can do something */
		stmt->expr = stmt->expr->key ? stmt->expr->key
					     : check_integer(c, stmt->expr->span, 0,
							     type_int(c->types, 8, true));
}

/* Unrolled statements are code: a program's jumps reach 32767 instructions. */
static void count_unrolled(struct checker *c, const struct stmt *stmt)
{
	struct diag *diag;
	uint64_t before = c->unrolled;

	if (c->repeats == 1)
		return;
	c->unrolled += c->repeats;
	if (before > UNROLLED_MAX || c->unrolled <= UNROLLED_MAX)
		return;
	diag = check_error(c, "unroll-size", stmt->span,
			   "unrolling makes more than %d statements here", UNROLLED_MAX);
	diag_hint(c->diags, diag, "repeat less, or unroll fewer levels");
}

void check_stmt(struct checker *c, struct stmt *stmt)
{
	if (diag_is_full(c->diags))
		return;
	count_unrolled(c, stmt);
	switch (stmt->kind) {
	case STMT_EXPR:
		check_expression(c, stmt);
		break;
	case STMT_LET:
		check_let(c, stmt);
		break;
	case STMT_IF:
		check_if(c, stmt);
		break;
	case STMT_UNROLL:
		check_unroll(c, stmt);
		break;
	case STMT_WHILE:
	case STMT_FOR_RANGE:
	case STMT_FOR_MAP:
		check_loop(c, stmt);
		break;
	case STMT_BREAK:
	case STMT_CONTINUE:
		check_jump(c, stmt);
		break;
	case STMT_RETURN:
		check_return(c, stmt);
		break;
	case STMT_BLOCK:
		check_body(c, &stmt->body.items, &stmt->body.count);
		break;
	case STMT_PART: /* made by lower */
	case STMT_KIND_COUNT:
		break;
	}
}
