/* Macros of the language: one call becomes the macro's body, with the arguments in place of the
 * parameters and names of its own for its variables. */
#include "lang/check.h"
#include "lang/expand.h"

#include <string.h>

/* What a macro's names stand for while one call of it is copied. */
struct binding {
	const struct macro *macro;
	const struct expr *call;
	LIST(const char *) own; /* variables that the macro makes */
	uint32_t serial;
};

/* ---- substitution ----------------------------------------------------------------------- */

static int find_param(const struct binding *binding, enum expr_kind kind, const char *name)
{
	for (uint32_t i = 0; i < binding->macro->params.count; i++) {
		const struct expr *param = binding->macro->params.items[i];

		if (param->kind == kind && strcmp(param->name, name) == 0)
			return (int)i;
	}
	return -1;
}

static bool is_own(const struct binding *binding, const char *name)
{
	for (uint32_t i = 0; i < binding->own.count; i++)
		if (strcmp(binding->own.items[i], name) == 0)
			return true;
	return false;
}

static const char *bound_variable(struct expander *x, const struct binding *binding,
				  const char *name)
{
	int param = find_param(binding, EXPR_VARIABLE, name);

	if (param >= 0)
		return binding->call->args.items[param]->name;
	if (is_own(binding, name))
		return arena_printf(x->compile->arena, "%s.%s.%u", name, binding->macro->name,
				    binding->serial);
	return name;
}

static void bind_stmts(struct expander *x, const struct binding *binding, stmt_ptr *items,
		       uint32_t count);
static void bind_syntax(struct expander *x, const struct binding *binding,
			struct type_syntax **slot);

static void count_node(const struct expr *expr, void *context)
{
	(void)expr;
	++*(uint32_t *)context;
}

/* A copy of a call's argument. Arguments that are used twice at every level double each time: their
 * sum is bounded. */
static struct expr *copy_argument(struct expander *x, struct expr *argument)
{
	if (!x->failed)
		walk_expr(argument, count_node, &x->copied);
	if (x->copied <= EXPAND_NODES_MAX && !x->failed)
		return clone_expr(x->compile->arena, argument);
	if (!x->failed)
		diag_error(&x->compile->diags, "macro-size", argument->span,
			   "macros make more than %u expressions out of this script",
			   EXPAND_NODES_MAX);
	x->failed = true;
	struct expr *poison = arena_new(x->compile->arena, struct expr); /* EXPR_POISON */

	poison->span = argument->span;
	return poison;
}

/* A macro reaches the maps that it is given, as it reaches variables. */
static void refuse_map(struct expander *x, const struct binding *binding, const struct expr *map)
{
	if (map->span.file >= x->first_stdlib_file)
		return;
	struct diag *diag =
	    diag_error(&x->compile->diags, "macro-map", map->span,
		       "the macro %s() is not given the map %s", binding->macro->name, map->name);

	diag_note(diag, binding->call->span, "it is used here");
	diag_hint(&x->compile->diags, diag, "make %s a parameter and pass the map", map->name);
}

/* offsetof(type, member): the member, or a path a.b, may be a parameter. */
static void add_path(struct expander *x, const struct expr *argument, struct expr *offset)
{
	if (argument->kind == EXPR_FIELD) {
		add_path(x, argument->left, offset);
		*list_push(x->compile->arena, &offset->names) = argument->name;
	} else if (argument->kind == EXPR_IDENTIFIER) {
		*list_push(x->compile->arena, &offset->names) = argument->name;
	} else {
		diag_error(&x->compile->diags, "member-name", argument->span,
			   "this must be the name of a member");
		x->failed = true;
	}
}

static void bind_path(struct expander *x, const struct binding *binding, struct expr *offset)
{
	uint32_t count = offset->names.count;
	const char **names = offset->names.items;

	memset(&offset->names, 0, sizeof(offset->names));
	for (uint32_t i = 0; i < count; i++) {
		int param = find_param(binding, EXPR_IDENTIFIER, names[i]);

		if (param >= 0)
			add_path(x, binding->call->args.items[param], offset);
		else
			*list_push(x->compile->arena, &offset->names) = names[i];
	}
}

