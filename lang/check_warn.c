/* Warnings of the checker: conversions that can change a value, casts, values and variables without a
 * use. They speak in the last pass only, where the peer speaks too. */
#include "lang/check.h"

#include <string.h>

/* Whether every value of `from` is one of `to`. */
static bool holds_all(const struct type *to, const struct type *from)
{
	if (to->is_signed == from->is_signed)
		return to->size >= from->size;
	return to->is_signed && to->size > from->size;
}

static bool is_number(const struct expr *expr)
{
	return expr->type->kind == TYPE_INT && !expr->is_literal && expr->kind != EXPR_SIZEOF &&
	       expr->kind != EXPR_OFFSETOF &&
	       !(expr->kind == EXPR_CONVERT && type_is_aggregation(expr->left->type));
}

void check_warn_cast(struct checker *c, const struct expr *expr, const struct type *type)
{
	struct diag *diag;

	if (!c->is_final)
		return;
	if ((expr->kind == EXPR_TUPLE || expr->kind == EXPR_RECORD) && type->kind == expr->type->kind &&
	    type->members.count == expr->args.count) {
		for (uint32_t i = 0; i < expr->args.count; i++)
			check_warn_cast(c, expr->args.items[i], type->members.items[i].type);
		return;
	}
	if (!is_number(expr) || type->kind != TYPE_INT || holds_all(type, expr->type) ||
	    (check_is_flexible(expr) && type->size >= expr->type->size))
		return;
	if (type->size < expr->type->size)
		diag = diag_warning(c->diags, "narrowing", expr->span, "this %s is cut to %s",
				    check_type_name(c, expr->type), check_type_name(c, type));
	else
		diag = diag_warning(c->diags, "sign-mismatch", expr->span,
				    "this %s is taken as %s", check_type_name(c, expr->type),
				    check_type_name(c, type));
	diag_hint(c->diags, diag, "a cast says that this is meant: (%s)x",
		  check_type_name(c, type));
}

void check_warn_sign(struct checker *c, const struct expr *expr, const char *why)
{
	struct diag *diag;

	if (!c->is_final || !is_number(expr) || expr->type->is_signed || expr->type->size < 8)
		return;
	diag = diag_warning(c->diags, "sign-mismatch", expr->span,
			    "this uint64 is taken as int64, since %s", why);
	diag_hint(c->diags, diag, "a cast says which is meant: (int64)x, (uint64)x");
}

/* May be negative, as far as is seen here. Not the difference of two clocks: (nsecs - @start[tid]) / 1000. */
static bool may_be_negative(const struct expr *expr)
{
	if (expr->kind == EXPR_BINARY && expr->op == OP_SUB)
		return false;
	if (expr->is_constant)
		return expr->type->is_signed && (int64_t)expr->integer < 0;
	return expr->type->is_signed && !check_is_flexible(expr);
}

void check_warn_division(struct checker *c, const struct expr *left, const struct expr *right,
			 struct span span)
{
	struct diag *diag;

	if (!c->is_final || (!may_be_negative(left) && !may_be_negative(right)))
		return;
	diag = diag_warning(c->diags, "signed-division", span,
			    "division takes its operands as unsigned, and one may be negative");
	diag_hint(c->diags, diag, "a cast to an unsigned type says that it is not: (uint64)x");
}

/* What the standard library's macros make has the span of their use, which is no parenthesis. */
static bool is_written_cast(struct checker *c, struct span span)
{
	const struct source_file *file = &c->compile->sources.files.items[span.file];

	return span.start < file->size && file->text[span.start] == '(';
}

/* $kv.1 of a loop over a map of count(): elsewhere, reading one takes the cast. */
static bool is_folded(const struct expr *expr)
{
	while (expr->kind == EXPR_FIELD || expr->kind == EXPR_READ || expr->kind == EXPR_INDEX)
		expr = expr->left;
	return expr->kind == EXPR_VARIABLE && expr->variable && expr->variable->is_folded;
}

void check_warn_same_cast(struct checker *c, const struct expr *cast, const struct expr *left,
			  const struct type *type)
{
	if (c->is_final && is_written_cast(c, cast->span) && !is_folded(left))
		diag_warning(c->diags, "needless-cast", cast->span,
			     "this is of type %s without the cast", check_type_name(c, type));
}

void check_warn_pointers(struct checker *c, const struct expr *left, const struct expr *right,
			 struct span span)
{
	struct diag *diag;

	if (!c->is_final || left->type->kind != TYPE_POINTER || right->type->kind != TYPE_POINTER ||
	    type_equal(left->type->element, right->type->element))
		return;
	diag = diag_warning(c->diags, "pointer-types", span,
			    "two pointers of different types are compared");
	diag_note(diag, left->span, check_type_name(c, left->type));
	diag_note(diag, right->span, check_type_name(c, right->type));
}

void check_warn_discarded(struct checker *c, const struct expr *expr)
{
	struct diag *diag;

	while (expr->kind == EXPR_BLOCK && expr->left)
		expr = expr->left;
	if (!c->is_final || expr->type->kind == TYPE_VOID || check_is_poison(expr) ||
	    expr->kind == EXPR_ASSIGN || expr->kind == EXPR_INCREMENT || expr->kind == EXPR_AGGREGATE ||
	    expr->kind == EXPR_BOOL || /* static_assert() */
	    (expr->kind == EXPR_CALL && expr->callee) ||
	    (expr->kind == EXPR_CALL && expr->builtin &&
	     (expr->builtin->flags & BUILTIN_ASYNC || expr->builtin->id == BUILTIN_DELETE)))
		return;
	diag = diag_warning(c->diags, "unused-value", expr->span, "nothing is done with this value");
	diag_hint(c->diags, diag, "_ = ... says that this is meant");
}

void check_warn_unassigned(struct checker *c, const struct variable *variable, struct span span)
{
	struct diag *diag;

	if (!c->is_final || variable->is_set)
		return;
	diag = diag_warning(c->diags, "unassigned-variable", span,
			    "%s is read before anything is assigned to it: it is 0 here",
			    variable->name);
	diag_note(diag, variable->span, "declared here");
}

void check_warn_never_assigned(struct checker *c, const struct probe *probe)
{
	for (uint32_t i = 0; c->is_final && i < probe->variables.count; i++) {
		const struct variable *variable = probe->variables.items[i];

		if (!variable->is_set && !variable->is_assigned &&
		    !(variable->type && variable->type->kind == TYPE_POISON))
			diag_warning(c->diags, "never-assigned", variable->span,
				     "nothing is ever assigned to %s", variable->name);
	}
}

void check_warn_unused_map(struct checker *c, const struct map *map)
{
	if (map->is_declared && !map->key && !map->value && !c->diags->error_count)
		diag_warning(c->diags, "unused-map", map->span, "%s is never used", map->name);
}

static bool leaves(const struct stmt *stmt)
{
	if (stmt->kind == STMT_RETURN || stmt->kind == STMT_BREAK || stmt->kind == STMT_CONTINUE)
		return true;
	return stmt->kind == STMT_EXPR && stmt->expr->kind == EXPR_CALL && stmt->expr->builtin &&
	       stmt->expr->builtin->id == BUILTIN_EXIT;
}

void check_warn_unreachable(struct checker *c, const stmt_ptr *items, uint32_t count)
{
	for (uint32_t i = 1; c->is_final && i < count; i++) {
		if (!leaves(items[i - 1]))
			continue;
		diag_warning(c->diags, "unreachable", items[i]->span, "this is never reached");
		return;
	}
}
