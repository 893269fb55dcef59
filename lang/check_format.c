/* printf formats: which argument each conversion takes; messages name the conversion and point at
 * the argument. Arguments of 8 bytes go as they are: the printer cuts by the conversion. */
#include "base/format.h"
#include "lang/check.h"

static bool is_number(const struct type *type)
{
	return type->kind == TYPE_INT || type->kind == TYPE_ENUM || type->kind == TYPE_BOOL ||
	       type->kind == TYPE_POINTER;
}

static bool accepts(char conversion, const struct type *type)
{
	if (conversion == 'r')
		return type->kind == TYPE_BUFFER;
	if (conversion == 's')
		return type->kind != TYPE_VOID;
	if (conversion == 'p' || conversion == 'x' || conversion == 'X')
		return is_number(type) || type->kind == TYPE_KSYM;
	return is_number(type);
}

static struct expr *check_argument(struct checker *c, const struct format_spec *spec,
				   struct expr *argument)
{
	const struct type *type = argument->type;
	struct diag *diag;

	if (type_is_aggregation(type)) {
		if (!type_is_single(type)) {
			diag = check_error(c, "format-map", argument->span,
					   "%s cannot be formatted", check_type_name(c, type));
			diag_hint(c->diags, diag, "print it with print(%s)", argument->name);
			return check_poison(c, argument->span);
		}
		argument = check_to_int64(c, argument);
		type = argument->type;
	}
	if (accepts(spec->conversion, type))
		return argument;
	diag = check_error(c, "format-type", argument->span, "%.*s cannot print %s",
			   (int)spec->length, spec->start, check_type_name(c, type));
	diag_hint(c->diags, diag,
		  spec->conversion == 'r'   ? "%%r takes what buf() gives"
		  : spec->conversion == 'g' ? "%%gr takes GFP flags, a number"
					    : "%%s prints every type");
	return check_poison(c, argument->span);
}

static void count_error(struct checker *c, const struct expr *call, const struct expr *format,
			uint32_t wanted, uint32_t given)
{
	struct diag *diag;

	if (given > wanted) {
		diag =
		    check_error(c, "format-count", call->args.items[call->args.count - 1]->span,
				"the format has %u conversion%s, and %u argument%s given", wanted,
				wanted == 1 ? "" : "s", given, given == 1 ? " is" : "s are");
	} else {
		diag =
		    check_error(c, "format-count", call->span,
				"the format has %u conversion%s, and %u argument%s given", wanted,
				wanted == 1 ? "" : "s", given, given == 1 ? " is" : "s are");
	}
	diag_note(diag, format->span, "the format");
}

void check_format(struct checker *c, struct expr *call, uint32_t first)
{
	const struct expr *format = call->args.items[first];
	const char *text = format->text;
	struct format_spec spec;
	uint32_t wanted = 0, given = call->args.count - first - 1;

	while (format_next(text, &spec)) {
		struct expr **argument = &call->args.items[first + 1 + wanted];

		text = spec.start + spec.length;
		if (!format_is_supported(spec.conversion))
			continue;
		wanted++;
		if (wanted <= given && !check_is_poison(*argument))
			*argument = check_argument(c, &spec, *argument);
	}
	if (wanted != given)
		count_error(c, call, format, wanted, given);
}
