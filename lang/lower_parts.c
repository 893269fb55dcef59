/* Lower, large bodies: runs of statements become parts, each a BPF function of its own. A jump reaches
 * 32767 instructions, and LLVM takes more than its share of time for one very large function. Parts count
 * where the kernel counts calls, so there is none where functions and loops lie too deep already. */
#include "lang/builtin.h"
#include "lang/lower.h"

/* Weights: at most seven instructions each. What is copied in a loop weighs no more with its size. Of a
 * very large body there are no more parts, but larger ones: the kernel takes 256 functions. */
enum { BODY_MAX = 2000, PART_MAX = 500, EXPR_MAX = 4500, CALL = 8, LONG = 5, COPIED_MAX = 512,
       PARTS_MAX = 128 };

struct size {
	uint64_t weight;     /* of what stays where it is */
	uint32_t functions;  /* BPF functions in each other below, at the deepest */
	bool has_part;
};

static struct size size_of_body(struct lower *lower, stmt_ptr **items, uint32_t *count,
				uint32_t depth);
static struct size size_of_list(struct lower *lower, stmt_ptr *items, uint32_t count);

static void add(struct size *to, struct size more)
{
	to->weight += more.weight;
	to->has_part |= more.has_part;
	if (more.functions > to->functions)
		to->functions = more.functions;
}

static bool is_loop(const struct stmt *stmt)
{
	return stmt->kind == STMT_WHILE || stmt->kind == STMT_FOR_RANGE || stmt->kind == STMT_FOR_MAP;
}

/* BPF functions that a call of a script's function takes, parts of its body included. */
static uint32_t size_callee(struct lower *lower, struct callee *callee)
{
	uint32_t depth = lower->probe->frames - callee->function->frames + 1;

	if (!callee->frames)
		callee->frames = 1 + size_of_body(lower, &callee->body.items, &callee->body.count,
						  depth).functions;
	return callee->frames;
}

static uint32_t functions_of_call(struct lower *lower, const struct expr *call)
{
	if (call->callee)
		return size_callee(lower, call->callee);
	return call->c_function || (call->builtin && call->builtin->id == BUILTIN_STRSTR);
}

static struct size size_of_expr(struct lower *lower, struct expr *expr)
{
	struct size size = {0};

	if (!expr)
		return size;
	size.weight = !expr->is_constant;
	if (expr->type && type_is_aggregate(expr->type))
		size.weight += (expr->type->size < COPIED_MAX ? expr->type->size : COPIED_MAX) / 32;
	if (expr->kind == EXPR_CALL)
		size.functions = functions_of_call(lower, expr);
	if (expr->builtin || expr->kind == EXPR_AGGREGATE || expr->op == OP_DIV || expr->op == OP_MOD)
		size.weight += LONG;
	add(&size, size_of_expr(lower, expr->condition));
	add(&size, size_of_expr(lower, expr->left));
	add(&size, size_of_expr(lower, expr->right));
	add(&size, size_of_expr(lower, expr->key));
	for (uint32_t i = 0; i < expr->args.count; i++)
		add(&size, size_of_expr(lower, expr->args.items[i]));
	for (uint32_t i = 0; i < expr->access.steps.count; i++) {
		size.weight++;
		add(&size, size_of_expr(lower, expr->access.steps.items[i].index));
	}
	add(&size, size_of_list(lower, expr->body.items, expr->body.count));
	add(&size, size_of_list(lower, expr->else_body.items, expr->else_body.count));
	return size;
}

/* Of statements within an expression, which are never cut. */
static struct size size_of_list(struct lower *lower, stmt_ptr *items, uint32_t count)
{
	struct size size = {0};

	for (uint32_t i = 0; i < count; i++) {
		const struct stmt *stmt = items[i];
		struct size body = size_of_list(lower, stmt->body.items, stmt->body.count);

		body.weight *= stmt->kind == STMT_UNROLL ? stmt->count : 1;
		add(&body, size_of_expr(lower, stmt->expr));
		add(&body, size_of_expr(lower, stmt->end));
		body.functions += is_loop(stmt);
		body.weight++;
		add(&size, body);
		add(&size, size_of_list(lower, stmt->else_body.items, stmt->else_body.count));
	}
	return size;
}

/* Whether the function at this depth may call a part that has `below` functions below it. */
static bool fits(uint32_t depth, uint32_t below)
{
	return depth + 1 + below <= CALL_FRAMES_MAX;
}

static struct stmt *new_part(struct lower *lower, stmt_ptr *items, uint32_t count)
{
	struct stmt *part = arena_new(lower->arena, struct stmt);

	part->kind = STMT_PART;
	part->span = items[0]->span;
	part->body.items = items;
	part->body.count = count;
	part->loop_slot = lower->part_count++;
	return part;
}

static struct size size_of_part(uint32_t below)
{
	return (struct size){.weight = CALL, .functions = 1 + below, .has_part = true};
}

