/* Lower, bodies: walks a probe's body once and gives every value that needs memory its storage, every
 * sending call its record, every node its place in the script. Variables keep their storage for the
 * whole program (they are zeroed when it starts); the rest is given back after each statement. */
#include "lang/builtin.h"
#include "lang/lower.h"

#include <string.h>

/* What may live on the stack of 512 bytes (each object up to config's on_stack_limit); the rest of it
 * is for scalars and spills. */
#define STACK_TOTAL 256

static void walk(struct lower *lower, struct expr *expr, bool has_place);
static void walk_stmts(struct lower *lower, stmt_ptr *items, uint32_t count);
static void touch(struct lower *lower, struct variable *variable);

struct mark {
	uint32_t stack, scratch;
};

static struct mark mark_now(const struct lower *lower)
{
	return (struct mark){ lower->stack, lower->scratch };
}

static void release(struct lower *lower, struct mark mark)
{
	lower->stack = mark.stack;
	lower->scratch = mark.scratch;
}

/* Memory whose bytes are reached by computed offsets: older kernels allow that only off the stack. */
static void give_scratch(struct lower *lower, struct storage *storage, uint32_t bytes)
{
	storage->size = (bytes + 7) / 8 * 8;
	storage->where = STORAGE_SCRATCH;
	storage->offset = lower->scratch;
	lower->scratch += storage->size;
	if (lower->scratch > lower->scratch_peak)
		lower->scratch_peak = lower->scratch;
}

static void give(struct lower *lower, struct storage *storage, uint32_t bytes)
{
	uint32_t size = (bytes + 7) / 8 * 8;

	if (size == 0)
		return;
	storage->size = size;
	if (size <= lower->plan->config.on_stack_limit && lower->stack + size <= STACK_TOTAL) {
		storage->where = STORAGE_STACK;
		storage->offset = lower->stack;
		lower->stack += size;
		if (lower->stack > lower->stack_peak)
			lower->stack_peak = lower->stack;
		return;
	}
	give_scratch(lower, storage, size);
}

static uint32_t bytes_of(struct lower *lower, struct type *type)
{
	uint32_t index = lower_type(lower, type); /* may move the table */

	return lower->plan->types.items[index].size;
}

/* Aggregates that lie somewhere already, or are text known here. */
static bool is_in_place(const struct expr *expr)
{
	switch ((int)expr->kind) {
	case EXPR_STRING:
	case EXPR_VARIABLE:
	case EXPR_POSITIONAL:
	case EXPR_LET_VALUE:
		return true;
	default:
		return expr->is_constant && expr->type->kind == TYPE_STRING;
	}
}

static void walk_key(struct lower *lower, struct expr *map)
{
	if (!map->key)
		return;
	give(lower, &map->key_storage, bytes_of(lower, map->map->key));
	walk(lower, map->key, true);
}

static void walk_assign(struct lower *lower, struct expr *expr)
{
	if (expr->left->kind == EXPR_MAP) {
		walk_key(lower, expr->left);
		if (expr->storage.where == STORAGE_NONE)
			give(lower, &expr->storage, bytes_of(lower, expr->left->map->value));
	} else {
		walk(lower, expr->left, true);
		/* A value that is made of what it replaces may not be made in place. */
		if (type_is_aggregate(expr->left->type) && expr->storage.where == STORAGE_NONE)
			give(lower, &expr->storage, bytes_of(lower, expr->left->type));
	}
	walk(lower, expr->right, true);
}

static void add_kernel_type(struct lower *lower, const struct type *type)
{
	struct plan *plan = lower->plan;
	uint32_t name = lower_string(lower, type->name);
	uint32_t module = lower_string(lower, type->module);

	if (!name)
		return;
	for (uint32_t i = 0; i < plan->kernel_types.count; i++)
		if (plan->kernel_types.items[i].name == name &&
		    plan->kernel_types.items[i].module == module)
			return;
	*list_push(lower->arena, &plan->kernel_types) =
		(struct plan_kernel_type){ .name = name, .module = module };
}