/* `(a) - 1` in a macro reads as a cast to the type that `a` is given as. */
static void check_cast_param(struct expander *x, const struct binding *binding,
			     const struct expr *cast)
{
	const struct expr *argument;
	struct diag *diag;
	int param = -1;

	if (cast->type_syntax->kind == SYNTAX_NAME && !cast->type_syntax->is_typeof)
		param = find_param(binding, EXPR_IDENTIFIER, cast->type_syntax->name);
	if (param < 0)
		return;
	argument = binding->call->args.items[param];
	if (argument->kind == EXPR_TYPE || argument->kind == EXPR_IDENTIFIER)
		return;
	diag = diag_error(&x->compile->diags, "macro-type", argument->span,
			  "%s() uses \"%s\" as a type, and this is none", binding->macro->name,
			  cast->type_syntax->name);
	diag_note(diag, cast->span, "this is a cast");
	diag_hint(&x->compile->diags, diag, "where it is meant as a value: without parentheses");
	x->failed = true;
}

static void bind_expr(struct expander *x, const struct binding *binding, struct expr **slot)
{
	struct expr *expr = *slot;
	int param;

	if (!expr)
		return;
	if (expr->kind == EXPR_IDENTIFIER) {
		param = find_param(binding, EXPR_IDENTIFIER, expr->name);
		if (param >= 0)
			*slot = copy_argument(x, binding->call->args.items[param]);
		return;
	}
	if (expr->kind == EXPR_VARIABLE)
		expr->name = bound_variable(x, binding, expr->name);
	if (expr->kind == EXPR_MAP) {
		param = find_param(binding, EXPR_MAP, expr->name);
		if (param >= 0)
			expr->name = binding->call->args.items[param]->name;
		else
			refuse_map(x, binding, expr);
	}
	if (expr->kind == EXPR_OFFSETOF)
		bind_path(x, binding, expr);
	if (expr->kind == EXPR_CAST)
		check_cast_param(x, binding, expr);
	bind_expr(x, binding, &expr->condition);
	bind_expr(x, binding, &expr->left);
	bind_expr(x, binding, &expr->right);
	bind_expr(x, binding, &expr->key);
	for (uint32_t i = 0; i < expr->args.count; i++)
		bind_expr(x, binding, &expr->args.items[i]);
	bind_stmts(x, binding, expr->body.items, expr->body.count);
	bind_stmts(x, binding, expr->else_body.items, expr->else_body.count);
	bind_syntax(x, binding, &expr->type_syntax);
}

/* A type parameter: the call passed a type, or an expression whose type is meant by typeof. */
static void bind_syntax(struct expander *x, const struct binding *binding,
			struct type_syntax **slot)
{
	struct type_syntax *syntax = *slot;
	int param = -1;

	if (!syntax)
		return;
	if (syntax->kind == SYNTAX_NAME)
		param = find_param(binding, EXPR_IDENTIFIER, syntax->name);
	if (param >= 0) {
		struct expr *argument = binding->call->args.items[param];

		if (argument->type_syntax && argument->kind == EXPR_TYPE) {
			*slot = argument->type_syntax;
		} else {
			syntax->kind = SYNTAX_TYPEOF;
			syntax->of = copy_argument(x, argument);
		}
		return;
	}
	bind_syntax(x, binding, &syntax->element);
	bind_expr(x, binding, &syntax->size);
	bind_expr(x, binding, &syntax->of);
	for (uint32_t i = 0; i < syntax->members.count; i++)
		bind_syntax(x, binding, &syntax->members.items[i]);
}