/* What is unrolled often becomes one part with many calls. */
static void size_unroll(struct lower *lower, struct stmt *stmt, struct size *body, uint32_t depth)
{
	stmt_ptr part;

	if (body->weight * stmt->count > BODY_MAX && fits(depth, body->functions)) {
		part = new_part(lower, stmt->body.items, stmt->body.count);
		stmt->body.items = NULL;
		stmt->body.count = stmt->body.capacity = 0;
		*list_push(lower->arena, &stmt->body) = part;
		*body = size_of_part(body->functions);
	}
	body->weight *= stmt->count;
}

/* What cannot be cut, and has jumps over itself. */
static struct size size_of_whole(struct lower *lower, struct expr *expr)
{
	struct size size = size_of_expr(lower, expr);
	struct diags *diags = &lower->compile->diags;

	if (size.weight > EXPR_MAX)
		diag_hint(diags,
			  diag_error(diags, "too-large", expr->span,
				     "this expression is too large: the kernel's instructions cannot "
				     "jump over it"),
			  "split it into several statements");
	return size;
}

static struct size size_of(struct lower *lower, struct stmt *stmt, uint32_t depth)
{
	uint32_t inner = depth + is_loop(stmt);
	struct size body = size_of_body(lower, &stmt->body.items, &stmt->body.count, inner),
		    other = size_of_body(lower, &stmt->else_body.items, &stmt->else_body.count, inner),
		    size = {.weight = 1};

	if (stmt->kind == STMT_UNROLL)
		size_unroll(lower, stmt, &body, depth);
	add(&size, size_of_whole(lower, stmt->expr));
	add(&size, size_of_whole(lower, stmt->end));
	if (is_loop(stmt)) /* the body is a function already */
		body.weight = CALL;
	add(&size, body);
	add(&size, other);
	size.functions += is_loop(stmt);
	return size;
}

/* A body that is being cut: statements, and the size of each. */
struct cut {
	LIST(stmt_ptr) items;
	LIST(struct size) sizes;
};

static void keep(struct lower *lower, struct cut *cut, stmt_ptr stmt, struct size size)
{
	*list_push(lower->arena, &cut->items) = stmt;
	*list_push(lower->arena, &cut->sizes) = size;
}

static void put_run(struct lower *lower, struct cut *to, const struct cut *from, uint32_t first,
		    uint32_t count, struct size size)
{
	if (size.weight > CALL) {
		keep(lower, to, new_part(lower, from->items.items + first, count),
		     size_of_part(size.functions));
		return;
	}
	for (uint32_t i = first; i < first + count; i++)
		keep(lower, to, from->items.items[i], from->sizes.items[i]);
}

static struct size sum_of(const struct cut *body)
{
	struct size size = {0};

	for (uint32_t i = 0; i < body->sizes.count; i++)
		add(&size, body->sizes.items[i]);
	return size;
}

/* Puts runs of what may be elsewhere into parts; what has parts in it only if that `nests`. */
static struct cut cut(struct lower *lower, const struct cut *from, uint32_t depth, bool nests)
{
	uint64_t most = sum_of(from).weight / PARTS_MAX;
	struct cut made = {0};
	struct size run = {0};
	uint32_t first = 0, count = from->items.count;

	if (most < PART_MAX)
		most = PART_MAX;
	for (uint32_t i = 0; i < count; i++) {
		struct size size = from->sizes.items[i];
		bool stays = !fits(depth, size.functions) || (size.has_part && !nests);

		if (stays || run.weight + size.weight > most) {
			put_run(lower, &made, from, first, i - first, run);
			run = (struct size){0};
			first = i;
		}
		if (stays) {
			keep(lower, &made, from->items.items[i], size);
			first = i + 1;
		} else {
			add(&run, size);
		}
	}
	put_run(lower, &made, from, first, count - first, run);
	return made;
}

static struct size size_of_body(struct lower *lower, stmt_ptr **items, uint32_t *count,
				uint32_t depth)
{
	struct diags *diags = &lower->compile->diags;
	struct cut body = {0};
	struct size size;

	for (uint32_t i = 0; i < *count; i++)
		keep(lower, &body, (*items)[i], size_of(lower, (*items)[i], depth));
	for (int nests = 0; nests < 2 && sum_of(&body).weight > BODY_MAX; nests++)
		body = cut(lower, &body, depth, nests);
	*items = body.items.items;
	*count = body.items.count;
	size = sum_of(&body);
	if (size.weight <= EXPR_MAX)
		return size;
	diag_hint(diags,
		  diag_error(diags, "too-large", (*items)[0]->span,
			     "what begins here is too large, and calls and loops lie too deep in each "
			     "other for parts of it to be functions"),
		  "use macros in place of functions");
	size.weight = CALL; /* told once */
	return size;
}

void lower_parts(struct lower *lower, struct probe *probe)
{
	lower->probe = probe;
	size_of_whole(lower, probe->predicate);
	size_of_body(lower, &probe->body.items, &probe->body.count, 1);
	for (uint32_t i = 0; i < probe->callees.count; i++)
		size_callee(lower, probe->callees.items[i]);
}
