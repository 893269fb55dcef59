/* Lower, large bodies: runs of statements become parts, each a BPF function of its own. A jump reaches
 * 32767 instructions, and LLVM takes more than its share of time for one very large function. */
#include "lang/lower.h"

/* In expressions, and in words of the values they make: an instruction or two for each on the whole,
 * ten at most. */
enum { BODY_MAX = 3000, PART_MAX = 1500, CALL = 8 };

struct size {
	uint64_t weight; /* of what stays where it is */
	bool has_part;
	bool has_jump; /* out of a loop that is around it */
};

static struct size size_of_body(struct lower *lower, stmt_ptr **items, uint32_t *count);
static uint64_t weight_of(struct lower *lower, struct expr *expr);
static uint64_t weight_of_list(struct lower *lower, stmt_ptr *items, uint32_t count);

static uint64_t weight_of_all(struct lower *lower, expr_ptr *items, uint32_t count)
{
	uint64_t weight = 0;

	for (uint32_t i = 0; i < count; i++)
		weight += weight_of(lower, items[i]);
	return weight;
}

static uint64_t weight_of(struct lower *lower, struct expr *expr)
{
	uint64_t weight = 1;

	if (!expr)
		return 0;
	if (expr->type && type_is_aggregate(expr->type))
		weight += expr->type->size / 8;
	weight += weight_of(lower, expr->condition) + weight_of(lower, expr->left) +
		  weight_of(lower, expr->right) + weight_of(lower, expr->key);
	weight += weight_of_all(lower, expr->args.items, expr->args.count);
	for (uint32_t i = 0; i < expr->access.steps.count; i++)
		weight += weight_of(lower, expr->access.steps.items[i].index) + 1;
	weight += weight_of_list(lower, expr->body.items, expr->body.count);
	return weight + weight_of_list(lower, expr->else_body.items, expr->else_body.count);
}

/* Of statements within an expression, which are never cut. */
static uint64_t weight_of_list(struct lower *lower, stmt_ptr *items, uint32_t count)
{
	uint64_t weight = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct stmt *stmt = items[i];

		weight += 1 + weight_of(lower, stmt->expr) + weight_of(lower, stmt->end);
		weight += weight_of_list(lower, stmt->body.items, stmt->body.count) *
			  (stmt->kind == STMT_UNROLL ? stmt->count : 1);
		weight += weight_of_list(lower, stmt->else_body.items, stmt->else_body.count);
	}
	return weight;
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

/* What is unrolled often becomes one part with many calls. */
static void size_unroll(struct lower *lower, struct stmt *stmt, struct size *body)
{
	stmt_ptr part;

	if (body->weight * stmt->count > BODY_MAX && !body->has_part && !body->has_jump) {
		part = new_part(lower, stmt->body.items, stmt->body.count);
		stmt->body.items = NULL;
		stmt->body.count = stmt->body.capacity = 0;
		*list_push(lower->arena, &stmt->body) = part;
		*body = (struct size){ .weight = CALL, .has_part = true };
	}
	body->weight *= stmt->count;
}

static struct size size_of(struct lower *lower, struct stmt *stmt)
{
	struct size body = size_of_body(lower, &stmt->body.items, &stmt->body.count),
		    other = size_of_body(lower, &stmt->else_body.items, &stmt->else_body.count),
		    size = {0};

	if (stmt->kind == STMT_UNROLL)
		size_unroll(lower, stmt, &body);
	size.has_part = body.has_part || other.has_part;
	size.has_jump = body.has_jump || other.has_jump;
	size.weight = 1 + weight_of(lower, stmt->expr) + weight_of(lower, stmt->end);
	switch ((int)stmt->kind) {
	case STMT_BREAK:
	case STMT_CONTINUE:
		size.has_jump = true;
		break;
	case STMT_WHILE:
	case STMT_FOR_RANGE:
	case STMT_FOR_MAP:
		size.has_jump = false; /* the body is a function already */
		size.weight += CALL;
		break;
	default:
		size.weight += body.weight + other.weight;
		break;
	}
	return size;
}

/* Puts runs of what may be elsewhere into parts. */
static struct size cut(struct lower *lower, const struct size *sizes, stmt_ptr **items,
		       uint32_t *count)
{
	LIST(stmt_ptr) made = {0};
	struct size size = { .has_part = true };
	uint32_t first = 0;
	uint64_t weight = 0;

	for (uint32_t i = 0; i <= *count; i++) {
		bool is_end = i == *count, stays;

		stays = is_end || sizes[i].has_part || sizes[i].has_jump || sizes[i].weight > PART_MAX;
		if (i > first && (stays || weight + sizes[i].weight > PART_MAX)) {
			*list_push(lower->arena, &made) = new_part(lower, *items + first, i - first);
			size.weight += CALL;
			first = i;
			weight = 0;
		}
		if (is_end)
			break;
		weight += sizes[i].weight;
		if (!stays)
			continue;
		*list_push(lower->arena, &made) = (*items)[i];
		size.has_jump |= sizes[i].has_jump;
		size.weight += sizes[i].weight;
		first = i + 1;
		weight = 0;
	}
	*items = made.items;
	*count = made.count;
	return size;
}

static struct size size_of_body(struct lower *lower, stmt_ptr **items, uint32_t *count)
{
	struct size whole = {0}, *sizes;

	if (!*count)
		return whole;
	sizes = arena_alloc(lower->arena, *count * sizeof(*sizes));
	for (uint32_t i = 0; i < *count; i++) {
		sizes[i] = size_of(lower, (*items)[i]);
		whole.weight += sizes[i].weight;
		whole.has_part |= sizes[i].has_part;
		whole.has_jump |= sizes[i].has_jump;
	}
	return whole.weight > BODY_MAX && *count > 1 ? cut(lower, sizes, items, count) : whole;
}

void lower_parts(struct lower *lower, stmt_ptr **items, uint32_t *count)
{
	size_of_body(lower, items, count);
}