static void walk_read(struct lower *lower, struct expr *expr)
{
	const struct access *access = &expr->access;

	if (access->relocate && access->root && access->root->origin == ORIGIN_KERNEL &&
	    type_is_struct(access->root)) {
		add_kernel_type(lower, access->root);
		lower_feature(lower, FEATURE_KERNEL_BTF, expr->source);
	}
	walk(lower, expr->left, false);
	for (uint32_t i = 0; i < access->steps.count; i++)
		if (access->steps.items[i].index)
			walk(lower, access->steps.items[i].index, false);
}

static void add_param(struct lower *lower, const struct expr *expr)
{
	struct plan *plan = lower->plan;
	bool is_string = expr->type->kind == TYPE_STRING;
	uint32_t skip = is_string ? expr->length : 0;
	struct plan_param *row = NULL;

	for (uint32_t i = 0; i < plan->params.count; i++)
		if (plan->params.items[i].index == expr->integer &&
		    plan->params.items[i].skip == skip)
			row = &plan->params.items[i];
	if (!row) {
		row = list_push(lower->arena, &plan->params);
		row->index = (uint32_t)expr->integer;
		row->source = expr->source;
		row->skip = skip;
	}
	if (!is_string)
		return;
	row->is_string = 1;
	if (expr->type->size > row->string_size)
		row->string_size = expr->type->size;
}

/* Calls whose arguments codegen makes straight into the record's fields. */
static bool fills_fields(const struct expr *call)
{
	return call->record != PLAN_NONE && call->builtin->id != BUILTIN_JOIN;
}

/* The verifier walks through every round of a search, and through a million instructions at most. What a
 * character costs was measured (codegen/search.c). A search for a text that is not known is walked once. */
static void add_steps(struct lower *lower, const struct expr *call)
{
	const uint64_t most = 800000;
	const struct expr *needle;
	uint64_t before = lower->steps, bytes;
	struct diag *diag;

	if (call->builtin->id != BUILTIN_STRSTR && call->builtin->id != BUILTIN_MEMCMP)
		return;
	needle = call->args.items[1];
	bytes = call->args.items[0]->type->size;
	if (call->builtin->id == BUILTIN_MEMCMP && call->args.items[2]->is_constant &&
	    call->args.items[2]->integer < bytes)
		bytes = call->args.items[2]->integer;
	if (call->builtin->id == BUILTIN_MEMCMP)
		lower->steps += lower->repeats * bytes * 10;
	else if (needle->is_constant)
		lower->steps += lower->repeats * bytes * (needle->length <= 8 ? 14 : 30);
	if (before > most || lower->steps <= most)
		return;
	diag = diag_error(&lower->compile->diags, "search-cost", call->span,
			  "the strings that this probe searches are too long together: the kernel's "
			  "verifier does not go through all of them");
	diag_hint(&lower->compile->diags, diag,
		  "search shorter ones: str($p, 256), config = { max_strlen = 256 }");
}

/* Room to work in, beside the result. strstr() reads by blocks of 8, and at offsets that it computes:
 * a copy of a haystack that is on the stack or of a size that is no power of two. */
static void give_work(struct lower *lower, struct expr *call)
{
	uint32_t sizes[2] = {0}, room = 8;

	for (uint32_t i = 0; i < 2 && i < call->args.count; i++)
		sizes[i] = call->args.items[i]->type->size;
	add_steps(lower, call);
	if (call->builtin->id == BUILTIN_STR_CONCAT)
		give_scratch(lower, &call->key_storage, sizes[0] + sizes[1]);
	if (call->builtin->id != BUILTIN_STRSTR)
		return;
	if (!call->args.items[1]->is_constant) { /* two addresses for a function */
		give_scratch(lower, &call->key_storage, 16);
		return;
	}
	while (room < sizes[0])
		room *= 2;
	if (sizes[0] <= lower->plan->config.on_stack_limit || room != sizes[0])
		give_scratch(lower, &call->key_storage, room);
}

