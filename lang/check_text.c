/* Calls about strings and bytes: their types, and their values where all is known already. */
#include "base/names.h"
#include "lang/check_call.h"

#include <string.h>

/* Bytes of a string that strerror(), signal_name() and syscall_name() give, as on the peer. */
#define NAME_SIZE 64u
/* What strstr() gives when there is nothing to be found. */
#define NOT_FOUND (-2)

static bool is_text(const struct expr *expr)
{
	return expr->is_constant && expr->type->kind == TYPE_STRING;
}

/* A string-like argument as a string: arrays of characters, and pointers, of which str() reads. False
 * after a diagnostic. */
static bool text_argument(struct checker *c, struct expr *call, uint32_t index)
{
	struct expr *argument = call->args.items[index], *read;
	const struct type *type = argument->type;

	if (type->kind == TYPE_STRING)
		return true;
	if (type->kind == TYPE_ARRAY && type->element->kind == TYPE_INT &&
	    type->element->size == 1) {
		call->args.items[index] =
		    check_convert(c, argument, type_string(c->types, type->count + 1));
		return true;
	}
	if (type->kind != TYPE_POINTER) {
		check_argument_error(c, call, index, "a string");
		return false;
	}
	read = check_new_expr(c, EXPR_CALL, argument->span,
			      type_string(c->types, c->compile->config.max_strlen));
	read->builtin = &builtins[BUILTIN_STR];
	read->name = read->builtin->name;
	*list_push(c->arena, &read->args) = argument;
	call->args.items[index] = read;
	return true;
}

static struct expr *call_strncmp(struct checker *c, struct expr *call)
{
	int64_t count;

	for (uint32_t i = 0; i < 2; i++)
		if (call->args.items[i]->type->kind != TYPE_STRING)
			return check_argument_error(c, call, i, "a string");
	if (!check_constant(c, call->args.items[2], &count))
		return check_poison(c, call->span);
	if (count < 0)
		return check_argument_error(c, call, 2, "a length that is not negative");
	call->args.items[2] = check_convert(c, call->args.items[2], type_int(c->types, 8, true));
	call->type = type_int(c->types, 8, false);
	return call;
}

static struct expr *call_strlen(struct checker *c, struct expr *call)
{
	if (!text_argument(c, call, 0))
		return check_poison(c, call->span);
	call->type = type_int(c->types, 8, false);
	if (is_text(call->args.items[0]))
		return check_integer(c, call->span, strlen(call->args.items[0]->text), call->type);
	return call;
}

/* The room is in the type; of what a pointer points to, the length. */
static struct expr *call_strcap(struct checker *c, struct expr *call)
{
	const struct type *type = call->args.items[0]->type;

	if (type->kind == TYPE_STRING || (type->kind == TYPE_ARRAY && type->element->size == 1))
		return check_integer(c, call->span, type->size, type_int(c->types, 8, false));
	if (type->kind != TYPE_POINTER)
		return check_argument_error(c, call, 0, "a string");
	call->builtin = &builtins[BUILTIN_STRLEN];
	return call_strlen(c, call);
}

static struct expr *call_strstr(struct checker *c, struct expr *call)
{
	const struct expr *haystack, *needle;
	const char *found;

	if (!text_argument(c, call, 0) || !text_argument(c, call, 1))
		return check_poison(c, call->span);
	call->type = type_int(c->types, 8, true);
	haystack = call->args.items[0];
	needle = call->args.items[1];
	if (!is_text(haystack) || !is_text(needle))
		return call;
	found = strstr(haystack->text, needle->text);
	return check_integer(c, call->span,
			     (uint64_t)(int64_t)(found ? found - haystack->text : NOT_FOUND),
			     call->type);
}

static struct expr *call_str_concat(struct checker *c, struct expr *call)
{
	if (!text_argument(c, call, 0) || !text_argument(c, call, 1))
		return check_poison(c, call->span);
	call->type = type_string(c->types, c->compile->config.max_strlen);
	return call;
}

static struct expr *call_memcmp(struct checker *c, struct expr *call)
{
	struct expr *count = call->args.items[2];

	for (uint32_t i = 0; i < 2; i++) {
		struct expr *argument = call->args.items[i];

		if (type_is_aggregation(argument->type))
			call->args.items[i] = argument = check_to_int64(c, argument);
		if (argument->type->kind == TYPE_VOID || argument->type->kind == TYPE_FUNCTION)
			return check_argument_error(c, call, i, "a value");
	}
	if (count->type->kind != TYPE_INT)
		return check_argument_error(c, call, 2, "a number of bytes");
	if (count->is_constant && count->type->is_signed && (int64_t)count->integer < 0)
		return check_argument_error(c, call, 2, "a number that is not negative");
	call->args.items[2] = check_convert(c, count, type_int(c->types, 8, count->type->is_signed));
	call->type = type_int(c->types, 4, true);
	return call;
}

/* Of a stack; a map's is a macro of the standard library. */
static struct expr *call_len(struct checker *c, struct expr *call)
{
	enum type_kind kind = call->args.items[0]->type->kind;

	if (kind != TYPE_KSTACK && kind != TYPE_USTACK)
		return check_argument_error(c, call, 0, "a map with keys or a stack");
	call->type = type_int(c->types, 8, true);
	return call;
}

static struct expr *call_name(struct checker *c, struct expr *call)
{
	enum name_kind kind = call->builtin->id == BUILTIN_STRERROR	 ? NAME_ERROR
			      : call->builtin->id == BUILTIN_SIGNAL_NAME ? NAME_SIGNAL
									 : NAME_SYSCALL;
	struct expr *number = call->args.items[0], *result;
	const char *text, *name;
	char buffer[32];

	if (!type_is_integer(number->type))
		return check_argument_error(c, call, 0, "a number");
	number = check_convert(c, number, type_int(c->types, 4, true));
	call->args.items[0] = number;
	call->integer = kind;
	call->type = type_string(c->types, NAME_SIZE);
	if (!number->is_constant)
		return call;
	if (kind == NAME_ERROR && (int64_t)number->integer < 0)
		number->integer = -number->integer;
	name = name_text(kind, (uint32_t)number->integer, buffer);
	text = arena_strndup(c->arena, name, strnlen(name, NAME_SIZE - 1));
	result = check_text(c, call->span, text, (uint32_t)strlen(text));
	result->type = call->type;
	result->is_literal = false;
	return result;
}

struct expr *check_text_call(struct checker *c, struct expr *call)
{
	switch ((int)call->builtin->id) {
	case BUILTIN_STRNCMP:
		return call_strncmp(c, call);
	case BUILTIN_STRLEN:
		return call_strlen(c, call);
	case BUILTIN_STRCAP:
		return call_strcap(c, call);
	case BUILTIN_STRSTR:
		return call_strstr(c, call);
	case BUILTIN_STR_CONCAT:
		return call_str_concat(c, call);
	case BUILTIN_MEMCMP:
		return call_memcmp(c, call);
	case BUILTIN_LEN:
		return call_len(c, call);
	default:
		return call_name(c, call);
	}
}
