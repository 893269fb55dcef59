/* Named parameters: getopt("name", default, "help"). Each is a row of plan.options; its value is
 * settled where the image runs, as a positional parameter's, so a call becomes an EXPR_POSITIONAL. */
#include "lang/check_call.h"

#include <string.h>

/* Letters, digits, - _ . inside: what can stand between "--" and "=". */
static bool is_name(const char *text)
{
	size_t length = strlen(text);

	return length && length < 64 && text[0] != '-' && strcspn(text, "= \t\n") == length;
}

/* False after a diagnostic. */
static bool default_value(struct checker *c, const struct expr *call, struct plan_option *row)
{
	const struct expr *value = call->args.count > 1 ? call->args.items[1] : NULL;

	if (!value)
		return true;
	if (value->is_constant && value->type->kind == TYPE_STRING) {
		row->kind = OPTION_TEXT;
		row->size = c->compile->config.max_strlen;
		row->text = plan_add_string(c->compile->plan, value->text);
		return true;
	}
	row->number = value->integer;
	if (value->is_constant && value->type->kind == TYPE_BOOL)
		return true;
	row->kind = (int64_t)value->integer < 0 && value->type->is_signed ? OPTION_INT64
									   : OPTION_UINT64;
	if (value->is_constant && type_is_integer(value->type))
		return true;
	check_argument_error(c, call, 1, "a number, a string or a bool that is written out");
	return false;
}

/* The row of this name, made at its first use; NULL after a diagnostic. */
static struct plan_option *find_row(struct checker *c, const struct expr *call,
				    const struct plan_option *wanted)
{
	struct plan *plan = c->compile->plan;
	struct plan_option *row;
	struct diag *diag;

	for (uint32_t i = 0; i < plan->options.count; i++) {
		row = &plan->options.items[i];
		if (row->name != wanted->name)
			continue;
		if (!row->help)
			row->help = wanted->help;
		if (row->kind == wanted->kind && row->number == wanted->number &&
		    row->text == wanted->text)
			return row;
		diag = check_error(c, "getopt-default", call->span,
				   "the parameter \"%s\" has another default elsewhere",
				   plan_string(plan, row->name));
		diag_hint(c->diags, diag, "give it the same default everywhere");
		return NULL;
	}
	row = list_push(c->arena, &plan->options);
	*row = *wanted;
	return row;
}

struct expr *check_getopt(struct checker *c, struct expr *call)
{
	struct plan *plan = c->compile->plan;
	struct plan_option wanted = {.kind = OPTION_BOOL}, *row;
	struct expr *value;
	struct type *type = type_int(c->types, 8, false);

	if (!check_literal_argument(c, call, 0) ||
	    (call->args.count > 2 && !check_literal_argument(c, call, 2)))
		return check_poison(c, call->span);
	if (!is_name(call->args.items[0]->text)) {
		check_error(c, "getopt-name", call->args.items[0]->span,
			    "\"%s\" cannot be the name of a parameter: it is given as --name=value",
			    call->args.items[0]->text);
		return check_poison(c, call->span);
	}
	if (!default_value(c, call, &wanted))
		return check_poison(c, call->span);
	wanted.name = plan_add_string(plan, call->args.items[0]->text);
	if (call->args.count > 2)
		wanted.help = plan_add_string(plan, call->args.items[2]->text);
	row = find_row(c, call, &wanted);
	if (!row)
		return check_poison(c, call->span);
	if (row->kind == OPTION_TEXT)
		type = type_string(c->types, row->size);
	else if (row->kind == OPTION_INT64)
		type = type_int(c->types, 8, true);
	value = check_new_expr(c, EXPR_POSITIONAL, call->span, type);
	value->integer = PLAN_PARAM_OPTION + (uint64_t)(row - plan->options.items);
	return row->kind == OPTION_BOOL ? check_to_bool(c, value) : value;
}