static void walk_call(struct lower *lower, struct expr *expr)
{
	bool has_place;

	expr->record = PLAN_NONE;
	if (expr->callee || expr->c_function) {
		for (uint32_t i = 0; i < expr->args.count; i++)
			walk(lower, expr->args.items[i], false);
		return;
	}
	if (!lower_record(lower, expr))
		expr->record = PLAN_NONE;
	has_place = fills_fields(expr);
	if (expr->builtin && expr->builtin->id == BUILTIN_STRFTIME && expr->args.count)
		expr->integer = lower_string(lower, expr->args.items[0]->text);
	if (expr->builtin && expr->type)
		give_work(lower, expr);
	for (uint32_t i = 0; i < expr->args.count; i++) {
		struct expr *arg = expr->args.items[i];

		/* A format, a bare map, a name: nothing to make. */
		if (arg->kind == EXPR_MAP && (expr->builtin->flags & BUILTIN_MAP_ARGUMENT) && i == 0)
			walk_key(lower, arg);
		else if (arg->type)
			walk(lower, arg, has_place);
	}
}

static void walk_children(struct lower *lower, struct expr *expr)
{
	bool is_scalar_convert;

	switch ((int)expr->kind) {
	case EXPR_MAP:
		walk_key(lower, expr);
		break;
	case EXPR_ASSIGN:
		walk_assign(lower, expr);
		lower_division(lower, expr);
		break;
	case EXPR_INCREMENT:
	case EXPR_AGGREGATE:
		if (expr->left->kind == EXPR_MAP) {
			walk_key(lower, expr->left);
			if (expr->kind == EXPR_INCREMENT)
				give(lower, &expr->storage, bytes_of(lower, expr->left->map->value));
		} else {
			walk(lower, expr->left, true);
		}
		walk(lower, expr->right, false);
		for (uint32_t i = 0; i < expr->args.count; i++)
			walk(lower, expr->args.items[i], false);
		break;
	case EXPR_CALL:
	case EXPR_IDENTIFIER:
		walk_call(lower, expr);
		break;
	case EXPR_READ:
		walk_read(lower, expr);
		break;
	case EXPR_POSITIONAL:
		add_param(lower, expr);
		break;
	case EXPR_TUPLE:
	case EXPR_RECORD:
		for (uint32_t i = 0; i < expr->args.count; i++)
			walk(lower, expr->args.items[i], true);
		break;
	case EXPR_CONVERT:
		/* Cut or zero-filled from where it was made. */
		is_scalar_convert = !type_is_aggregate(expr->left->type);
		walk(lower, expr->left, is_scalar_convert);
		break;
	case EXPR_TERNARY:
	case EXPR_IF:
		walk(lower, expr->condition, false);
		walk(lower, expr->left, true);
		walk(lower, expr->right, true);
		walk_stmts(lower, expr->body.items, expr->body.count);
		walk_stmts(lower, expr->else_body.items, expr->else_body.count);
		break;
	case EXPR_BLOCK:
		walk_stmts(lower, expr->body.items, expr->body.count);
		walk(lower, expr->left, true);
		break;
	case EXPR_LET_VALUE:
		walk(lower, expr->left, true);
		break;
	case EXPR_ADDRESS:
		if (expr->left->variable)
			touch(lower, expr->left->variable);
		break;
	default: /* operators: operands are looked at where they are */
		walk(lower, expr->left, false);
		walk(lower, expr->right, false);
		if (expr->kind == EXPR_BINARY)
			lower_division(lower, expr);
		break;
	}
}

/* `has_place`: whoever uses the value has memory for it. */
static void walk(struct lower *lower, struct expr *expr, bool has_place)
{
	uint32_t outer = lower->source;

	if (!expr)
		return;
	expr->source = lower->source = lower_source(lower, expr->span);
	if (expr->variable)
		touch(lower, expr->variable);
	if (expr->kind != EXPR_CALL && expr->kind != EXPR_IDENTIFIER)
		expr->record = PLAN_NONE;
	if (!has_place && expr->type && type_is_aggregate(expr->type) && !is_in_place(expr))
		give(lower, &expr->storage, bytes_of(lower, expr->type));
	else if (expr->kind == EXPR_MAP && expr->type && type_is_aggregation(expr->type))
		give(lower, &expr->storage, bytes_of(lower, expr->type));
	walk_children(lower, expr);
	lower->source = outer;
}

/* A variable that two functions of the program use lies in memory that both can reach. */
static void touch(struct lower *lower, struct variable *variable)
{
	if (!variable->home)
		variable->home = lower->function + 1;
	if (variable->home != lower->function + 1)
		variable->is_shared = true;
}

