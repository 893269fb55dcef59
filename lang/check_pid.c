/* -p PID: a condition in front of every probe that the kernel does not attach to one process. What it
 * attaches so (uprobes, profiles) and what no process causes (begin, end, interval) has none. In an
 * image built ahead the process is a parameter, and the verifier drops the condition without one. */
#include "lang/check.h"

static struct expr *new_expr(struct checker *c, enum expr_kind kind, struct span span)
{
	struct expr *expr = arena_new(c->arena, struct expr);

	expr->kind = kind;
	expr->span = span;
	expr->record = PLAN_NONE;
	return expr;
}

static struct expr *new_binary(struct checker *c, enum op op, struct expr *left, struct expr *right)
{
	struct expr *expr = new_expr(c, EXPR_BINARY, left->span);

	expr->op = op;
	expr->left = left;
	expr->right = right;
	return expr;
}

/* -p of where the image runs. */
static struct expr *new_pid_parameter(struct checker *c, struct span span)
{
	struct expr *expr = new_expr(c, EXPR_POSITIONAL, span);

	expr->integer = PLAN_PARAM_PID;
	return expr;
}

struct expr *check_pid_predicate(struct checker *c, const struct probe *probe)
{
	enum provider_id provider = provider_of(probe->points.items[0])->id;
	struct span span = probe->points.items[0]->span;
	bool is_open = c->compile->options.args_are_open;
	struct expr *pid, *number, *filter;

	if ((!c->compile->options.pid_filter && !is_open) || provider < PROVIDER_TRACEPOINT ||
	    provider > PROVIDER_FEXIT)
		return probe->predicate;
	pid = new_expr(c, EXPR_IDENTIFIER, span);
	pid->name = "pid";
	number = new_expr(c, EXPR_INTEGER, span);
	number->integer = c->compile->options.pid_filter;
	filter = new_binary(c, OP_EQ, pid, is_open ? new_pid_parameter(c, span) : number);
	if (is_open) {
		number->integer = 0;
		filter = new_binary(c, OP_LOR,
				    new_binary(c, OP_EQ, new_pid_parameter(c, span), number), filter);
	}
	return probe->predicate ? new_binary(c, OP_LAND, filter, probe->predicate) : filter;
}
