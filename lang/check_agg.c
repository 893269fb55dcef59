/* Aggregations and their arguments; values that take an argument: kstack(perf, 3), nsecs(boot). */
#include "lang/check_call.h"

#include <string.h>

#define HIST_BITS_MAX	 5
#define LHIST_STEPS_MAX	 1000
#define STACK_FRAMES_MAX 127

static const struct {
	enum builtin_id id;
	enum type_kind kind;
	uint32_t least, most;
} aggregations[] = {
    {BUILTIN_COUNT_AGG, TYPE_COUNT, 0, 0}, {BUILTIN_SUM, TYPE_SUM, 1, 1},
    {BUILTIN_AVG, TYPE_AVG, 1, 1},	   {BUILTIN_MIN, TYPE_MIN, 1, 1},
    {BUILTIN_MAX, TYPE_MAX, 1, 1},	   {BUILTIN_STATS, TYPE_STATS, 1, 1},
    {BUILTIN_HIST, TYPE_HIST, 1, 2},	   {BUILTIN_LHIST, TYPE_LHIST, 4, 4},
};

static struct type *hist_type(struct checker *c, struct expr *call)
{
	int64_t bits = 0;

	if (call->args.count > 1 && !check_constant(c, call->args.items[1], &bits))
		return NULL;
	if (bits < 0 || bits > HIST_BITS_MAX) {
		check_error(c, "hist-bits", call->args.items[1]->span,
			    "hist() takes 0 to %d bits, not %lld", HIST_BITS_MAX, (long long)bits);
		return NULL;
	}
	return type_hist(c->types, (uint32_t)bits);
}

static struct type *lhist_type(struct checker *c, struct expr *call)
{
	int64_t min, max, step;

	if (!check_constant(c, call->args.items[1], &min) ||
	    !check_constant(c, call->args.items[2], &max) ||
	    !check_constant(c, call->args.items[3], &step))
		return NULL;
	if (step <= 0) {
		check_error(c, "lhist-step", call->args.items[3]->span,
			    "the step must be greater than 0");
		return NULL;
	}
	if (min < 0 || min >= max) {
		check_error(c, "lhist-range", call->args.items[min < 0 ? 1 : 2]->span, "%s",
			    min < 0 ? "the minimum must not be negative"
				    : "the maximum must be greater than the minimum");
		return NULL;
	}
	if ((uint64_t)step > (uint64_t)max - (uint64_t)min) {
		check_error(c, "lhist-step", call->args.items[3]->span,
			    "the step is larger than the whole range");
		return NULL;
	}
	if (((uint64_t)max - (uint64_t)min) / (uint64_t)step > LHIST_STEPS_MAX) {
		unsigned long long range = (unsigned long long)max - (unsigned long long)min;
		struct diag *diag =
		    check_error(c, "lhist-steps", call->span,
				"lhist() has %llu steps, and at most %d are possible",
				range / (unsigned long long)step, LHIST_STEPS_MAX);

		diag_hint(c->diags, diag, "make the step %llu or more",
			  range / LHIST_STEPS_MAX + (range % LHIST_STEPS_MAX != 0));
		return NULL;
	}
	return type_lhist(c->types, min, max, step);
}

static bool aggregation_arguments(struct checker *c, struct expr *call, uint32_t least,
				  uint32_t most)
{
	bool is_good = true;
	struct diag *diag;

	for (uint32_t i = 0; i < call->args.count; i++) {
		call->args.items[i] = check_signed_unary(c, check_value(c, call->args.items[i]));
		if (type_is_aggregation(call->args.items[i]->type))
			call->args.items[i] = check_to_int64(c, call->args.items[i]);
		is_good &= !check_is_poison(call->args.items[i]);
	}
	if (call->args.count < least || call->args.count > most) {
		diag = check_error(c, "argument-count", call->span,
				   "%s() takes %u argument%s, and %u %s given", call->name, most,
				   most == 1 ? "" : "s", call->args.count,
				   call->args.count == 1 ? "is" : "are");
		diag_hint(c->diags, diag, "%s%s", call->name, call->builtin->signature);
		return false;
	}
	if (!is_good)
		return false;
	if (most > 0) {
		struct expr *value = call->args.items[0];

		if (value->type->kind == TYPE_POINTER || value->type->kind == TYPE_ENUM)
			call->args.items[0] = check_convert(
			    c, value,
			    type_int(c->types, value->type->size,
				     value->type->kind == TYPE_ENUM && value->type->is_signed));
		else if (value->type->kind != TYPE_INT)
			return check_argument_error(c, call, 0, "an integer"), false;
	}
	return true;
}

/* The aggregation that `call` makes, its arguments checked; NULL after a diagnostic. */
struct type *check_aggregation_type(struct checker *c, struct expr *call)
{
	const struct builtin *row = builtin_find(call->name, true);
	struct type *type = NULL;

