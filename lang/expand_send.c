/* Expand, order of output: a record is reserved before its fields are made, and what is reserved first is
 * printed first. Where an argument prints something itself (a block, a macro), all arguments are
 * evaluated into variables before: print({ print("in"); 1 }) prints "in", then 1. */
#include "lang/builtin.h"
#include "lang/check.h"
#include "lang/expand.h"

static bool is_send(const struct expr *expr)
{
	const struct builtin *row = expr->kind == EXPR_CALL ? builtin_find(expr->name, true) : NULL;

	return row && row->flags & BUILTIN_ASYNC;
}

/* What a function of the script does is not looked at: it may. */
static void find_send(const struct expr *expr, void *context)
{
	*(bool *)context |= is_send(expr) ||
			    (expr->kind == EXPR_CALL && !builtin_find(expr->name, true));
}

/* A constant or a whole map: evaluated nowhere. */
static bool is_fixed(const struct expr *expr)
{
	return expr->kind == EXPR_STRING || expr->kind == EXPR_INTEGER || expr->kind == EXPR_BOOL ||
	       expr->kind == EXPR_TYPE || (expr->kind == EXPR_MAP && !expr->key);
}

static void hoist(struct expander *x, struct expr *block, struct expr **slot)
{
	struct arena *arena = x->compile->arena;
	struct stmt *let = arena_new(arena, struct stmt);
	struct expr *variable = arena_new(arena, struct expr);

	let->kind = STMT_LET;
	let->span = let->name_span = (*slot)->span;
	let->name = arena_printf(arena, "$argument.%u", x->hoisted++);
	let->expr = *slot;
	*list_push(arena, &block->body) = let;
	variable->kind = EXPR_VARIABLE;
	variable->span = (*slot)->span;
	variable->name = let->name;
	*slot = variable;
}

void expand_order_sends(struct expander *x, struct expr **slot)
{
	struct arena *arena = x->compile->arena;
	struct expr *call = *slot, *block;
	struct stmt *statement;
	bool has_send = false;

	if (!is_send(call))
		return;
	for (uint32_t i = 0; i < call->args.count; i++)
		walk_expr(call->args.items[i], find_send, &has_send);
	if (!has_send)
		return;
	block = arena_new(arena, struct expr);
	block->kind = EXPR_BLOCK;
	block->span = call->span;
	for (uint32_t i = 0; i < call->args.count; i++) {
		struct expr *argument = call->args.items[i];

		if (argument->kind == EXPR_MAP && argument->key)
			hoist(x, block, &argument->key);
		else if (!is_fixed(argument))
			hoist(x, block, &call->args.items[i]);
	}
	statement = arena_new(arena, struct stmt);
	statement->kind = STMT_EXPR;
	statement->span = call->span;
	statement->expr = call;
	*list_push(arena, &block->body) = statement;
	*slot = block;
}
