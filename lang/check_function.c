/* The script's own functions. Each is checked once for every program that calls it, as part of it:
 * names, types of parameters and what the probe offers are resolved there. Here too: names that are taken,
 * recursion, and how deep calls and loops lie in each other, for the kernel bounds that. */
#include "lang/bpf_c.h"
#include "lang/check.h"

#include <string.h>

struct walker {
	struct checker *c;
	LIST(const struct function *) active;
	struct name_table macros; /* spans, by name */
	bool *is_active;	  /* by function: it is among them */
	bool is_recursive;
};

const struct function *check_find_function(const struct checker *c, const char *name)
{
	return name_table_find(&c->functions, name);
}

/* ---- once: names, recursion, depth ---- */

static void check_name(struct walker *walker, const struct function *function)
{
	struct checker *c = walker->c;
	const struct function *first = check_find_function(c, function->name);
	const struct span *taken = first != function ? &first->span
						     : name_table_find(&walker->macros, function->name);
	struct diag *diag;

	if (!taken && !builtin_find(function->name, true))
		return;
	diag = check_error(c, "duplicate-function", function->span, "there is %s named %s already",
			   taken ? "a function or macro" : "a builtin function", function->name);
	if (taken)
		diag_note(diag, *taken, "defined here first");
	diag_hint(c->diags, diag, "choose another name");
}

static uint32_t frames_of_stmts(struct walker *walker, const stmt_ptr *items, uint32_t count);

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* f() calls g(), which calls f() */
static void report_recursion(struct walker *walker, const struct function *again,
			     const struct expr *call)
{
	struct checker *c = walker->c;
	const char *text = again->name;
	uint32_t first = 0;
	struct diag *diag;

	while (walker->active.items[first] != again)
		first++;
	for (uint32_t i = first + 1; i < walker->active.count; i++)
		text = arena_printf(c->arena, "%s() calls %s", text, walker->active.items[i]->name);
	diag = check_error(c, "recursion", call->span, "%s() calls %s(): a function cannot call itself",
			   text, again->name);
	diag_hint(c->diags, diag, "the kernel bounds the depth of calls; a loop may do");
	walker->is_recursive = true;
}

static uint32_t frames_of_call(struct walker *walker, const struct expr *call)
{
	struct function *function = name_table_find(&walker->c->functions, call->name);
	const struct builtin *row = builtin_find(call->name, true);
	bool *is_active;

	if (row) /* a search for what only the probe knows is a function */
		return row->id == BUILTIN_STRSTR && call->args.count > 1 &&
		       call->args.items[1]->kind != EXPR_STRING;
	if (!function) /* of its own functions nothing is known */
		return bpf_c_function(walker->c->compile, call->name) ? 1 : 0;
	is_active = &walker->is_active[function->index];
	if (*is_active)
		report_recursion(walker, function, call);
	if (*is_active || function->frames)
		return function->frames;
	*list_push(walker->c->arena, &walker->active) = function;
	*is_active = true;
	function->frames = 1 + frames_of_stmts(walker, function->body.items, function->body.count);
	*is_active = false;
	walker->active.count--;
	return function->frames;
}

static uint32_t frames_of_expr(struct walker *walker, const struct expr *expr)
{
	uint32_t frames = 0;

	if (!expr || walker->is_recursive)
		return 0;
	if (expr->kind == EXPR_CALL)
		frames = frames_of_call(walker, expr);
	frames = larger(frames, frames_of_expr(walker, expr->condition));
	frames = larger(frames, frames_of_expr(walker, expr->left));
	frames = larger(frames, frames_of_expr(walker, expr->right));
	frames = larger(frames, frames_of_expr(walker, expr->key));
	for (uint32_t i = 0; i < expr->args.count; i++)
		frames = larger(frames, frames_of_expr(walker, expr->args.items[i]));
	frames = larger(frames, frames_of_stmts(walker, expr->body.items, expr->body.count));
	return larger(frames, frames_of_stmts(walker, expr->else_body.items, expr->else_body.count));
}

static uint32_t frames_of_stmts(struct walker *walker, const stmt_ptr *items, uint32_t count)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < count; i++) {
		const struct stmt *stmt = items[i];
		uint32_t frames = frames_of_stmts(walker, stmt->body.items, stmt->body.count);

		if (stmt->kind == STMT_WHILE)
			frames = larger(frames, frames_of_expr(walker, stmt->expr));
		if (stmt->kind == STMT_WHILE || stmt->kind == STMT_FOR_MAP ||
		    stmt->kind == STMT_FOR_RANGE)
			frames++;
		frames = larger(frames, frames_of_expr(walker, stmt->expr));
		frames = larger(frames, frames_of_expr(walker, stmt->end));
		frames = larger(frames, frames_of_stmts(walker, stmt->else_body.items,
							stmt->else_body.count));
		most = larger(most, frames);
	}
	return most;
}