static void bind_stmts(struct expander *x, const struct binding *binding, stmt_ptr *items,
		       uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct stmt *stmt = items[i];

		if (stmt->name && stmt->name[0] == '$')
			stmt->name = bound_variable(x, binding, stmt->name);
		bind_expr(x, binding, &stmt->expr);
		bind_expr(x, binding, &stmt->end);
		bind_syntax(x, binding, &stmt->type_syntax);
		bind_stmts(x, binding, stmt->body.items, stmt->body.count);
		bind_stmts(x, binding, stmt->else_body.items, stmt->else_body.count);
	}
}

/* Collects the variables that a macro's body assigns or declares: they are its own. */
struct collector {
	struct expander *expander;
	struct binding *binding;
};

static void collect_assigned(const struct expr *expr, void *context)
{
	struct collector *collector = context;
	struct binding *binding = collector->binding;

	if (expr->kind != EXPR_ASSIGN || expr->left->kind != EXPR_VARIABLE || expr->op != OP_NONE)
		return;
	if (find_param(binding, EXPR_VARIABLE, expr->left->name) < 0 &&
	    !is_own(binding, expr->left->name))
		*list_push(collector->expander->compile->arena, &binding->own) = expr->left->name;
}

static void collect_own(struct expander *x, struct binding *binding, stmt_ptr *items,
			uint32_t count)
{
	struct collector collector = {x, binding};

	for (uint32_t i = 0; i < count; i++) {
		struct stmt *stmt = items[i];

		if (stmt->name && stmt->name[0] == '$' && !is_own(binding, stmt->name))
			*list_push(x->compile->arena, &binding->own) = stmt->name;
		collect_own(x, binding, stmt->body.items, stmt->body.count);
		collect_own(x, binding, stmt->else_body.items, stmt->else_body.count);
		walk_stmt(stmt, collect_assigned, &collector);
	}
}

/* ---- spans ------------------------------------------------------------------------------ */

static void move_span(const struct expr *expr, void *context)
{
	((struct expr *)expr)->span = *(const struct span *)context;
}

static void move_stmt_spans(struct stmt *stmt, struct span use)
{
	stmt->span = stmt->name_span = use;
	for (uint32_t i = 0; i < stmt->body.count; i++)
		move_stmt_spans(stmt->body.items[i], use);
	for (uint32_t i = 0; i < stmt->else_body.count; i++)
		move_stmt_spans(stmt->else_body.items[i], use);
}

/* What has no place in the user's script (the standard library, the text of a #define) is shown
 * where it is used. */
void expand_move_spans(struct expr *expr, struct span use)
{
	walk_expr(expr, move_span, &use);
	for (uint32_t i = 0; i < expr->body.count; i++)
		move_stmt_spans(expr->body.items[i], use);
}

/* ---- macros ----------------------------------------------------------------------------- */

static bool argument_fits(const struct expr *param, const struct expr *argument)
{
	if (param->kind == EXPR_VARIABLE)
		return argument->kind == EXPR_VARIABLE;
	if (param->kind == EXPR_MAP)
		return argument->kind == EXPR_MAP && !argument->key;
	return true;
}

/* How well a macro fits a call: -1 not at all, else the number of special parameters. */
static int fit(const struct macro *macro, const struct expr *call)
{
	int score = 0;

	if (macro->params.count != call->args.count)
		return -1;
	for (uint32_t i = 0; i < macro->params.count; i++) {
		if (!argument_fits(macro->params.items[i], call->args.items[i]))
			return -1;
		score += macro->params.items[i]->kind != EXPR_IDENTIFIER;
	}
	return score;
}

/* The macro that a call means. *any is the last one of that name, fitting or not. */
const struct macro *expand_find_macro(struct expander *x, const struct expr *call,
				      const struct macro **any)
{
	const struct macro *best = NULL;
	int best_score = -1;

	*any = name_table_find(&x->macros, call->name);
	for (const struct macro *macro = *any; macro; macro = macro->same) {
		int score = fit(macro, call);

		if (score < 0 || score < best_score)
			continue;
		best = macro; /* the first of equals */
		best_score = score;
	}
	return best;
}

