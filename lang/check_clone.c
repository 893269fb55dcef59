/* Copies of trees, before check: a body is checked once for each group of points and each pass. */
#include "lang/check.h"

static expr_ptr *clone_exprs(struct arena *arena, expr_ptr *items, uint32_t count)
{
	expr_ptr *copy = count ? arena_alloc(arena, count * sizeof(*copy)) : NULL;

	for (uint32_t i = 0; i < count; i++)
		copy[i] = clone_expr(arena, items[i]);
	return copy;
}

static stmt_ptr *clone_stmts(struct arena *arena, stmt_ptr *items, uint32_t count)
{
	stmt_ptr *copy = count ? arena_alloc(arena, count * sizeof(*copy)) : NULL;

	for (uint32_t i = 0; i < count; i++)
		copy[i] = clone_stmt(arena, items[i]);
	return copy;
}

#define CLONE_LIST(function, from, to, field)                                                      \
	do {                                                                                       \
		(to)->field.items = function(arena, (from)->field.items, (from)->field.count);     \
		(to)->field.capacity = (from)->field.count;                                        \
	} while (0)

static struct type_syntax *clone_syntax(struct arena *arena, const struct type_syntax *syntax)
{
	struct type_syntax *copy;

	if (!syntax)
		return NULL;
	copy = arena_new(arena, struct type_syntax);
	*copy = *syntax;
	copy->element = clone_syntax(arena, syntax->element);
	copy->size = clone_expr(arena, syntax->size);
	copy->of = clone_expr(arena, syntax->of);
	copy->members.items = NULL;
	copy->members.count = copy->members.capacity = 0;
	for (uint32_t i = 0; i < syntax->members.count; i++) {
		struct type_syntax *member = clone_syntax(arena, syntax->members.items[i]);

		*list_push(arena, &copy->members) = member;
	}
	return copy;
}

struct expr *clone_expr(struct arena *arena, const struct expr *expr)
{
	struct expr *copy;

	if (!expr)
		return NULL;
	copy = arena_new(arena, struct expr);
	*copy = *expr;
	copy->condition = clone_expr(arena, expr->condition);
	copy->left = clone_expr(arena, expr->left);
	copy->right = clone_expr(arena, expr->right);
	copy->key = clone_expr(arena, expr->key);
	copy->type_syntax = clone_syntax(arena, expr->type_syntax);
	CLONE_LIST(clone_exprs, expr, copy, args);
	CLONE_LIST(clone_stmts, expr, copy, body);
	CLONE_LIST(clone_stmts, expr, copy, else_body);
	return copy;
}

struct stmt *clone_stmt(struct arena *arena, const struct stmt *stmt)
{
	struct stmt *copy;

	if (!stmt)
		return NULL;
	copy = arena_new(arena, struct stmt);
	*copy = *stmt;
	copy->expr = clone_expr(arena, stmt->expr);
	copy->end = clone_expr(arena, stmt->end);
	copy->type_syntax = clone_syntax(arena, stmt->type_syntax);
	CLONE_LIST(clone_stmts, stmt, copy, body);
	CLONE_LIST(clone_stmts, stmt, copy, else_body);
	return copy;
}

static void walk_syntax(const struct type_syntax *syntax,
			void (*visit)(const struct expr *, void *), void *context)
{
	if (!syntax)
		return;
	walk_syntax(syntax->element, visit, context);
	walk_expr(syntax->size, visit, context);
	walk_expr(syntax->of, visit, context);
	for (uint32_t i = 0; i < syntax->members.count; i++)
		walk_syntax(syntax->members.items[i], visit, context);
}

void walk_expr(const struct expr *expr, void (*visit)(const struct expr *, void *), void *context)
{
	if (!expr)
		return;
	visit(expr, context);
	walk_expr(expr->condition, visit, context);
	walk_expr(expr->left, visit, context);
	walk_expr(expr->right, visit, context);
	walk_expr(expr->key, visit, context);
	walk_syntax(expr->type_syntax, visit, context);
	for (uint32_t i = 0; i < expr->args.count; i++)
		walk_expr(expr->args.items[i], visit, context);
	for (uint32_t i = 0; i < expr->body.count; i++)
		walk_stmt(expr->body.items[i], visit, context);
	for (uint32_t i = 0; i < expr->else_body.count; i++)
		walk_stmt(expr->else_body.items[i], visit, context);
}

void walk_stmt(const struct stmt *stmt, void (*visit)(const struct expr *, void *), void *context)
{
	walk_expr(stmt->expr, visit, context);
	walk_expr(stmt->end, visit, context);
	walk_syntax(stmt->type_syntax, visit, context);
	for (uint32_t i = 0; i < stmt->body.count; i++)
		walk_stmt(stmt->body.items[i], visit, context);
	for (uint32_t i = 0; i < stmt->else_body.count; i++)
		walk_stmt(stmt->else_body.items[i], visit, context);
}
