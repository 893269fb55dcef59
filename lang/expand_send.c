/* Expand, order of output: a record is reserved before its fields are made, and what is reserved first is
 * printed first. Where an argument prints something itself (a block, a macro), all arguments are
 * evaluated into variables before: print({ print("in"); 1 }) prints "in", then 1. So is a division, which
 * may tell that it was by zero. */
#include "lang/builtin.h"
#include "lang/check.h"
#include "lang/expand.h"

static bool is_send(const struct expr *expr)
{
	const struct builtin *row = expr->kind == EXPR_CALL ? builtin_find(expr->name, true) : NULL;

	return row && row->flags & BUILTIN_ASYNC;
}

enum { SENDS = 1, CHANGES = 2, DIVIDES = 4 };

static bool may_divide_by_zero(const struct expr *expr)
{
	return (expr->kind == EXPR_BINARY || expr->kind == EXPR_ASSIGN) &&
	       (expr->op == OP_DIV || expr->op == OP_MOD) &&
	       (expr->right->kind != EXPR_INTEGER || !expr->right->integer);
}

/* What a function of the script does is not looked at: it may do anything. */
static void find_effects(const struct expr *expr, void *context)
{
	const struct builtin *row = expr->kind == EXPR_CALL ? builtin_find(expr->name, true) : NULL;
	uint32_t *effects = context;

	if (row ? row->flags & BUILTIN_ASYNC : expr->kind == EXPR_CALL)
		*effects |= SENDS;
	if (expr->kind == EXPR_ASSIGN || expr->kind == EXPR_INCREMENT ||
	    (row && row->id == BUILTIN_DELETE))
		*effects |= CHANGES;
	if (may_divide_by_zero(expr))
		*effects |= DIVIDES;
}

static uint32_t effects_of(const struct expr *expr)
{
	uint32_t effects = 0;

	walk_expr(expr, find_effects, &effects);
	return effects;
}

static bool is_whole_map(const struct expr *expr)
{
	return expr->kind == EXPR_MAP && !expr->key;
}

/* A constant or a whole map: evaluated nowhere. */
static bool is_fixed(const struct expr *expr)
{
	return expr->kind == EXPR_STRING || expr->kind == EXPR_INTEGER || expr->kind == EXPR_BOOL ||
	       expr->kind == EXPR_TYPE || is_whole_map(expr);
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
	uint32_t effects = 0;

	if (!is_send(call))
		return;
	for (uint32_t i = 0; i < call->args.count; i++)
		effects |= effects_of(call->args.items[i]);
	/* The numbers behind a whole map are constants. */
	if (!(effects & SENDS) && (!(effects & DIVIDES) || is_whole_map(call->args.items[0])))
		return;
	block = arena_new(arena, struct expr);
	block->kind = EXPR_BLOCK;
	block->span = call->span;
	for (uint32_t i = 0; i < call->args.count; i++) {
		struct expr *argument = call->args.items[i];

		if (effects == DIVIDES && effects_of(argument) != DIVIDES)
			continue; /* when it is evaluated changes nothing */
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