void expand_report_misfit(struct expander *x, const struct expr *call, const struct macro *macro)
{
	struct diag *diag = diag_error(&x->compile->diags, "macro-arguments", call->span,
				       "no macro %s() takes these arguments", call->name);

	diag_note(diag, macro->span, "this one is the nearest");
	if (macro->params.count != call->args.count) {
		diag_hint(&x->compile->diags, diag, "it takes %u argument%s, not %u",
			  macro->params.count, macro->params.count == 1 ? "" : "s",
			  call->args.count);
		return;
	}
	for (uint32_t i = 0; i < macro->params.count; i++) {
		const struct expr *param = macro->params.items[i];

		if (argument_fits(param, call->args.items[i]))
			continue;
		diag_note(diag, call->args.items[i]->span,
			  param->kind == EXPR_VARIABLE ? "a variable is wanted here"
						       : "a map is wanted here");
		return;
	}
}

struct expr *expand_macro(struct expander *x, const struct macro *macro, struct expr *call)
{
	struct arena *arena = x->compile->arena;
	struct binding binding = {.macro = macro, .call = call, .serial = x->expansions};
	struct expr *block = arena_new(arena, struct expr);

	if (!expand_enter(x, macro, macro->name, call->span)) {
		call->kind = EXPR_POISON;
		return call;
	}
	collect_own(x, &binding, macro->body.items, macro->body.count);
	block->kind = EXPR_BLOCK;
	block->span = call->span;
	for (uint32_t i = 0; i < macro->body.count; i++) {
		struct stmt *stmt = clone_stmt(arena, macro->body.items[i]);

		*list_push(arena, &block->body) = stmt;
	}
	block->left = clone_expr(arena, macro->value);
	if (macro->span.file >= x->first_stdlib_file)
		expand_move_spans(block, call->span);
	bind_stmts(x, &binding, block->body.items, block->body.count);
	bind_expr(x, &binding, &block->left);
	expand_stmts(x, block->body.items, block->body.count);
	expand_expr(x, &block->left);
	x->depth--;
	return block->body.count == 0 && block->left ? block->left : block;
}

/* Two parameters of one name, two macros of one name that take the same. */
static void check_macro(struct expander *x, const struct macro *macro)
{
	struct diags *diags = &x->compile->diags;
	struct name_table params = {0};
	struct diag *diag;

	for (uint32_t i = 0; i < macro->params.count; i++) {
		struct expr *param = macro->params.items[i];

		if (name_table_find(&params, param->name))
			diag_error(diags, "duplicate-parameter", param->span,
				   "there are two parameters %s", param->name);
		name_table_set(x->compile->arena, &params, param->name, param);
	}
	for (const struct macro *other = macro->same; other; other = other->same) {
		bool is_same = other->params.count == macro->params.count;

		for (uint32_t j = 0; is_same && j < macro->params.count; j++)
			is_same = other->params.items[j]->kind == macro->params.items[j]->kind;
		if (!is_same)
			continue;
		diag = diag_error(diags, "macro-redefined", macro->span,
				  "the macro %s() is defined twice", macro->name);
		diag_note(diag, other->span, "this is the first");
		return;
	}
}

static void refuse_returns(struct expander *x, stmt_ptr *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (items[i]->kind == STMT_RETURN)
			diag_error(&x->compile->diags, "macro-return", items[i]->span,
				   "a macro cannot return from the probe that uses it");
		refuse_returns(x, items[i]->body.items, items[i]->body.count);
		refuse_returns(x, items[i]->else_body.items, items[i]->else_body.count);
	}
}

void expand_check_macros(struct expander *x)
{
	const struct script *script = x->compile->script;

	for (uint32_t i = 0; i < script->macros.count; i++) {
		struct macro *macro = script->macros.items[i];

		macro->same = name_table_find(&x->macros, macro->name);
		name_table_set(x->compile->arena, &x->macros, macro->name, macro);
		if (macro->span.file < x->first_stdlib_file)
			check_macro(x, macro);
		refuse_returns(x, macro->body.items, macro->body.count);
	}
}
