/* Calls of functions from imported .bpf.c files: arguments become what the prototype says, as values that
 * are assigned to a variable of that type would. */
#include "lang/check.h"

static bool is_scalar(const struct type *type)
{
	return type_is_integer(type) || type->kind == TYPE_POINTER;
}

/* What no script has a value for: structs by value, pointers to functions. NULL: all can be given. */
static const char *unfit(struct checker *c, const struct c_function *function)
{
	const struct type *result = function->result;

	for (uint32_t i = 0; i < function->params->members.count; i++) {
		const struct type_member *param = &function->params->members.items[i];

		if (!is_scalar(param->type))
			return arena_printf(c->arena, "its parameter %s is neither a number nor a pointer",
					    param->name);
		if (param->type->kind == TYPE_POINTER && param->type->element->kind == TYPE_FUNCTION)
			return arena_printf(c->arena, "its parameter %s is a function", param->name);
	}
	return result->kind == TYPE_VOID || is_scalar(result)
		       ? NULL
		       : "what it returns is neither a number nor a pointer";
}

/* A map's address is the map itself, of which helpers know more than any pointer type tells. */
static bool is_map_for_value(const struct expr *argument, const struct type *type)
{
	return argument->kind == EXPR_ADDRESS && argument->left->kind == EXPR_MAP &&
	       type->kind == TYPE_POINTER && type->element->kind != TYPE_VOID;
}

static struct expr *convert(struct checker *c, const struct expr *call, struct expr *argument,
			    const struct type_member *param)
{
	struct type *type = param->type;
	struct diag *diag;

	if (type_is_aggregation(argument->type))
		argument = check_to_int64(c, argument);
	if (check_is_poison(argument))
		return argument;
	if (check_convertible(c, argument->type, type) && !is_map_for_value(argument, type) &&
	    !(argument->is_literal && type->kind == TYPE_INT && argument->type->kind == TYPE_INT &&
	      !check_integer_fits(type, argument->integer, argument->type->is_signed))) {
		check_warn_cast(c, argument, type);
		return check_convert(c, argument, type);
	}
	diag = check_error(c, "argument-type", argument->span, "%s() takes %s as %s, not %s",
			   call->name, check_type_name(c, type), param->name,
			   is_map_for_value(argument, type) ? "a map"
							    : check_type_name(c, argument->type));
	if (is_map_for_value(argument, type))
		diag_hint(c->diags, diag, "& of a map is the map itself: take it as void *");
	else if (type->kind == TYPE_POINTER && type_is_aggregate(argument->type))
		diag_hint(c->diags, diag, "put it into a variable: &$x is its address");
	diag_note(diag, call->c_function->span, "the function comes from here");
	return check_poison(c, argument->span);
}

struct expr *check_c_call(struct checker *c, struct expr *call, const struct c_function *function)
{
	uint32_t given = call->args.count, wanted = function->params->members.count;
	const char *why = unfit(c, function);
	bool is_bad = given != wanted || why;

	call->c_function = function;
	if (why)
		diag_note(check_error(c, "c-function", call->span, "%s() cannot be called: %s",
				      call->name, why),
			  function->span, "the function comes from here");
	else if (given != wanted)
		diag_note(check_error(c, "argument-count", call->span,
				      "%s() takes %u argument%s, and %u %s given", call->name,
				      wanted, wanted == 1 ? "" : "s", given,
				      given == 1 ? "is" : "are"),
			  function->span, "the function comes from here");
	for (uint32_t i = 0; i < given; i++) {
		struct expr *argument = check_probe_text(c, check_value(c, call->args.items[i]));

		if (!is_bad && !check_is_poison(argument))
			argument = convert(c, call, argument, &function->params->members.items[i]);
		call->args.items[i] = argument;
		is_bad |= check_is_poison(argument);
	}
	if (is_bad)
		return check_poison(c, call->span);
	call->type = function->result;
	return call;
}