static void check_depth(struct walker *walker, struct probe *probe)
{
	struct diag *diag;

	probe->frames = 1 + larger(frames_of_expr(walker, probe->predicate),
				   frames_of_stmts(walker, probe->body.items, probe->body.count));
	if (probe->frames <= CALL_FRAMES_MAX)
		return;
	diag = check_error(walker->c, "call-depth", probe->span,
			   "calls and loops lie %u deep in each other here, and the kernel allows %u",
			   probe->frames - 1, CALL_FRAMES_MAX - 1);
	diag_hint(walker->c->diags, diag, "use a macro in place of one of the functions");
}

struct reach {
	struct checker *c;
	bool *is_reached; /* by function */
};

static void reach_call(const struct expr *expr, void *context)
{
	struct reach *reach = context;
	const struct function *function =
	    expr->kind == EXPR_CALL ? check_find_function(reach->c, expr->name) : NULL;

	if (!function || reach->is_reached[function->index])
		return;
	reach->is_reached[function->index] = true;
	for (uint32_t i = 0; i < function->body.count; i++)
		walk_stmt(function->body.items[i], reach_call, reach);
}

/* What no probe calls is checked all the same, in a probe that is in no program. */
static void find_uncalled(struct checker *c)
{
	const struct script *script = c->compile->script;
	struct reach reach = {c, arena_alloc(c->arena, script->functions.count)};
	struct attach_point *point;

	for (uint32_t i = 0; i < script->probes.count; i++) {
		const struct probe *probe = script->probes.items[i];

		if (probe->predicate)
			walk_expr(probe->predicate, reach_call, &reach);
		for (uint32_t k = 0; k < probe->body.count; k++)
			walk_stmt(probe->body.items[k], reach_call, &reach);
	}
	for (uint32_t i = 0; i < script->functions.count; i++)
		if (!reach.is_reached[i])
			*list_push(c->arena, &c->uncalled) = script->functions.items[i];
	if (!c->uncalled.count)
		return;
	point = arena_new(c->arena, struct attach_point);
	point->span = c->uncalled.items[0]->span;
	c->library = arena_new(c->arena, struct probe);
	c->library->span = point->span;
	*list_push(c->arena, &c->library->points) = point;
}

/* By name; of two of a name the first. */
static void index_names(struct walker *walker)
{
	struct checker *c = walker->c;
	struct script *script = c->compile->script;

	for (uint32_t i = script->macros.count; i-- > 0;)
		name_table_set(c->arena, &walker->macros, script->macros.items[i]->name,
			       &script->macros.items[i]->span);
	for (uint32_t i = script->functions.count; i-- > 0;) {
		script->functions.items[i]->index = i;
		name_table_set(c->arena, &c->functions, script->functions.items[i]->name,
			       script->functions.items[i]);
	}
}

int check_functions(struct checker *c)
{
	const struct script *script = c->compile->script;
	struct walker walker = {.c = c};

	if (!script->functions.count && !c->compile->c_objects.count)
		return 0;
	index_names(&walker);
	walker.is_active = arena_alloc(c->arena, script->functions.count + 1);
	for (uint32_t i = 0; i < script->functions.count; i++) {
		const struct function *function = script->functions.items[i];
		struct expr call = {
			.kind = EXPR_CALL, .name = function->name, .span = function->span};

		check_name(&walker, function);
		if (!walker.is_recursive)
			frames_of_call(&walker, &call);
	}
	for (uint32_t i = 0; i < script->probes.count && !walker.is_recursive; i++)
		check_depth(&walker, script->probes.items[i]);
	if (!walker.is_recursive)
		find_uncalled(c);
	return walker.is_recursive ? -1 : 0;
}

/* ---- for each program: calls, bodies ---- */

static struct variable *declare(struct checker *c, const char *name, struct span span,
				const struct type_syntax *syntax)
{
	struct variable *variable = scope_declare(c, name, span);
	struct type *type = check_resolve_type(c, syntax);

	if (type && (type->kind == TYPE_VOID || type_is_aggregation(type))) {
		check_error(c, "declared-type", syntax->span, "a variable cannot be %s",
			    check_type_name(c, type));
		type = NULL;
	}
	variable->type = type ? type : c->types->poison;
	variable->is_declared = true;
	if (type && type_is_aggregate(type))
		check_size_limit(c, check_new_expr(c, EXPR_VARIABLE, syntax->span, type));
	return variable;
}

static bool is_void(const struct type_syntax *syntax)
{
	return !syntax || (syntax->kind == SYNTAX_NAME && strcmp(syntax->name, "void") == 0);
}

static struct callee *new_callee(struct checker *c, const struct function *function)
{
	struct callee *callee = arena_new(c->arena, struct callee);
	struct scope *outer = c->scope;