	call->builtin = row;
	for (size_t i = 0; i < sizeof(aggregations) / sizeof(aggregations[0]); i++) {
		if (aggregations[i].id != row->id)
			continue;
		if (!aggregation_arguments(c, call, aggregations[i].least, aggregations[i].most))
			return NULL;
		if (row->id == BUILTIN_HIST)
			type = hist_type(c, call);
		else if (row->id == BUILTIN_LHIST)
			type = lhist_type(c, call);
		else
			type = type_plain(c->types, aggregations[i].kind);
		if (type)
			type->is_signed =
			    call->args.count > 0 && call->args.items[0]->type->is_signed;
		return type;
	}
	diag_not_supported(c->diags, call->span, arena_printf(c->arena, "%s()", call->name));
	return NULL;
}

/* ---- values with arguments ---------------------------------------------------------------- */

static bool stack_mode(const char *name, enum stack_mode *mode)
{
	if (strcmp(name, "bpftrace") == 0 || strcmp(name, "sonde") == 0)
		*mode = STACK_MODE_PEER;
	else if (strcmp(name, "perf") == 0)
		*mode = STACK_MODE_PERF;
	else if (strcmp(name, "raw") == 0)
		*mode = STACK_MODE_RAW;
	else
		return false;
	return true;
}

static struct expr *call_stack(struct checker *c, struct expr *call)
{
	struct type *type =
	    type_plain(c->types, call->builtin->id == BUILTIN_KSTACK ? TYPE_KSTACK : TYPE_USTACK);
	enum stack_mode mode = c->compile->config.stack_mode;
	int64_t frames = STACK_FRAMES_MAX;

	for (uint32_t i = 0; i < call->args.count; i++) {
		struct expr *argument = call->args.items[i];

		if (i == 0 && argument->kind == EXPR_IDENTIFIER) {
			if (!stack_mode(argument->name, &mode)) {
				struct diag *diag =
				    check_error(c, "stack-mode", argument->span,
						"there is no stack mode \"%s\"", argument->name);

				diag_hint(c->diags, diag, "the modes are bpftrace, perf and raw");
				return check_poison(c, call->span);
			}
			continue;
		}
		argument = check_value(c, argument);
		if (!check_constant(c, argument, &frames))
			return check_poison(c, call->span);
		if (frames < 1 || frames > STACK_FRAMES_MAX) {
			check_error(c, "stack-frames", argument->span, "a stack has 1 to %d frames",
				    STACK_FRAMES_MAX);
			return check_poison(c, call->span);
		}
	}
	type->stack_mode = mode;
	type->count = (uint32_t)frames;
	c->probe->uses_context = true;
	call->type = type;
	call->args.count = 0;
	return call;
}

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

/* nsecs(boot), pid(init): args[0] stays an identifier. */
static struct expr *call_with_word(struct checker *c, struct expr *call, const char *const *words,
				   const char *hint)
{
	struct expr *word;
	struct expr value = {.kind = EXPR_IDENTIFIER, .span = call->span, .name = call->name};
	struct expr *plain;

	if (call->args.count == 1) {
		word = call->args.items[0];
		if (word->kind != EXPR_IDENTIFIER || !is_one_of(word->name, words)) {
			struct diag *diag = check_error(c, "argument-word", word->span,
							"%s() does not take \"%s\"", call->name,
							word->name ? word->name : "this");

			diag_hint(c->diags, diag, "%s", hint);
			return check_poison(c, call->span);
		}
		if (strcmp(word->name, "curr_ns") == 0) {
			diag_not_supported(c->diags, call->span, "an id of sonde's own pid namespace");
			return check_poison(c, call->span);
		}
		word->type = c->types->void_;
	}
	plain = check_identifier(c, &value);
	call->type = plain->type;
	return call;
}

struct expr *check_call_value(struct checker *c, struct expr *call)
{
	static const char *const clocks[] = {"monotonic", "boot", "tai", "sw_tai", NULL};
	static const char *const spaces[] = {"init", "curr_ns", NULL};
	struct expr *plain;

	switch ((int)call->builtin->id) {
	case BUILTIN_KSTACK:
	case BUILTIN_USTACK:
		return call_stack(c, call);
	case BUILTIN_NSECS:
		return call_with_word(c, call, clocks,
				      "nsecs(monotonic), nsecs(boot) or nsecs(tai)");
	case BUILTIN_PID:
	case BUILTIN_TID:
		return call_with_word(c, call, spaces, "pid(init) or pid(curr_ns)");
	default:
		plain = check_new_expr(c, EXPR_IDENTIFIER, call->span, NULL);
		plain->name = call->name;
		return check_identifier(c, plain);
	}
}