/* The body of a loop is a function of its own; what bounds a `for` is evaluated before. */
static void walk_loop(struct lower *lower, struct stmt *stmt)
{
	struct mark mark = mark_now(lower);
	uint32_t outer = lower->function;

	stmt->loop_slot = lower->loop_count++;
	stmt->loop = lower->plan->loops.count;
	*list_push(lower->arena, &lower->plan->loops) = (struct plan_loop){ stmt->source };
	if (stmt->kind == STMT_FOR_RANGE) {
		walk(lower, stmt->expr, false);
		walk(lower, stmt->end, false);
		release(lower, mark);
	}
	lower->function = ++lower->function_count;
	if (stmt->variable)
		touch(lower, stmt->variable);
	if (stmt->kind == STMT_WHILE)
		walk(lower, stmt->expr, false);
	if (stmt->kind == STMT_FOR_MAP) {
		lower_feature(lower, FEATURE_FOR_EACH, stmt->source);
		walk(lower, stmt->end, true);
	}
	release(lower, mark);
	walk_stmts(lower, stmt->body.items, stmt->body.count);
	lower->function = outer;
}

static void walk_part(struct lower *lower, struct stmt *stmt)
{
	uint32_t outer = lower->function;

	lower->function = ++lower->function_count;
	walk_stmts(lower, stmt->body.items, stmt->body.count);
	lower->function = outer;
}

static void walk_stmt(struct lower *lower, struct stmt *stmt)
{
	struct mark mark = mark_now(lower);
	uint64_t repeats = lower->repeats;

	stmt->source = lower_source(lower, stmt->span);
	lower->source = stmt->source;
	if (stmt->kind == STMT_WHILE || stmt->kind == STMT_FOR_RANGE ||
	    stmt->kind == STMT_FOR_MAP) {
		walk_loop(lower, stmt);
		return;
	}
	if (stmt->kind == STMT_PART) {
		walk_part(lower, stmt);
		return;
	}
	if (stmt->variable)
		touch(lower, stmt->variable);
	walk(lower, stmt->expr, stmt->kind == STMT_LET);
	walk(lower, stmt->end, false);
	release(lower, mark);
	if (stmt->kind == STMT_UNROLL)
		lower->repeats *= stmt->count;
	walk_stmts(lower, stmt->body.items, stmt->body.count);
	lower->repeats = repeats;
	walk_stmts(lower, stmt->else_body.items, stmt->else_body.count);
}

static void walk_stmts(struct lower *lower, stmt_ptr *items, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		walk_stmt(lower, items[i]);
}

/* A callee runs in the midst of its callers' statements: no byte is both its and theirs. */
static void walk_callee(struct lower *lower, struct callee *callee)
{
	lower->stack = lower->stack_peak;
	lower->scratch = lower->scratch_peak;
	lower->function = ++lower->function_count;
	for (uint32_t i = 0; i < callee->params.count; i++)
		callee->params.items[i]->is_shared = true;
	if (callee->result)
		callee->result->is_shared = true;
	walk_stmts(lower, callee->body.items, callee->body.count);
}

void lower_body(struct lower *lower, struct probe *probe, uint32_t *scratch)
{
	struct mark mark;

	lower->stack = lower->scratch = lower->stack_peak = lower->scratch_peak = 0;
	lower->source = lower_source(lower, probe->span);
	lower->function = lower->function_count = lower->loop_count = lower->part_count = 0;
	lower->steps = 0;
	lower->repeats = 1;
	lower_parts(lower, probe);
	for (uint32_t i = 0; i < probe->variables.count; i++) {
		struct variable *variable = probe->variables.items[i];

		if (variable->type && type_is_aggregate(variable->type))
			give(lower, &variable->storage, bytes_of(lower, variable->type));
	}
	mark = mark_now(lower);
	walk(lower, probe->predicate, false);
	release(lower, mark);
	walk_stmts(lower, probe->body.items, probe->body.count);
	for (uint32_t i = 0; i < probe->callees.count; i++)
		walk_callee(lower, probe->callees.items[i]);
	*scratch = lower->scratch_peak;
}