	callee->function = function;
	c->scope = NULL;
	scope_push(c);
	for (uint32_t i = 0; i < function->param_count; i++) {
		const char *name = function->params[i].name;
		struct variable *taken = scope_find(c, name);

		if (taken)
			diag_note(check_error(c, "duplicate-variable", function->params[i].span,
					      "%s is declared already", name),
				  taken->span, "declared here first");
		*list_push(c->arena, &callee->params) = declare(
		    c, name, function->params[i].span, function->params[i].type);
	}
	if (!is_void(function->result))
		callee->result = declare(c, arena_printf(c->arena, "%s()", function->name),
					 function->result->span, function->result);
	callee->scope = c->scope;
	c->scope = outer;
	*list_push(c->arena, &c->probe->callees) = callee;
	name_table_set(c->arena, &c->callees, function->name, callee);
	return callee;
}

static struct callee *find_callee(struct checker *c, const struct function *function)
{
	struct callee *callee = name_table_find(&c->callees, function->name);

	return callee ? callee : new_callee(c, function);
}

void check_call_uncalled(struct checker *c)
{
	for (uint32_t i = 0; i < c->uncalled.count; i++)
		find_callee(c, c->uncalled.items[i]);
}

struct expr *check_function_call(struct checker *c, struct expr *call,
				 const struct function *function)
{
	uint32_t given = call->args.count, wanted = function->param_count;
	bool is_bad = given != wanted;
	struct callee *callee;
	struct diag *diag;

	if (is_bad) {
		diag = check_error(c, "argument-count", call->span,
				   "%s() takes %u argument%s, and %u %s given", call->name, wanted,
				   wanted == 1 ? "" : "s", given, given == 1 ? "is" : "are");
		diag_note(diag, function->span, "defined here");
	}
	callee = find_callee(c, function);
	for (uint32_t i = 0; i < given; i++) {
		struct expr *argument = check_value(c, call->args.items[i]);

		if (i < wanted)
			argument = check_assign_variable(c, callee->params.items[i], argument,
							 argument->span);
		call->args.items[i] = argument;
		is_bad |= check_is_poison(argument);
	}
	if (is_bad)
		return check_poison(c, call->span);
	call->callee = callee;
	call->type = callee->result ? callee->result->type : c->types->void_;
	return call;
}

void check_function_return(struct checker *c, struct stmt *stmt)
{
	struct callee *callee = c->callee;
	struct diag *diag;

	if (stmt->expr)
		stmt->expr = check_value(c, stmt->expr);
	if (stmt->expr && callee->result) {
		stmt->expr =
		    check_assign_variable(c, callee->result, stmt->expr, stmt->expr->span);
		stmt->variable = callee->result;
	} else if (stmt->expr && !check_is_poison(stmt->expr)) {
		diag = check_error(c, "return-type", stmt->expr->span, "%s() returns nothing",
				   callee->function->name);
		diag_hint(c->diags, diag, "declare what it returns: fn %s(...): %s",
			  callee->function->name, check_type_name(c, stmt->expr->type));
	} else if (!stmt->expr && callee->result) {
		check_error(c, "return-type", stmt->span, "%s() returns %s",
			    callee->function->name, check_type_name(c, callee->result->type));
	}
}

static bool always_returns(const stmt_ptr *items, uint32_t count)
{
	const struct stmt *last = count ? items[count - 1] : NULL;

	if (!last)
		return false;
	switch ((int)last->kind) {
	case STMT_RETURN:
		return true;
	case STMT_EXPR:
		return last->expr->kind == EXPR_CALL && last->expr->builtin &&
		       last->expr->builtin->id == BUILTIN_EXIT;
	case STMT_IF:
		return always_returns(last->body.items, last->body.count) &&
		       always_returns(last->else_body.items, last->else_body.count);
	case STMT_BLOCK:
	case STMT_UNROLL:
		return always_returns(last->body.items, last->body.count);
	default:
		return false;
	}
}

void check_callee(struct checker *c, struct callee *callee)
{
	const struct function *function = callee->function;
	struct diag *diag;

	for (uint32_t i = 0; i < function->body.count; i++)
		*list_push(c->arena, &callee->body) =
		    clone_stmt(c->arena, function->body.items[i]);
	c->callee = callee;
	c->scope = callee->scope;
	c->loop_depth = c->depth = 0;
	c->repeats = 1;
	check_body(c, &callee->body.items, &callee->body.count);
	c->callee = NULL;
	if (!callee->result || always_returns(callee->body.items, callee->body.count))
		return;
	diag = check_error(c, "missing-return", function->span,
			   "%s() may end without returning its %s", function->name,
			   check_type_name(c, callee->result->type));
	diag_hint(c->diags, diag, "end it with return and a value");
}
