/* Parameters. $1: a literal when it is known now, else an EXPR_POSITIONAL that is settled where the
 * image runs. getopt("name", default, "help"): a row of plan.options, always settled there. */
#include "base/number.h"
#include "lang/check_call.h"

#include <string.h>

static void warn_missing(struct checker *c, const struct expr *expr)
{
	struct diag *diag;

	if (!c->is_final)
		return;
	diag = diag_warning(c->diags, "parameter-missing", expr->span,
			    "parameter $%llu is not given: it is 0",
			    (unsigned long long)expr->integer);
	diag_hint(c->diags, diag, "put it on the command line behind the script");
}

/* A number, or else a text. */
struct expr *check_positional(struct checker *c, struct expr *expr, bool as_string)
{
	const struct compile_options *options = &c->compile->options;
	const char *text = NULL;
	uint64_t value = 0;

	if (expr->integer && expr->integer <= options->arg_count)
		text = options->args[expr->integer - 1];
	if (options->args_are_open) {
		expr->type = as_string ? type_string(c->types, c->compile->config.max_strlen)
				       : type_int(c->types, 8, true);
		return expr;
	}
	if (expr->integer == 0) {
		char *count = arena_printf(c->arena, "%u", options->arg_count);

		text = as_string ? count : NULL;
		value = options->arg_count;
	} else if (!as_string && (!text || !*text)) {
		warn_missing(c, expr);
		text = NULL;
	}
	if (as_string || (text && !number_parse(text, &value))) {
		text = text ? arena_strdup(c->arena, text) : "";
		return check_text(c, expr->span, text, (uint32_t)strlen(text));
	}
	expr = check_integer(c, expr->span, value,
			     check_literal_type(c, value, text && text[0] == '-'));
	expr->is_literal = true;
	return expr;
}

/* The text of $N, of $N + k; anything else is checked as ever. */
struct expr *check_str_argument(struct checker *c, struct expr *expr)
{
	struct expr *text, *offset;
	bool is_left;
	int64_t skip;

	if (expr->kind == EXPR_POSITIONAL)
		return check_positional(c, expr, true);
	is_left = expr->kind == EXPR_BINARY && expr->left->kind == EXPR_POSITIONAL;
	if (expr->kind != EXPR_BINARY || expr->op != OP_ADD ||
	    (!is_left && expr->right->kind != EXPR_POSITIONAL))
		return check_value(c, expr);
	text = check_positional(c, is_left ? expr->left : expr->right, true);
	offset = check_value(c, is_left ? expr->right : expr->left);
	if (!check_constant(c, offset, &skip))
		return check_poison(c, expr->span);
	if (!text->is_constant) {
		text->length = skip < 0 || skip > UINT16_MAX ? UINT16_MAX : (uint32_t)skip;
		return text;
	}
	if (skip < 0 || skip > text->length)
		skip = text->length;
	return check_text(c, expr->span, text->text + skip, text->length - (uint32_t)skip);
}

/* ---- named parameters -------------------------------------------------------------------- */

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
